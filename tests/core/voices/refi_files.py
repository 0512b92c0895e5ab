"""Small REFI-QDA files, written by hand as other programs write them; names of people and texts are made up."""

import zipfile
from uuid import UUID

SPACE = 'xmlns="urn:QDA-XML:project:1.0"'
USER, CODE, TEXT = (
    "11111111-0000-4000-8000-000000000001",
    "22222222-0000-4000-8000-000000000001",
    "33333333-0000-4000-8000-000000000001",
)


def guid(number, kind=9):
    return str(UUID(int=(kind << 120) | (4 << 76) | (8 << 60) | number))


def qdpx(path, xml, entries=None, *, project="project.qde", encoding="utf-8"):
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(project, xml if isinstance(xml, bytes) else xml.encode(encoding))
        for name, content in (entries or {}).items():
            archive.writestr(name, content if isinstance(content, bytes) else content.encode())
    return path


def project(sources="", *, codes=None, before="", after="", origin="", attributes="", space=SPACE):
    codes = f'<Code guid="{CODE}" name="Wohnen" isCodable="true"/>' if codes is None else codes
    return (
        f'<?xml version="1.0" encoding="utf-8"?><Project {space} name="Nordstadt" origin="{origin}" {attributes}>'
        f'<Users><User guid="{USER}" name="Coder A"/></Users><CodeBook><Codes>{codes}</Codes></CodeBook>{before}'
        f"{'<Sources>' + sources + '</Sources>' if sources else ''}{after}</Project>"
    )


def selection(start, end, number, *, name="", code=CODE):
    coding = (
        f'<Coding guid="{guid(number, 8)}" creatingUser="{USER}"><CodeRef targetGUID="{code}"/></Coding>'
        if code
        else ""
    )
    return (
        f'<PlainTextSelection guid="{guid(number)}" name="{name}" startPosition="{start}" endPosition="{end}"'
        f' creatingUser="{USER}">{coding}</PlainTextSelection>'
    )


def text_source(marks, path="internal://a.txt", *, name="Protokoll", guid=TEXT, inside=""):
    told = f' plainTextPath="{path}"' if path else ""
    return f'<TextSource guid="{guid}" name="{name}"{told}>{inside}{"".join(marks)}</TextSource>'
