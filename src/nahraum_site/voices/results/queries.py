"""Every read of results: the codings that count, tables of them, what stands behind a cell, what the team wrote."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from nahraum.base.language import gettext as _
from nahraum.evidence.voices import behind as core
from nahraum.evidence.voices.behind import Passage
from nahraum.evidence.voices.coded import Coded, Themes, themes
from nahraum.evidence.voices.codings import Codings
from nahraum.evidence.voices.together import Meeting, paragraphs_of
from nahraum.evidence.voices.traits import ATTRIBUTE, behind_value
from nahraum.reports.voices import by_trait
from nahraum.reports.voices import counted as tables
from nahraum.reports.voices.counted import Counted
from nahraum.reports.voices.retrieved import Retrieved
from nahraum.reports.voices.told import Told
from nahraum_site.voices.coding import counting
from nahraum_site.voices.coding.counting import Table
from nahraum_site.voices.models import Study
from nahraum_site.voices.results.forms import Asked
from nahraum_site.voices.results.models import Chapter, Front


def table(study: Study, asked: Asked) -> Table:
    """Return the codings that count. Eight questions."""
    return counting.table(study, asked.whose, asked.words)


def counted(study: Study, found: Table, asked: Asked) -> Counted:
    """Return the table that was asked for. One question if paragraphs count, else none. Raises as `counting.opened`."""
    if isinstance(asked.kind, Meeting):
        touched = paragraphs(study, found) if asked.kind is Meeting.PARAGRAPH else None
        return tables.meeting_table(found.coded, asked.kind, asked.level, touched)
    if asked.kind not in (core.SPACE, core.METHOD, core.TEXT):
        return by_trait.trait_table(found.coded, asked.kind, asked.measure, asked.level)
    return tables.table(found.coded, asked.kind, asked.measure, asked.level)


def matrices(study: Study, found: Table, asked: Asked) -> tuple[Counted, ...]:
    """Return all tables at a level, those by attributes and periods with what was asked for. One question. Raises as
    `counting.opened`.
    """
    by_traits = by_trait.trait_tables(found.coded, asked.measure, asked.level)
    return (*tables.matrices(found.coded, asked.level, paragraphs(study, found)), *by_traits)


def paragraphs(study: Study, found: Table) -> Any:
    """Return the first and last paragraph that each coding touches. One question. Raises as `counting.opened`."""
    coded = counting.opened(study, found, coded_texts(found))
    return paragraphs_of(coded.codings, lambda n: coded.material.words(n, 0, found.texts[n].length))


def coded_texts(found: Table) -> set[int]:
    """Return the numbers of the texts that hold codings."""
    return set(found.coded.codings.text.tolist())


def behind(study: Study, found: Table, asked: Asked, row: str, column: str) -> tuple[Passage, ...]:
    """Return the passages behind a cell. Raises WrongRequest where there is none, and as `counting.opened`."""
    coded = found.coded
    if isinstance(asked.kind, Meeting):
        touched = paragraphs(study, found) if asked.kind is Meeting.PARAGRAPH else None
        return core.passages(coded, core.behind_meeting(coded, asked.kind, row, column, touched))
    if asked.kind == core.TEXT:
        number = next((str(n) for n, each in enumerate(found.texts) if str(each.uuid) == row), "")
        return core.passages(coded, core.behind(coded, asked.kind, number, column))
    if asked.kind not in (core.SPACE, core.METHOD):
        return core.passages(coded, behind_value(coded, asked.kind, column, row))
    return core.passages(coded, core.behind(coded, asked.kind, column, row))


def inside(found: Table, asked: Asked, column: str) -> Table:
    """Return the codings within a cell's attribute: its quotations are protected as behind a limit. No question."""
    if not asked.kind.startswith(ATTRIBUTE):
        return found
    here = {asked.kind: (column,)}
    return counting.limited(found, here, by_trait.limit_words(found.coded, here))


def about(found: Table, asked: Asked, row: str, column: str) -> tuple[str, ...]:
    """Return what a cell is about, in words: space, method or text, and its category or both. No question."""
    coded = found.coded
    if isinstance(asked.kind, Meeting):
        return label(coded, row), label(coded, column)
    if asked.kind == core.TEXT:
        return next((each.name for each in found.texts if str(each.uuid) == row), row), label(coded, column)
    if asked.kind not in (core.SPACE, core.METHOD):
        return f"{by_trait.name(asked.kind)}: {by_trait.value_name(coded, asked.kind, column)}", label(coded, row)
    return tables.row_name(coded, asked.kind, column), label(coded, row)


