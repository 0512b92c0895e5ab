"""What is written comes back: every name, place, memo and value; and what is written is valid against the schema."""

import dataclasses
import io
import zipfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nahraum.evidence.voices.exchange.model import (
    Case,
    Code,
    Codings,
    Group,
    Kind,
    Link,
    Medium,
    On,
    Packed,
    Project,
    Region,
    Role,
    Selections,
    Stamp,
    SyncPoint,
    Text,
    User,
    Value,
    Variable,
    fingerprint,
)
from nahraum.evidence.voices.exchange.reading import read_project
from nahraum.evidence.voices.exchange.writing import write_project
from tests.core.voices.refi_files import guid, qdpx

UNHURRIED = [HealthCheck.too_slow, HealthCheck.function_scoped_fixture]
# Letters, blanks of all kinds, signs beyond the basic plane, combining marks, marks of XML.
SIGNS = st.one_of(
    st.sampled_from("ab ä\t\n😀👩‍👧ñ\u0301\u200b\u00a0\ufeff<>&\"']]>"), st.characters(exclude_categories=["Cs", "Cc"])
)
body = st.text(SIGNS, max_size=40).filter(lambda text: not text.startswith("\ufeff"))
name = st.text(SIGNS.filter(lambda sign: sign not in "\ufffe\uffff"), max_size=8)
stamps = st.builds(
    Stamp,
    creator=st.sampled_from(["", guid(1, 1)]),
    created=st.sampled_from(["", "2025-01-01T00:00:00Z", "2024-02-29T23:59:59.5+01:00"]),
    modifier=st.sampled_from(["", guid(2, 1)]),
    modified=st.sampled_from(["", "2025-06-01T00:00:00"]),
)
VALUES = {
    "Text": st.none() | name,
    "Boolean": st.none() | st.sampled_from(["true", "false"]),
    "Integer": st.none() | st.integers(-(10**9), 10**9).map(str),
    "Float": st.none() | st.decimals(-1000, 1000, places=3).map(lambda d: f"{d:f}"),
    "Date": st.none() | st.dates().map(str),
    "DateTime": st.none() | st.sampled_from(["2025-01-01T00:00:00Z"]),
}

GRAPH = f'<Graph guid="{guid(0, 13)}" name="Netz"><Vertex guid="{guid(1, 13)}" firstX="1" firstY="2" /></Graph>'


def some(draw, among):
    return tuple(draw(st.lists(st.sampled_from(among), unique=True, max_size=3))) if among else ()


