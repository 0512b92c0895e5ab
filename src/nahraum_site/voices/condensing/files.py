"""Mayring's table and the summary grid as files: what each row comes from, and what every file says of itself."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from django.utils import timezone
from django.utils.translation import gettext_lazy

from nahraum.base.language import gettext as _
from nahraum.base.language import language
from nahraum.evidence.indicators.edition import Imprint
from nahraum.evidence.voices.categories import System
from nahraum.reports.blocks import Block
from nahraum.reports.stamp import Stamp
from nahraum.reports.tables import DataTable
from nahraum.reports.voices.condensed import Condensed, Origin, Told, Written, held_back
from nahraum.reports.voices.files import table_file
from nahraum_site.voices import queries as studies
from nahraum_site.voices.condensing import kept, tables
from nahraum_site.voices.condensing.kept import Kept
from nahraum_site.voices.condensing.summaries import Cell, Grid
from nahraum_site.voices.models import Study
from nahraum_site.voices.releases.queries import held_back_in
from nahraum_site.voices.texts.queries import contents_of, texts_of

KINDS = (
    ("csv", gettext_lazy("Table (CSV)")),
    ("xlsx", gettext_lazy("Table (Excel workbook)")),
    ("docx", gettext_lazy("Document (Word)")),
)


def content(
    study: Study, kind: str, table: DataTable, blocks: Iterator[Block], protection: str, notes: Sequence[str]
) -> bytes:
    """Return a file of one of the kinds in ``KINDS``: each says where it comes from, when, and what is held back."""
    imprint = Imprint(
        id=str(study.uuid),
        title=study.title,
        city="",
        publisher=_("Team of the study"),
        date=timezone.localdate(),
        licence="",
        language=language(),
    )
    if kind == "docx":
        protection = " ".join((protection, *notes))
    return table_file(
        kind, table, blocks, Stamp(imprint=imprint, short=_("for use in the team"), protection=protection), notes
    )


def condensed(study: Study, found: Kept, system: System, choice: tables.Choice, places: Sequence[str]) -> Condensed:
    """Return a table of Mayring's with all that its file says. Six questions. Raises as `contents_of`."""
    changed = study.condensed.values_list("uuid", "changed_at")
    days = {str(uuid): timezone.localdate(at) for uuid, at in changed}
    origins, few = _origins(study, found, system, choice, places), held_back_in(study)
    segments = [id for id in found.chain.steps if kept.is_place(id)]
    return Condensed(
        chain=found.chain,
        places=tuple(origins),
        origins=origins,
        written={id: Written(by=str(row.changed_by), day=days[id]) for id, row in found.rows.items() if id in days},
        held=found.chain.only_on({id for id in segments if few.issuperset(found.owners(id))}),
    )


def _origins(
    study: Study, found: Kept, system: System, choice: tables.Choice, places: Sequence[str]
) -> Mapping[str, Origin]:
    contents = contents_of(texts_of(study).filter(uuid__in={kept.text_of(each) for each in places}))
    names = studies.spaces()
    marks: dict[str, list[tuple[str, str, date]]] = {}
    columns = ("text__uuid", "start", "end", "category", "coder__name", "is_agreed", "made_at")
    for text, start, end, category, coder, is_agreed, at in tables.codings_of(study, system, choice).values_list(
        *columns
    ):
        who = _("Agreed by the team") if is_agreed else coder
        marks.setdefault(f"{text}:{start}:{end}", []).append((system.label(category), who, timezone.localdate(at)))
    made = {}
    for place in places:
        if place not in marks:  # taken back this very moment
            continue
        text, (start, end) = found.texts[kept.text_of(place)], kept.stretch_of(place)
        categories, coders, days = zip(*marks[place], strict=True)
        said, collection = contents[text.uuid], text.collection
        made[place] = Origin(
            space=names.get(collection.space, collection.space) if collection.space else _("city-wide"),
            collection=str(collection),
            text=text.name,
            line=said.count("\n", 0, start) + 1,
            start=start,
            end=end,
            categories=tuple(dict.fromkeys(categories)),
            coders=tuple(dict.fromkeys(coders)),
            coded=min(days),
            words=said[start:end],
        )
    return made


def told(grid: Grid) -> list[list[Told]]:
    """Return the cells of the grid in words, by space; what is held back is not in them."""
    return [
        [
            Told(
                space=line.name,
                category=cell.label,
                segments=len(cell.segments),
                summary="\n\n".join(_said(cell)),
                state=cell.state,
                held_back=sum([cell.summary is not None and cell.is_held, *(each.is_held for each in cell.merged)]),
            )
            for cell in line.cells
        ]
        for line in grid.lines
    ]


def _said(cell: Cell) -> Iterator[str]:
    """Yield what a cell says, then what came with merged categories."""
    if cell.summary:
        yield held_back() if cell.is_held else cell.summary.text
    for each in cell.merged:
        if each.text is not None:
            told = held_back() if each.is_held else each.text
            yield f"{_('From the merged category “%(category)s”') % {'category': each.label}}: {told}"
