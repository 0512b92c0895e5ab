"""Write XML as text: escaped so that a parser gives back every character, line ends in attributes included."""

from __future__ import annotations

import re
from collections.abc import Iterable

from nahraum.evidence.voices.exchange.model import Stamp

ILLEGAL = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")  # what XML 1.0 cannot hold
SPECIAL = re.compile('[&<>"\t\n\r]')
IN_TEXT = re.compile("[&<>\r]")
ESCAPES = {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "\t": "&#9;", "\n": "&#10;", "\r": "&#13;"}


def attributes(**values: str) -> str:
    """Return attributes, each with a blank before it; empty ones are left out."""
    return "".join(
        f' {name}="{SPECIAL.sub(lambda found: ESCAPES[found.group()], value)}"'
        for name, value in values.items()
        if value
    )


def element(name: str, attributes: str = "", *children: str) -> str:
    """Return an element; children are XML already."""
    inside = "".join(children)
    return f"<{name}{attributes}>{inside}</{name}>" if inside else f"<{name}{attributes}/>"


def leaf(name: str, text: str) -> str:
    """Return an element that holds text, or nothing where there is none."""
    return f"<{name}>{IN_TEXT.sub(lambda found: ESCAPES[found.group()], text)}</{name}>" if text else ""


def references(name: str, guids: Iterable[str]) -> str:
    """Return one reference for each GUID."""
    return "".join(f"<{name}{attributes(targetGUID=guid)}/>" for guid in guids)


def stamped(stamp: Stamp) -> str:
    """Return who made and changed something, as attributes."""
    return attributes(
        creatingUser=stamp.creator,
        creationDateTime=stamp.created,
        modifyingUser=stamp.modifier,
        modifiedDateTime=stamp.modified,
    )


def holder(name: str, children: Iterable[str]) -> str:
    """Return a list of items on lines of their own, or nothing where there is none: the schema wants at least one."""
    inside = "\n".join(children)
    return f"<{name}>\n{inside}\n</{name}>\n" if inside else ""
