"""What REFI-QDA 1.5 allows: elements, attributes and their forms, as a table; and what is done about the rest.

Source: Project.xsd and Codebook.xsd of the standard. After ``legal`` an element holds nothing but what they allow, so
that whatever is kept can be written again.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import NamedTuple

from nahraum.base import Severity
from nahraum.evidence.voices.exchange.markup import Element, local
from nahraum.evidence.voices.exchange.told import Told

OURS = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")  # a GUID in the house's form, as most come
GUID = re.compile(r"\{?([0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12})\}?")
TIME = re.compile(
    r"(?!0000)\d{4}-(0[1-9]|1[0-2])-(\d\d)T([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d+)?"
    r"(Z|[+-](0\d|1[0-3]):[0-5]\d)?"
)
DATE = re.compile(r"(?!0000)\d{4}-(0[1-9]|1[0-2])-(\d\d)(Z|[+-](0\d|1[0-3]):[0-5]\d)?")
COLOR = re.compile(r"#([A-Fa-f0-9]{6}|[A-Fa-f0-9]{3})")
INTEGER = re.compile(r"[+-]?\d{1,18}")
DECIMAL = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)")
BOOLEANS = {"true": "true", "1": "true", "false": "false", "0": "false"}
KINDS = ("Text", "Boolean", "Integer", "Float", "Date", "DateTime")
DIRECTIONS = ("Associative", "OneWay", "Bidirectional")
TRIANGLES = ("LeftTriangle", "RightTriangle", "UpTriangle", "DownTriangle")
SHAPES = ("Person", "Oval", "Rectangle", "RoundedRectangle", "Star", "Note", *TRIANGLES)
ONCE = ("Description", "PlainTextContent", "Representation", "TextDescription")
LINES = ("dotted", "dashed", "solid")


def guid_of(raw: str) -> str:
    """Return a GUID in the house's form; any other string gives a GUID that is always the same for it."""
    if found := GUID.fullmatch(raw.strip()):
        return found.group(1).lower()
    return str(uuid.uuid5(uuid.NAMESPACE_URL, raw)) if raw.strip() else ""


def _day(raw: str, form: re.Pattern[str]) -> str | None:
    """Return a date or time that the calendar has."""
    found = form.fullmatch(raw)
    if not found:
        return None
    year, month, day = int(raw[:4]), int(raw[5:7]), int(raw[8:10])
    leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
    days = 29 if month == 2 and leap else (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)[month - 1]
    return raw if 1 <= day <= days else None


def _integer(raw: str) -> str | None:
    return str(int(raw)) if raw.isascii() and INTEGER.fullmatch(raw) else None


def _one_of(*words: str) -> Callable[[str], str | None]:
    return lambda raw: raw if raw in words else None


def _matching(form: re.Pattern[str]) -> Callable[[str], str | None]:
    return lambda raw: raw if raw.isascii() and form.fullmatch(raw) else None


# Form -> the value in that form, or None where it is not.
FORMS: Mapping[str, Callable[[str], str | None]] = {
    "guid": lambda raw: found[1].lower() if (found := GUID.fullmatch(raw)) else None,
    "integer": _integer,
    "time": lambda raw: _day(raw, TIME),
    "boolean": BOOLEANS.get,
    "color": _matching(COLOR),
    "kind": _one_of(*KINDS),
    "direction": _one_of(*DIRECTIONS),
    "shape": _one_of(*SHAPES),
    "line": _one_of(*LINES),
    "Text": lambda raw: raw,
    "Boolean": BOOLEANS.get,
    "Integer": _integer,
    "Float": _matching(DECIMAL),
    "Date": lambda raw: _day(raw, DATE),
    "DateTime": lambda raw: _day(raw, TIME),
}


@lru_cache(maxsize=1 << 16)
def in_form(form: str, raw: str) -> str | None:
    """Return a value as the schema's type of this name writes it, or None where it is not one."""
    return raw if form == "string" else FORMS[form](raw.strip() if form != "Text" else raw)