def shown(study: Study, found: Table, some: Sequence[Passage], *, whose: str = "") -> Iterator[Retrieved]:
    """Yield passages with their words as the team sees them, in the order of the texts: also those held back from
    others, with the reason. ``whose``: the key of whose codings count. One question. Raises as `counting.opened`.
    """
    coded = counting.opened(study, found, {each.text for each in some})
    quotations = coded.quotations(Codings.numbers(n for each in some for n in each.codings))
    names = {each.pk: each.name for each in found.coders}
    labels = {id: label(coded, id) for id in coded.categories}
    collections = {str(text.collection.uuid): str(text.collection) for text in found.texts}
    for passage, quotation, lines in zip(some, quotations, core.lines(coded, some), strict=True):
        marks = [found.codings[n] for n in passage.codings]
        collection = coded.material.collections[quotation.collection]
        coders = (_("Agreed by the team"),) if whose == counting.AGREED else (names[each.coder] for each in marks)
        yield Retrieved(
            quotation=quotation,
            id=str(found.texts[passage.text].uuid),
            text=found.texts[passage.text].name,
            collection=collections[quotation.collection],
            method=collection.method.label,
            space=tables.space_name(coded, collection.space),
            day=collection.day,
            lines=lines,
            categories=tuple(dict.fromkeys(labels[each.category] for each in marks)),
            coders=tuple(dict.fromkeys(coders)),
        )


def label(coded: Coded, category: str) -> str:
    """Return a category with those above it; its id where it is not in force."""
    return coded.system.label(category) if coded.system.find(category) else category


@dataclass(frozen=True, slots=True, kw_only=True)
class Deciding:
    """The single segments on which it hangs whether a theme is cross-space, one in each of their spaces."""

    theme: str
    segments: tuple[Retrieved, ...]


def across(study: Study, found: Table, asked: Asked) -> tuple[Themes, tuple[Deciding, ...]]:
    """Apply the rule for themes across spaces. One question. Raises as the core's `themes` and `counting.opened`."""
    silent = counting.opened(study, found, ())
    applied = themes(silent, asked.least, asked.level)
    placed = {
        theme: [core.passages(silent, core.behind(silent, core.SPACE, space, theme))[0] for space, _quotation in decide]
        for theme, decide in applied.deciding.items()
    }
    some = sorted({each for passages in placed.values() for each in passages}, key=core.place)
    words = {core.place(each): seen for each, seen in zip(some, shown(study, found, some), strict=True)}
    return applied, tuple(
        Deciding(theme=silent.system.label(theme), segments=tuple(words[core.place(each)] for each in passages))
        for theme, passages in placed.items()
    )


def told(
    study: Study, coded: Coded, grid: Mapping[str, Mapping[str, str | None]] = MappingProxyType({})
) -> tuple[list[Told], str]:
    """Return what the team wrote about the spaces that the study has now, and across them; ``grid``: what its summary
    grid says, as `summaries.written` has it. One question.
    """
    written = words_of(study)
    by_row = [
        Told(row=row, text=written.get(row or core.CITY, ""), summaries=grid.get(row or "", {})) for row in coded.rows
    ]
    return by_row, written.get(core.SPACES, "")


def words_of(study: Study) -> dict[str, str]:
    """Return what the team wrote, by the key of the space. One question."""
    return dict(Chapter.objects.filter(study=study).values_list("space", "words"))


def front_of(study: Study) -> Front:
    """Return who publishes the report of a study, new where nothing is known. One question."""
    return Front.objects.filter(study=study).first() or Front(study=study)


def chapter_of(study: Study, space: str) -> Chapter:
    """Return what the team wrote about a space, new where it is nothing yet. One question."""
    return Chapter.objects.filter(study=study, space=space).first() or Chapter(study=study, space=space)


def titles(study: Study, names: Mapping[str, str]) -> dict[str, str]:
    """Return the chapters that a study can have: the key of the space, and its title. One question."""
    heard = study.collections.order_by().values_list("space", flat=True).distinct()
    keys = dict.fromkeys([*study.spaces, *filter(None, heard)])
    return {key: names.get(key, key) for key in keys} | {core.CITY: _("City-wide"), core.SPACES: _("Across spaces")}
