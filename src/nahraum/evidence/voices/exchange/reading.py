"""Read a REFI-QDA project (.qdpx): everything that can be kept, and in detail what cannot."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType
from xml.etree import ElementTree as ET

from nahraum.base import Issue, Severity
from nahraum.base.language import gettext as _
from nahraum.base.language import gettext_noop
from nahraum.evidence.voices.exchange.archive import BROKEN, Archive, in_slashes, opened, project_stream, unreadable
from nahraum.evidence.voices.exchange.dialect import Certainty, Choice, Dialect, Newline
from nahraum.evidence.voices.exchange.gathering import (
    Gathering,
    Taking,
    take_case,
    take_code,
    take_description,
    take_link,
    take_note_of_project,
    take_set,
    take_user,
    take_variable,
)
from nahraum.evidence.voices.exchange.markup import Element, items
from nahraum.evidence.voices.exchange.materials import take_medium, take_note, take_source
from nahraum.evidence.voices.exchange.model import Kind, Project, Stamp
from nahraum.evidence.voices.exchange.settling import complete, settle_codings, settle_positions, settle_references
from nahraum.evidence.voices.exchange.standard import legal
from nahraum.evidence.voices.exchange.told import Told

NAMESPACE = "urn:QDA-XML:project:1.0"
CERTAINTIES = {
    Certainty.ASSUMED: gettext_noop("assumed, nothing in the texts tells"),
    Certainty.BORDERS: gettext_noop("word borders agree"),
    Certainty.QUOTATIONS: gettext_noop("quotations agree"),
}
NEWLINES = {
    Newline.ONE: gettext_noop("every line end as one character"),
    Newline.AS_WRITTEN: gettext_noop("line ends as in the file"),
    Newline.TWO: gettext_noop("every line end as two characters"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """A project, what is to be told about it, and how positions were understood (GUID of a text -> choice)."""

    project: Project
    issues: tuple[Issue, ...]
    choices: Mapping[str, Choice]


def read_project(content: Path | bytes, file: str = "") -> Reading:
    """Read a .qdpx, also one that lies on no disk; ``file``: its name for people.

    Raises BadInput for archives that are hostile or damaged, and for XML that is not well-formed; whatever else is
    wrong becomes an issue. Media stay in the archive: ``Project.files`` says where.
    """
    with opened(content, file) as archive:
        g = Gathering(told=Told(archive.file), archive=archive)
        try:
            for element, namespace in items(lambda: project_stream(archive), archive.file, "Project"):
                take(g, element, namespace, NAMESPACE)
        except BROKEN as error:
            raise unreadable(archive) from error
        for element in g.later:
            take_medium(g, element)
        complete(g)
        selections, kept, choices = settle_positions(g)
        settle_references(g, selections.guid)
        codings = settle_codings(g, kept)
        _tell_choices(g, choices)
        _tell_unused(g, archive)
        project = replace(project_of(g), selections=selections, codings=codings)
        return Reading(project=project, issues=g.told.all(), choices=MappingProxyType(choices))


def take(g: Gathering, element: Element, namespace: str, usual: str) -> None:
    """Take one item of the file into the project so far."""
    if not legal(element, g.told):
        return
    if element.tag in ("Project", "CodeBook"):
        g.root = dict(element.attrib)
        if namespace != usual:
            g.told.tell(
                "exchange-namespace",
                message="The file names another version of the standard; read as “{usual}”.",
                severity=Severity.NOTICE,
                value=namespace,
                usual=usual,
            )
    elif element.tag in MEDIA:
        g.later.append(element)
    elif taking := TAKING.get(element.tag):
        taking(g, element)


def _take_graph(g: Gathering, element: Element) -> None:
    """Pass a graph through as it came; the standard wants vertices first."""
    element[:] = sorted(element, key=lambda child: child.tag == "Edge")
    element.set("guid", g.claim("Graph", element.get("guid", ""), element.get("name", "")))
    for part in element.iter():
        part.text = part.tail = None
    g.graphs.append(ET.tostring(element, encoding="unicode"))


MEDIA = {f"{kind}Source" for kind in Kind}
TAKING: Mapping[str, Taking] = {
    "User": take_user,
    "Code": take_code,
    "Variable": take_variable,
    "Case": take_case,
    "TextSource": take_source,
    "Note": take_note,
    "Link": take_link,
    "Set": take_set,
    "Graph": _take_graph,
    "Description": take_description,
    "NoteRef": take_note_of_project,
}


def project_of(g: Gathering) -> Project:
    """Return what was gathered, without selections and codings."""
    root = g.root.get
    return Project(
        name=root("name", ""),
        origin=root("origin", ""),
        description=g.description,
        base_path=root("basePath", ""),
        stamp=Stamp(
            root("creatingUserGUID", ""),
            root("creationDateTime", ""),
            root("modifyingUserGUID", ""),
            root("modifiedDateTime", ""),
        ),
        notes=tuple(g.notes),
        users=tuple(g.users),
        codes=tuple(g.codes),
        variables=tuple(g.variables),
        cases=tuple(g.cases),
        texts=tuple(g.texts),
        media=tuple(g.media),
        regions=tuple(g.regions),
        links=tuple(g.links),
        sets=tuple(g.sets),
        graphs=tuple(g.graphs),
        files=MappingProxyType(g.files),
    )


def described(dialect: Dialect) -> str:
    """Say how positions are meant, in the reader's language."""
    parts = [_("UTF-16 units") if dialect.utf16 else _("Unicode code points"), _(NEWLINES[dialect.newline])]
    if dialect.bom_counts:
        parts.append(_("the byte order mark counted"))
    parts.append(_("the last character named") if dialect.inclusive else _("the end not included"))
    return ", ".join(parts)


def _tell_choices(g: Gathering, choices: Mapping[str, Choice]) -> None:
    """Tell once per way how the positions were understood; a mere assumption is to be confirmed."""
    if g.root.get("origin", "").startswith("Nahraum"):
        return
    for (dialect, certainty), count in Counter((c.dialect, c.certainty) for c in choices.values()).items():
        assumed = certainty is Certainty.ASSUMED
        g.told.tell(
            "exchange-dialect",
            message="Positions in {count} texts are read as: {dialect} ({certainty}).",
            remedy="Compare some quotations with the program that the project comes from." if assumed else "",
            severity=Severity.WARNING if assumed else Severity.NOTICE,
            count=count,
            dialect=described(dialect),
            certainty=_(CERTAINTIES[certainty]),
        )


def _tell_unused(g: Gathering, archive: Archive) -> None:
    """Tell which files of the archive nothing refers to."""
    used = {packed.entry for packed in g.files.values()} | g.opened | {archive.project}
    for name in sorted(archive.exact - used):
        hidden = in_slashes(name).rpartition("/")[2].startswith(".") or name.startswith("__MACOSX/")
        if not hidden:
            g.told.tell(
                "exchange-file-unused",
                message="Nothing in the project refers to this file of the archive; left out.",
                severity=Severity.NOTICE,
                value=name,
            )