@st.composite
def projects(draw):
    """Return any project whose texts stand in the reader's order: sources, memos, then what belongs to media."""
    counts = {what: draw(st.integers(0, 3)) for what in ("code", "source", "note", "medium", "selection", "coding")}
    users = tuple(User(guid=guid(n, 1), name=draw(name), id=draw(name)) for n in (1, 2))
    notes = [guid(n, 4) for n in range(counts["note"])]
    codes = []
    for n in range(counts["code"]):
        parent = draw(st.sampled_from(["", *(code.guid for code in codes)]))
        codes.append(
            Code(
                guid=guid(n, 2),
                name=draw(st.sampled_from(["Bedarf", "Wohnen", ""]) | name),
                parent=parent,
                description=draw(name),
                color=draw(st.sampled_from(["", "#fff", "#A0b1C2"])),
                is_codable=draw(st.booleans()),
                notes=some(draw, notes),
            )
        )
    variables = tuple(
        Variable(guid=guid(n, 3), name=draw(name), kind=kind, description=draw(name)) for n, kind in enumerate(VALUES)
    )

    def values():
        kinds = draw(st.lists(st.sampled_from(list(VALUES)), unique=True, max_size=3))
        made = [(variables[list(VALUES).index(kind)].guid, kind, draw(VALUES[kind])) for kind in kinds]
        return tuple(Value(variable=v, kind=kind if x is not None else "Text", value=x) for v, kind, x in made)

    def text(number, role, owner="", **more):
        words = draw(st.none() | body) if role is Role.SOURCE else draw(body)
        return Text(
            guid=guid(number, 5 if role is not Role.NOTE else 4),
            name=draw(name),
            role=role,
            owner=owner,
            text=words,
            sha256="" if words is None else fingerprint(words),
            path="absolute:///elsewhere/a.txt" if words is None and draw(st.booleans()) else "",
            description=draw(name),
            notes=some(draw, notes),
            values=values() if role is not Role.TRANSCRIPT else (),
            stamp=draw(stamps),
            **more,
        )

    texts = [text(n, Role.SOURCE) for n in range(counts["source"])] + [
        text(n, Role.NOTE) for n in range(counts["note"])
    ]
    media, regions = [], []
    for n in range(counts["medium"]):
        kind = draw(st.sampled_from(list(Kind)))
        path = draw(st.sampled_from(["internal://bild.jpg", "relative:///b.mp4", ""]))
        media.append(
            Medium(
                guid=guid(n, 6), kind=kind, name=draw(name), path=path, description=draw(name), notes=some(draw, notes),
                values=values(), stamp=draw(stamps),
            )
        )  # fmt: skip
        role = {Kind.PICTURE: Role.DESCRIPTION, Kind.PDF: Role.REPRESENTATION}.get(kind, Role.TRANSCRIPT)
        if draw(st.booleans()):
            made = text(50 + n, role, media[-1].guid)
            if role is Role.TRANSCRIPT:
                places = sorted(draw(st.lists(st.integers(0, len(made.text)), max_size=3)))
                points = [
                    SyncPoint(guid=guid(10 * n + k, 7), milliseconds=k, position=at) for k, at in enumerate(places)
                ]
                made = dataclasses.replace(made, points=(*points, SyncPoint(guid=guid(10 * n + 9, 7), milliseconds=9)))
            texts.append(made)
        size = {Kind.PICTURE: 4, Kind.PDF: 5}.get(kind, 2)
        place = tuple(draw(st.lists(st.integers(0, 999), min_size=size, max_size=size)))
        regions.append(
            Region(
                guid=guid(n, 8), medium=n, place=place, name=draw(name), description=draw(name), notes=some(draw, notes)
            )
        )
    rows = []
    for n in range(counts["selection"] if texts else 0):
        number = draw(st.integers(0, len(texts) - 1))
        chosen = texts[number]
        first = last = ""
        if chosen.role is Role.TRANSCRIPT:
            points = [point for point in chosen.points if point.position is not None]
            if not points:
                continue
            a, b = draw(st.integers(0, len(points) - 1)), len(points) - 1
            first, last, start, end = points[a].guid, points[b].guid, points[a].position, points[b].position
        else:
            start = draw(st.integers(0, (1 if chosen.text is None else len(chosen.text))))
            end = draw(st.integers(start, (1 if chosen.text is None else len(chosen.text))))
        rows.append((guid(n, 9), number, start, end, draw(name), draw(name), draw(stamps), first, last))
    columns = list(zip(*rows, strict=True)) or [()] * 9
    ints = [np.array(column, dtype=np.int64) for column in columns[1:4]]
    selections = Selections(
        guid=columns[0], text=ints[0], start=ints[1], end=ints[2], name=columns[4], description=columns[5],
        stamp=columns[6], first=columns[7], last=columns[8],
        notes=tuple((row, note) for row in range(len(rows)) for note in some(draw, notes)),
    )  # fmt: skip
    on = [(On.SELECTION, n) for n in range(len(rows))] + [(On.MEDIUM, n) for n in range(len(media))]
    on += [(On.REGION, n) for n in range(len(regions))]
    on += [(On.TEXT, n) for n, made in enumerate(texts) if made.role is not Role.TRANSCRIPT]
    made = [
        (guid(n, 10), draw(st.integers(0, 1)), draw(st.integers(0, len(codes) - 1)), *draw(st.sampled_from(on)))
        for n in range(counts["coding"] if codes and on else 0)
    ]
    columns = list(zip(*made, strict=True)) or [()] * 5
    ints = [np.array(column, dtype=np.int64) for column in columns[1:]]
    codings = Codings(
        guid=columns[0], coder=ints[0], code=ints[1], on=ints[2], number=ints[3],
        created=tuple(draw(st.sampled_from(["", "2025-01-01T00:00:00Z"])) for _row in made),
        notes=tuple((row, note) for row in range(len(made)) for note in some(draw, notes)),
    )  # fmt: skip
    sources = [made.guid for made in (*texts, *media)]
    all_codes = [code.guid for code in codes]
    places = [*selections.guid, *(region.guid for region in regions)]
    return Project(
        name=draw(name), description=draw(name), base_path=draw(name), stamp=draw(stamps), notes=some(draw, notes),
        users=users, codes=tuple(codes), variables=variables,
        cases=(Case(guid=guid(0, 2), name=draw(name), description=draw(name), codes=some(draw, all_codes),
                    values=values(), sources=some(draw, sources), selections=some(draw, places)),),
        texts=tuple(texts), media=tuple(media), regions=tuple(regions), selections=selections, codings=codings,
        links=(Link(guid=guid(0, 11), name=draw(name), direction="OneWay", color="#123", origin=guid(0, 9),
                    target=guid(0, 4), notes=some(draw, notes)),),
        sets=(Group(guid=guid(0, 12), name=draw(name), description=draw(name), codes=some(draw, all_codes),
                    sources=some(draw, sources), notes=some(draw, notes)),),
        graphs=(GRAPH,),
    )  # fmt: skip