class Rule(NamedTuple):
    """Attributes with their forms, those that must be there, and the children."""

    attributes: Mapping[str, str]
    needed: tuple[str, ...] = ()
    children: frozenset[str] = frozenset()


def _rule(attributes: str = "", children: str = "", needed: str = "") -> Rule:
    """Make a rule from words: ``name`` (a string) or ``name:form``."""
    pairs = (word.partition(":") for word in attributes.split())
    return Rule(
        {name: form or "string" for name, _colon, form in pairs}, tuple(needed.split()), frozenset(children.split())
    )


_CREATED = " creatingUser:guid creationDateTime:time"
_STAMP = f" guid:guid name{_CREATED} modifyingUser:guid modifiedDateTime:time"
_BOX = " firstX:integer firstY:integer secondX:integer secondY:integer"
_SELECTION = "Description Coding NoteRef"
_SOURCE = f"{_SELECTION} VariableValue"
_TEXT = _rule("richTextPath plainTextPath" + _STAMP, f"{_SOURCE} PlainTextContent PlainTextSelection")
_REFERENCE = _rule("targetGUID:guid", needed="targetGUID")
_LEAF = _rule()
_SPAN = _rule("begin:integer end:integer" + _STAMP, _SELECTION, "begin end")

RULES: Mapping[str, Rule] = {
    "Project": _rule(
        "name origin creatingUserGUID:guid creationDateTime:time modifyingUserGUID:guid modifiedDateTime:time basePath"
    ),
    "CodeBook": _rule("origin"),
    "User": _rule("guid:guid name id"),
    "Code": _rule("guid:guid name isCodable:boolean color:color description", "Description NoteRef Code"),
    "Case": _rule("guid:guid name", "Description CodeRef VariableValue SourceRef SelectionRef"),
    "Variable": _rule("guid:guid name typeOfVariable:kind", "Description"),
    "VariableValue": _rule("", "VariableRef " + " ".join(f"{kind}Value" for kind in KINDS)),
    "Set": _rule("guid:guid name", "Description MemberCode MemberSource MemberNote"),
    "TextSource": _TEXT,
    "Note": _TEXT,
    "Representation": _TEXT,
    "TextDescription": _TEXT,
    "PlainTextSelection": _rule(
        "startPosition:integer endPosition:integer" + _STAMP, _SELECTION, "startPosition endPosition"
    ),
    "PictureSource": _rule("path currentPath" + _STAMP, f"{_SOURCE} TextDescription PictureSelection"),
    "PDFSource": _rule("path currentPath" + _STAMP, f"{_SOURCE} Representation PDFSelection"),
    "AudioSource": _rule("path currentPath" + _STAMP, f"{_SOURCE} Transcript AudioSelection"),
    "VideoSource": _rule("path currentPath" + _STAMP, f"{_SOURCE} Transcript VideoSelection"),
    # Representation is not in the standard here; what a file tells so are the words of the region, to be read.
    "PictureSelection": _rule(_BOX + _STAMP, f"{_SELECTION} Representation", "firstX firstY secondX secondY"),
    "PDFSelection": _rule(
        "page:integer" + _BOX + _STAMP, f"{_SELECTION} Representation", "page firstX firstY secondX secondY"
    ),
    "AudioSelection": _SPAN,
    "VideoSelection": _SPAN,
    "Transcript": _rule(
        "richTextPath plainTextPath" + _STAMP, "Description PlainTextContent SyncPoint TranscriptSelection NoteRef"
    ),
    "TranscriptSelection": _rule("fromSyncPoint:guid toSyncPoint:guid" + _STAMP, _SELECTION),
    "SyncPoint": _rule("guid:guid timeStamp:integer position:integer"),
    "Coding": _rule("guid:guid" + _CREATED, "CodeRef NoteRef"),
    "Graph": _rule("guid:guid name", "Vertex Edge"),
    "Vertex": _rule(f"guid:guid representedGUID:guid name{_BOX} shape:shape color:color", needed="guid firstX firstY"),
    "Edge": _rule(
        "guid:guid representedGUID:guid name sourceVertex:guid targetVertex:guid color:color direction:direction"
        " lineStyle:line",
        needed="guid sourceVertex targetVertex",
    ),
    "Link": _rule("guid:guid name direction:direction color:color originGUID:guid targetGUID:guid", "NoteRef"),
    **{f"{what}Ref": _REFERENCE for what in ("Note", "Code", "Source", "Selection", "Variable")},
    **{f"Member{what}": _rule("targetGUID:guid guid:guid") for what in ("Code", "Source", "Note")},
    **dict.fromkeys(("Description", "PlainTextContent", *(f"{kind}Value" for kind in KINDS)), _LEAF),
}


