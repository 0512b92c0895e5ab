"""Read a project that came: which texts, codings and memos a study can take, and in detail what it cannot."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Container, Iterable, Mapping
from dataclasses import replace

import numpy as np

from nahraum.base import Issue, Severity
from nahraum.base.language import gettext as _
from nahraum.base.language import gettext_noop
from nahraum.evidence.voices.codings import Ints
from nahraum.evidence.voices.exchange.model import NOWHERE, Kind, On, Project, Role, User, stretches
from nahraum.evidence.voices.exchange.reading import read_project
from nahraum.evidence.voices.exchange.table import read_codings_csv
from nahraum.evidence.voices.exchange.taguette import HEAD, read_taguette
from nahraum.evidence.voices.incoming.bounds import few_coders, levelled, refuse_swollen
from nahraum.evidence.voices.incoming.groups import cases_of, disputed, groupings, sets_of
from nahraum.evidence.voices.incoming.lines import InLines, in_lines
from nahraum.evidence.voices.incoming.media import File, files_of
from nahraum.evidence.voices.incoming.places import places_of
from nahraum.evidence.voices.incoming.remarks import remarks
from nahraum.evidence.voices.incoming.terms import Brought, Incoming, Marks, fit, line
from nahraum.evidence.voices.outgoing import QUOTATION
from nahraum.evidence.voices.texts import Segment, Text


def read(
    content: bytes,
    file: str,
    texts: Callable[[], Mapping[str, str]],
    lines: Callable[[], Iterable[tuple[str, ...]]] = tuple,
) -> Incoming:
    """Read a .qdpx, a Taguette project or a table of codings, told apart by what they hold.

    ``texts``: the words of the study's texts by name, ``lines``: its categories, each with those above it; a table of
    codings needs both. Raises BadInput where the file is hostile, damaged or nothing of these.
    """
    if content.startswith(b"PK"):
        reading = read_project(content, file)
        lost: Counter[str] = Counter()
        return incoming(reading.project, reading.issues, files_of(reading.project, content, lost), lost)
    if content.startswith(HEAD):
        return incoming(*read_taguette(content, file))
    return incoming(*read_codings_csv(content, file, texts(), lines()))


def incoming(
    project: Project,
    issues: Iterable[Issue] = (),
    files: Mapping[str, File] | None = None,
    lost: Counter[str] | None = None,
) -> Incoming:
    """Return what a study can take of a project; whatever it cannot is told in the issues.

    ``files``: those of its media that can be taken; ``lost``: what is counted as lost already.
    """
    files, lost = files or {}, Counter() if lost is None else lost
    project = replace(project, codes=levelled(project.codes, lost))
    lined = in_lines(project, {guid: file.pixels for guid, file in files.items()})
    project = lined.project
    taken, number = _texts(project, lined.repeated, lost)
    marks, same = _marks(project, number, lined.lowered, lost)
    cases, sets = cases_of(project, number), sets_of(project, number)
    refuse_swollen(cases, sets)
    names = _variables(project)
    kept, words = few_coders(
        marks, remarks(project, places_of(project, number, marks, same), lost), len(project.users), lost
    )
    drafts = tuple(_draft(project, n, names, lined.segments.get(n, ())) for n in taken)
    lost["case-values"] += disputed(cases, drafts)
    beside = {guid: int(number[n]) for guid, n in lined.beside.items() if number[n] != NOWHERE}
    _count_lost(project, lined, lost)
    return Incoming(
        name=project.name,
        origin=project.origin,
        texts=drafts,
        codes=project.codes,
        coders=(*project.users, User(guid="", name="")),
        marks=kept,
        remarks=words,
        groups=groupings(drafts, cases, sets),
        cases=cases,
        sets=sets,
        issues=(*issues, *(_told(what, count) for what, count in lost.items() if count)),
        media=tuple(
            Brought(text=beside[guid], entry=file.entry, is_photo=file.pixels is not None)
            for guid, file in files.items()
            if guid in beside
        ),
    )


def _texts(project: Project, repeated: Container[int], lost: Counter[str]) -> tuple[list[int], Ints]:
    """Return the texts that are taken, and for each of the project its new number or NOWHERE."""
    number = np.full(len(project.texts), NOWHERE, dtype=np.int64)
    taken: list[int] = []
    for n, each in enumerate(project.texts):
        if each.role is Role.NOTE or n in repeated:
            continue
        if each.text and each.text.strip():
            number[n] = len(taken)
            taken.append(n)
        else:
            lost["texts"] += 1
    return taken, number


def _marks(project: Project, number: Ints, lowered: frozenset[int], lost: Counter[str]) -> tuple[Marks, dict[int, int]]:
    """Return the codings that are kept, and for those that say the same twice, as area and as line, which one is."""
    codings, selections = project.codings, project.selections
    row, text, start, end = stretches(project)
    there = number[text] != NOWHERE if len(text) else np.zeros(0, dtype=bool)
    long = start < end
    lost["empty"] += int((there & ~long).sum())
    lost["elsewhere"] += int(((codings.on == On.REGION) | (codings.on == On.MEDIUM)).sum())
    in_notes = [n for n, each in enumerate(project.texts) if each.role is Role.NOTE]
    lost["in-notes"] += int(np.isin(text, in_notes).sum())
    stays = there & long
    lost["placeless"] += len(codings) - int(stays.sum()) - sum(lost[k] for k in ("empty", "elsewhere", "in-notes"))
    row, text, start, end = row[stays], number[text[stays]], start[stays], end[stays]
    flagged = np.array([told in QUOTATION for told in selections.description], dtype=bool)
    quoted = np.zeros(len(row), dtype=np.int64)
    on_selection = codings.on[row] == On.SELECTION
    quoted[on_selection] = flagged[codings.number[row[on_selection]]]
    coder = np.where(codings.coder == NOWHERE, len(project.users), codings.coder)[row]
    places = zip(row.tolist(), text, coder, codings.code[row], start, end, strict=True)
    same = _same(places, lowered) if lowered else {}
    once = ~np.isin(row, list(same))
    row, text, coder, start, end, quoted = (each[once] for each in (row, text, coder, start, end, quoted))
    marks = Marks(
        row=row,
        text=text,
        coder=coder,
        code=codings.code[row],
        start=start,
        end=end,
        is_quotation=quoted,
        made=tuple(codings.created[n] for n in row.tolist()),
    )
    return marks, same


def _same(rows: Iterable[tuple[int, ...]], lowered: frozenset[int]) -> dict[int, int]:
    """Return for each row that stood on an area and repeats another the row that says the same."""
    known: dict[tuple[int, ...], int] = {}
    found = {}
    for row, *key in sorted(rows, key=lambda each: each[0] in lowered):
        first = known.setdefault(tuple(map(int, key)), row)
        if first != row and row in lowered:
            found[row] = first
    return found


def _variables(project: Project) -> dict[str, str]:
    return {each.guid: line(each.name) for each in project.variables}


def _draft(project: Project, n: int, names: Mapping[str, str], segments: tuple[Segment, ...]) -> Text:
    each = project.texts[n]
    text = fit(each.text or "")
    owner = next((medium.name for medium in project.media if medium.guid == each.owner), "") if each.owner else ""
    values = {names[value.variable]: line(value.value) for value in each.values if value.value}
    return Text(
        name=(line(each.name or owner) or _("without name"))[:200],
        text=text,
        segments=segments,
        variables={name.replace("=", ":"): value for name, value in values.items() if name and value},
    )


def _count_lost(project: Project, lined: InLines, lost: Counter[str]) -> None:
    lost.update(lined.placed)
    lost["media"] += sum(1 for each in project.media if each.kind in (Kind.PDF, Kind.VIDEO))
    lost["alone"] += sum(1 for each in project.media if each.kind is Kind.AUDIO and each.guid not in lined.beside)
    lost["graphs"] += len(project.graphs)
    lost["names"] += sum(1 for each in project.selections.name if each)
    lost["rich"] += sum(1 for each in project.texts if each.rich_path)
    lost["case-parts"] += sum(len(each.selections) + len(each.codes) for each in project.cases)
    lost["sets-of-codes"] += sum(1 for each in project.sets if each.codes)


LOST = {
    "texts": gettext_noop("Texts that are missing or empty, left out with what is coded in them: {count}."),
    "empty": gettext_noop("Codings that stand on no sign at all, left out: {count}."),
    "elsewhere": gettext_noop("Codings on moments of films or recordings to which no line belongs, left out: {count}."),
    "pdf-words": gettext_noop("Codings on rectangles of PDF pages that stand where their words stand: {count}."),
    "pdf-page": gettext_noop(
        "Codings on rectangles of PDF pages that stand on the words of the whole page; a memo says where: {count}."
    ),
    "pdf-line": gettext_noop(
        "Codings on rectangles of PDF pages without a sure place in the text, each on a line of its own at its end; a "
        "memo says where: {count}."
    ),
    "film-whole": gettext_noop("Codings on films that stand on the lines said there: {count}."),
    "film-part": gettext_noop(
        "Codings on films that stand on longer lines than were coded; a memo says from when to when: {count}."
    ),
    "in-notes": gettext_noop("Codings in memos, left out (the memos are kept): {count}."),
    "placeless": gettext_noop("Codings in texts that are missing, or nowhere, left out: {count}."),
    "media": gettext_noop("PDF files and films, of which only words are kept, as texts: {count}."),
    "alone": gettext_noop("Recordings without a transcript, left out: {count}."),
    "media-missing": gettext_noop("Photographs and recordings that are not in the file, of which words come: {count}."),
    "media-damaged": gettext_noop(
        "Photographs and recordings that are damaged or of an unknown kind, of which words come: {count}."
    ),
    "media-large": gettext_noop("Photographs and recordings that are too large, of which words come: {count}."),
    "levels": gettext_noop("Categories that lay deeper than a category system can, now on its last level: {count}."),
    "coders": gettext_noop("Further coders, each with fewer codings, who are decided about together: {count}."),
    "memos-again": gettext_noop("Places of memos that hang on very many things, left out: {count}."),
    "graphs": gettext_noop("Drawings (graphs), left out: {count}."),
    "names": gettext_noop("Names of selections, left out (mostly they repeat what is coded): {count}."),
    "rich": gettext_noop("Texts with a formatted version, of which only the words are kept: {count}."),
    "case-parts": gettext_noop("Passages and categories of cases, left out (whole texts of cases are kept): {count}."),
    "sets-of-codes": gettext_noop("Sets of categories, left out (the categories are kept): {count}."),
    "links": gettext_noop("Links between things, left out (memos stay with what they are linked to): {count}."),
    "loose-memos": gettext_noop("Memos on nothing that is kept, which become memos on the study: {count}."),
    "memos-gone": gettext_noop(
        "Memos and descriptions of texts and recordings that are not kept, left out with them: {count}."
    ),
    "case-values": gettext_noop("Attributes that the cases of one text state differently, left out: {count}."),
    "descriptions": gettext_noop("Descriptions of cases, sets and variables, left out: {count}."),
}


KEPT = ("names", "rich", "loose-memos", "pdf-words", "film-whole")  # of what nothing is lost


def without_photos(incoming: Incoming, damaged: Container[str]) -> Incoming:
    """Return a project without photographs (their entries in the file) that turned out to be damaged."""
    gone = {each.text for each in incoming.media if each.entry in damaged}
    if not gone:
        return incoming
    texts = tuple(replace(each, segments=()) if n in gone else each for n, each in enumerate(incoming.texts))
    issues = (*incoming.issues, _told("media-damaged", len(gone)))
    media = tuple(each for each in incoming.media if each.entry not in damaged)
    return replace(incoming, texts=texts, media=media, issues=issues)


def _told(what: str, count: int) -> Issue:
    severity = Severity.NOTICE if what in KEPT else Severity.WARNING
    return Issue(code="exchange-left-out", severity=severity, message=LOST[what], params={"count": count})