NAMED = ("users", "codes", "variables", "cases", "texts", "media", "links", "sets")


def plain(project):
    """Return all of a project by GUID, so that the order of rows does not matter."""

    def of(things):
        return {thing.guid: thing for thing in things}

    def hung(pairs, guids):
        return sorted((guids[row], note) for row, note in pairs)

    s, c = project.selections, project.codings
    on = {
        On.SELECTION: s.guid,
        On.TEXT: [text.guid for text in project.texts],
        On.REGION: [region.guid for region in project.regions],
        On.MEDIUM: [medium.guid for medium in project.media],
    }
    return {
        "selections": {
            s.guid[n]: (project.texts[s.text[n]].guid, int(s.start[n]), int(s.end[n]), s.name[n], s.description[n],
                        s.stamp[n], s.first[n], s.last[n])
            for n in range(len(s))
        },
        "codings": {
            c.guid[n]: (project.users[c.coder[n]].guid, project.codes[c.code[n]].guid, int(c.on[n]),
                        on[On(int(c.on[n]))][c.number[n]], c.created[n])
            for n in range(len(c))
        },
        "memos": (hung(s.notes, s.guid), hung(c.notes, c.guid)),
        "regions": {r.guid: (dataclasses.replace(r, medium=0), project.media[r.medium].guid) for r in project.regions},
        **{k: of(getattr(project, k)) for k in NAMED},
        **{k: getattr(project, k) for k in ("name", "description", "base_path", "stamp", "notes", "graphs")},
    }  # fmt: skip


@settings(deadline=None, max_examples=20, suppress_health_check=UNHURRIED)
@given(made=projects())
def test_export_and_import_is_identity(tmp_path, made):
    picture = tmp_path / "bild.jpg"
    picture.write_bytes(b"\xff\xd8 picture")
    if any(medium.path == "internal://bild.jpg" for medium in made.media):
        made = dataclasses.replace(made, files={"internal://bild.jpg": Packed(archive=picture)})
    assert write_project(made, tmp_path / "a.qdpx") == ()
    reading = read_project(tmp_path / "a.qdpx")
    assert plain(reading.project) == plain(made)
    assert {issue.code for issue in reading.issues} <= {"exchange-text-missing", "exchange-file-outside"}
    write_project(reading.project, tmp_path / "b.qdpx")
    assert (tmp_path / "a.qdpx").read_bytes() == (tmp_path / "b.qdpx").read_bytes() or set(made.files)
    again = read_project(tmp_path / "b.qdpx").project
    assert plain(again) == plain(made)
    for packed in again.files.values():
        assert zipfile.ZipFile(packed.archive).read(packed.entry) == b"\xff\xd8 picture"


@pytest.mark.real_data
@settings(deadline=None, max_examples=20, suppress_health_check=UNHURRIED)
@given(made=projects())
def test_exports_are_valid_against_the_schema(tmp_path, shared, made):
    write_project(made, tmp_path / "a.qdpx")
    assert_valid(tmp_path / "a.qdpx", shared)


def assert_valid(path, shared):
    etree = pytest.importorskip("lxml.etree")
    schema = etree.XMLSchema(etree.parse(str(shared / "data" / "refi" / "Project.xsd")))
    schema.assertValid(etree.parse(io.BytesIO(zipfile.ZipFile(path).read("project.qde"))))