def legal(element: Element, told: Told) -> bool:
    """Reduce an element to what the standard allows, telling what is left out; False: it cannot be kept at all.

    Namespaces of children go, GUIDs and other forms are brought into the house's form.
    """
    name = element.tag
    rule = RULES.get(name)
    if rule is None:
        _unknown(told, name)
        return False
    _attributes(element, rule, told)
    if rule.needed and (missing := [need for need in rule.needed if need not in element.attrib]):
        told.tell(
            "exchange-incomplete",
            message="{element}: the file does not say {missing} in a way that can be read; left out with all it holds.",
            value=element.get("name") or element.get("guid") or name,
            element=name,
            missing=", ".join(missing),
        )
        return False
    if not len(element):
        return True
    seen: set[str] = set()
    for child in list(element):
        child.tag = local(child.tag)
        if child.tag not in rule.children:
            _unknown(told, f"{name}/{child.tag}")
            element.remove(child)
        elif child.tag in ONCE and child.tag in seen:
            _unknown(told, f"{name}/{child.tag} (2)")
            element.remove(child)
        elif not legal(child, told):
            element.remove(child)
        seen.add(child.tag)
    return True


def _attributes(element: Element, rule: Rule, told: Told) -> None:
    attributes, forms = element.attrib, rule.attributes
    for key, raw in tuple(attributes.items()):
        form = forms.get(key)
        if form == "string" or (form == "guid" and OURS.fullmatch(raw)):
            continue
        value = in_form(form, raw) if form else None
        if value is None and form == "guid" and raw.strip():
            value = guid_of(raw)
            _malformed(told, element, key, raw, form)
        elif value is None and form == "integer":
            value = _rounded(raw)
            _malformed(told, element, key, raw, form)
        elif value is None and form:
            if raw.strip():
                _malformed(told, element, key, raw, form)
        elif value is None and not key.startswith("{"):  # with a namespace: other programs' and XML's own business
            _unknown(told, f"{element.tag}/@{key}")
        if value is None:
            del attributes[key]
        elif value is not raw:
            attributes[key] = value


def _rounded(raw: str) -> str | None:
    """Return a number that other programs wrote with decimals as a whole one; positions never have any."""
    number = raw.strip()
    return str(round(float(number))) if number.isascii() and len(number) < 18 and DECIMAL.fullmatch(number) else None


def _malformed(told: Told, element: Element, key: str, raw: str, form: str) -> None:
    told.tell(
        "exchange-form",
        message="{element}: “{attribute}” is not written as the standard asks ({form}); mended, else left out.",
        value=raw,
        element=element.tag,
        attribute=key,
        form=form,
    )


def _unknown(told: Told, what: str) -> None:
    """Tell once what the standard does not know."""
    if not told.count[f"exchange-unknown {what}"]:
        told.tell(
            "exchange-unknown",
            message="The standard does not know “{what}”; left out.",
            severity=Severity.NOTICE,
            value=what,
            what=what,
        )
    told.count[f"exchange-unknown {what}"] = 1
