"""Read XML that may be hostile: no DOCTYPE, no entities, no endless nesting; one item at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import IO
from xml.etree import ElementTree as ET
from xml.parsers import expat

from nahraum.evidence.voices.exchange.told import refusal

Element = ET.Element
DEPTH = 200  # category systems have five levels
CHUNK = 1 << 16
# Elements that only hold items; what lies directly in them is given out and forgotten.
HOLDERS = {"Users", "CodeBook", "Codes", "Variables", "Cases", "Sources", "Notes", "Links", "Sets", "Graphs"}


class _Started(Exception):
    """The root element begins: no DOCTYPE can follow."""


class _Doctype(Exception):
    """There is a DOCTYPE."""


def local(tag: str) -> str:
    """Return a name without its namespace."""
    return tag.rpartition("}")[2]


def items(open_it: Callable[[], IO[bytes]], file: str, root: str) -> Iterator[tuple[Element, str]]:
    """Yield the root (attributes only) with its namespace, then every item; their own names are without namespace.

    Raises BadInput for a DOCTYPE, another root, XML that is not well-formed or in a broken encoding.
    """
    try:
        with open_it() as stream:
            _refuse_doctype(stream, file)
        with open_it() as stream:
            yield from _items(stream, file, root)
    except (ET.ParseError, expat.ExpatError, LookupError, ValueError) as error:
        raise refusal(
            file,
            "exchange-xml-broken",
            message="The XML is broken or not in the encoding that it names: {reason}.",
            remedy="Export it again; if that does not help, tell the makers of the program that it comes from.",
            reason=str(error),
        ) from error


def _refuse_doctype(stream: IO[bytes], file: str) -> None:
    """Read up to the root with the same parser that reads the rest, so that both see the same encoding."""

    def doctype(*_parts: object) -> None:
        raise _Doctype

    def started(*_parts: object) -> None:
        raise _Started

    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = doctype
    parser.StartElementHandler = started
    try:
        while chunk := stream.read(CHUNK):
            parser.Parse(chunk, False)
        parser.Parse(b"", True)
    except _Started:
        return
    except _Doctype:
        raise refusal(
            file,
            "exchange-doctype",
            message="The XML declares a DOCTYPE, which may hide entities; REFI-QDA has none. It is not read.",
            remedy="Ask where the file comes from, and export the project again.",
        ) from None


def _items(stream: IO[bytes], file: str, root: str) -> Iterator[tuple[Element, str]]:
    above: list[Element] = []
    holders = 0  # how many of those above are the root or holders, from the outside in
    for event, element in ET.iterparse(stream, ("start", "end")):  # noqa: S314 - DOCTYPE and entities are refused above
        if event == "start":
            if not above:
                _refuse_other(local(element.tag), file, root)
                # A copy: the parser reads ahead, so that the root may have children already.
                yield ET.Element(local(element.tag), element.attrib), element.tag.rpartition("}")[0].lstrip("{")
            if holders == len(above) and (not above or local(element.tag) in HOLDERS):
                holders += 1
            above.append(element)
            if len(above) > DEPTH:
                raise ValueError(f"more than {DEPTH} levels")
            continue
        above.pop()
        if holders > len(above):
            holders -= 1
        elif holders == len(above):
            element.tag = local(element.tag)
            yield element, ""
            above[-1].clear()


def _refuse_other(name: str, file: str, root: str) -> None:
    if name != root:
        raise refusal(
            file,
            "exchange-other-xml",
            message="The XML begins with “{name}”; “{root}” is expected.",
            remedy="Choose the file for this purpose: .qdpx for projects, .qdc for codebooks.",
            name=name,
            root=root,
        )
