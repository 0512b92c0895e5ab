"""Codebooks (.qdc) in and out: codes and sets of codes, in the standard's namespace and the older ones of programs."""

from __future__ import annotations

import io
from collections.abc import Iterable
from pathlib import Path

from nahraum.base import Issue, WrongRequest
from nahraum.base.language import gettext as _
from nahraum.evidence.voices.exchange.archive import PROJECT
from nahraum.evidence.voices.exchange.composing import ORIGIN, code_tree, named
from nahraum.evidence.voices.exchange.gathering import Gathering
from nahraum.evidence.voices.exchange.markup import items
from nahraum.evidence.voices.exchange.model import Code, Group, Project
from nahraum.evidence.voices.exchange.reading import project_of, take
from nahraum.evidence.voices.exchange.settling import settle_references
from nahraum.evidence.voices.exchange.tags import ILLEGAL, attributes, element, holder, leaf
from nahraum.evidence.voices.exchange.told import Told, refusal

NAMESPACE = "urn:QDA-XML:codebook:1.0"  # also seen: ...:0:4, which is told
HEAD = f'<?xml version="1.0" encoding="utf-8"?>\n<CodeBook xmlns="{NAMESPACE}"'


def read_codebook(path: Path, file: str = "") -> tuple[Project, tuple[Issue, ...]]:
    """Read a .qdc as a project that holds codes and sets only.

    Raises BadInput for a file that is too large, has a DOCTYPE or is not well-formed; whatever else is wrong is told.
    """
    file = file or path.name
    if path.stat().st_size > PROJECT:
        raise refusal(
            file,
            "exchange-damaged",
            message="The codebook is absurdly large; it is not read.",
            remedy="Export it again as REFI-QDA codebook (.qdc).",
        )
    raw = path.read_bytes()
    g = Gathering(told=Told(file))
    for item, namespace in items(lambda: io.BytesIO(raw), file, "CodeBook"):
        take(g, item, namespace, NAMESPACE)
    settle_references(g, ())
    return project_of(g), g.told.all()


def codebook_xml(codes: Iterable[Code], sets: Iterable[Group] = ()) -> bytes:
    """Return a .qdc, valid against the standard's schema; memos have no place in it.

    Raises WrongRequest where there is no code: the standard knows no empty codebook.
    """
    tree = holder("Codes", code_tree(codes, notes=False))
    if not tree:
        raise WrongRequest(_("A codebook needs at least one category: add one, then export it."))
    groups = []
    for group in sets:
        members = "".join(f"<MemberCode{attributes(guid=guid)}/>" for guid in group.codes)
        told = attributes(guid=group.guid) + named(group.name)
        groups.append(element("Set", told, leaf("Description", group.description), members))
    inside = tree + holder("Sets", groups)
    xml = f"{HEAD}{attributes(origin=ORIGIN)}>\n{inside}</CodeBook>\n"
    return ILLEGAL.sub("\ufffd", xml).encode()