@pytest.mark.real_data
def test_a_real_project_with_every_element_comes_through(tmp_path, shared):
    """ATLAS.ti wrote it; its sources are stripped. Counted in the XML itself: see ``counts``."""
    etree = pytest.importorskip("lxml.etree")
    path = shared / "data" / "refi" / "atlasti_all_elements_sources_stripped.qdpx"
    tree = etree.parse(io.BytesIO(zipfile.ZipFile(path).read("Project.qde")))
    counts = {
        tag: len(tree.findall(f".//{{*}}{tag}"))
        for tag in ("User", "Code", "Set", "Graph", "Link", "Note", "Coding", "PlainTextSelection",
                    "TranscriptSelection", "PDFSelection", "PictureSelection", "AudioSelection",
                    "VideoSelection", "SyncPoint")
    }  # fmt: skip
    reading = read_project(path)
    made = reading.project
    assert len(made.users) == counts["User"]
    assert len(made.codes) == counts["Code"]
    assert len(made.sets) == counts["Set"]
    assert len(made.graphs) == counts["Graph"]
    assert len(made.links) == counts["Link"]
    assert len(made.codings) == counts["Coding"]
    assert len(made.selections) == counts["PlainTextSelection"] + counts["TranscriptSelection"]
    assert len(made.regions) == sum(counts[f"{kind}Selection"] for kind in Kind)
    assert sum(text.role is Role.NOTE for text in made.texts) == counts["Note"]
    assert sum(len(text.points) for text in made.texts) == counts["SyncPoint"]
    write_project(made, tmp_path / "a.qdpx")
    assert_valid(tmp_path / "a.qdpx", shared)
    assert plain(read_project(tmp_path / "a.qdpx").project) == plain(made)


def test_a_foreign_file_is_the_same_after_two_ways(tmp_path):
    """CRLF, UTF-16 and a byte order mark in; out and in again: the same words under the same codes."""
    from tests.core.voices.refi_files import project, selection, text_source
    from tests.core.voices.test_refi_dialects import QUOTATIONS, TEXT, positions

    raw = "\ufeff" + TEXT.replace("\n", "\r\n")
    marks = [selection(*positions(raw, words, utf16=True), n) for n, words in enumerate(QUOTATIONS)]
    first = read_project(qdpx(tmp_path / "a.qdpx", project(text_source(marks)), {"Sources/a.txt": raw})).project
    assert write_project(first, tmp_path / "b.qdpx") == ()
    second = read_project(tmp_path / "b.qdpx").project
    assert plain(second) == plain(first)
    at = zip(second.selections.start, second.selections.end, strict=True)
    assert [second.texts[0].text[start:end] for start, end in at] == list(QUOTATIONS)


def test_what_xml_cannot_hold_is_replaced_and_told(tmp_path):
    made = Project(name="a\x01b", texts=(Text(guid=guid(1), role=Role.NOTE, text="x\x02y"),))
    assert [issue.code for issue in write_project(made, tmp_path / "a.qdpx")] == ["exchange-characters"]
    back = read_project(tmp_path / "a.qdpx").project
    assert (back.name, back.texts[0].text) == ("a\ufffdb", "x\x02y")


def test_a_failed_export_leaves_the_old_file_alone(tmp_path, monkeypatch):
    path = tmp_path / "a.qdpx"
    path.write_text("old")
    monkeypatch.setattr(zipfile.ZipFile, "writestr", lambda *_a, **_k: (_ for _ in ()).throw(OSError("disk full")))
    with pytest.raises(OSError, match="disk full"):
        write_project(Project(name="a"), path)
    assert path.read_text() == "old"
    assert [Path(p).name for p in tmp_path.iterdir()] == ["a.qdpx"]


def test_media_that_are_gone_are_told(tmp_path):
    made = Project(
        name="a",
        media=(Medium(guid=guid(1), kind=Kind.PICTURE, path="internal://a.jpg"),),
        files={"internal://a.jpg": Packed(archive=tmp_path / "gone.jpg")},
    )
    assert [issue.code for issue in write_project(made, tmp_path / "a.qdpx")] == ["exchange-file-lost"]


def test_transcripts_coded_without_sync_points_get_some(tmp_path):
    """The standard knows no other place in a transcript."""
    made = Project(
        name="a",
        codes=(Code(guid=guid(1, 2), name="Bus"),),
        media=(Medium(guid=guid(1, 6), kind=Kind.AUDIO),),
        texts=(Text(guid=guid(2, 5), role=Role.TRANSCRIPT, owner=guid(1, 6), text="Der Bus fehlt"),),
        selections=Selections(
            guid=(guid(3, 9),), text=np.array([0]), start=np.array([4]), end=np.array([7]), name=("",),
            description=("",), stamp=(Stamp(),), first=("",), last=("",),
        ),
        codings=Codings(guid=(guid(4, 10),), coder=np.array([-1]), code=np.array([0]), on=np.array([0]),
                        number=np.array([0]), created=("",)),
    )  # fmt: skip
    write_project(made, tmp_path / "a.qdpx")
    back = read_project(tmp_path / "a.qdpx").project
    assert (int(back.selections.start[0]), int(back.selections.end[0])) == (4, 7)
    assert back.codings.coder[0] == -1
    assert [point.milliseconds for point in back.texts[0].points] == [None, None]
