"""The chapters of a study in a report: per space, city-wide, across spaces, and how it was evaluated."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from nahraum.base import Issue, WrongRequest
from nahraum.base.language import gettext as _
from nahraum.base.language import ngettext, speaking
from nahraum.evidence.indicators.edition import Imprint
from nahraum.evidence.voices.categories.terms import Category, Kind, System
from nahraum.evidence.voices.coded import Coded, Themes, themes
from nahraum.evidence.voices.cross_space import Reach
from nahraum.evidence.voices.evidence import Quotation
from nahraum.reports.blocks import Block, Bullets, Front, Heading, Paragraph, Table
from nahraum.reports.resolve import Chapter, ChapterText, fill
from nahraum.reports.voices.counted import MEASURES, said, space_name, space_title
from nahraum.reports.voices.quoting import quote_blocks, stamp, summary_held_back
from nahraum.reports.voices.told import MATRIX, QUOTATIONS, SAMPLE, OfSpace, Told, cell_tables, sample_tables
from nahraum.reports.write import printed, write_whole

FORMATS = (".pdf", ".docx", ".json")


def study_chapters(
    coded: Coded,
    told: Sequence[Told] = (),
    *,
    across: str = "",
    least: int = 4,
    level: int | None = None,
    agreed: Sequence[str] = (),
) -> tuple[Chapter, ...]:
    """Return all chapters in the language spoken here: one per space and city-wide, with or without a text of the
    team; across spaces, if any, with the text ``across``, the rule ``least`` of all spaces and the themes of a level;
    how it was evaluated, with what ``agreed`` says of the coders' agreement (see `agreeing`).
    """
    by_row = {each.row: each for each in told}
    unknown = [row for row in by_row if row not in coded.rows]
    if unknown:
        raise WrongRequest(_("The study has no space “{space}”.").format(space=space_name(coded, unknown[0])))
    chapters = [space_chapter(coded, by_row.get(row, Told(row=row))) for row in coded.rows]
    if coded.spaces or across:
        chapters.append(cross_space_chapter(coded, across, least=least, level=level))
    return (*chapters, method_chapter(coded, agreed))


def write_study_report(coded: Coded, chapters: Sequence[Chapter], imprint: Imprint, out: Path) -> None:
    """Write chapters as PDF, DOCX or JSON for a web page (the ending decides), in the imprint's language."""
    write_whole(out, study_report(coded, chapters, imprint, out.suffix.lower()))


def study_report(coded: Coded, chapters: Sequence[Chapter], imprint: Imprint, ending: str) -> bytes:
    """Return what `write_study_report` writes; nothing of it lies on a disk meanwhile."""
    if ending not in FORMATS:
        message = _("A report is written as {known}; the file name ends with “{ending}”.")
        raise WrongRequest(message.format(known=", ".join(FORMATS), ending=ending))
    with speaking(imprint.language):
        blocks = [block for chapter in chapters for block in chapter.blocks]
        return printed(stamp(coded, imprint), blocks, ending, front=Front(title=imprint.title))


def space_chapter(coded: Coded, told: Told) -> Chapter:
    """Return the chapter of one space: the team's text, then the tables and quotations that it does not place."""
    title = space_title(coded, told.row)
    chapter = fill(ChapterText(title=title, text=told.text), OfSpace(coded=coded, row=told.row))
    placed = {used.key for used in chapter.used}
    rest: list[Block] = []
    if SAMPLE not in placed:
        rest += sample_tables(coded, told.row)
    if MATRIX not in placed:
        rest += cell_tables(coded, told.row)
    rest.append(Paragraph(text=" ".join(said(coded, MEASURES["segments"], 2)), note=True))
    rest += _what_was_said(coded, told, placed)
    return replace(chapter, blocks=(*chapter.blocks, *rest))


def gaps(coded: Coded, told: Told) -> tuple[Issue, ...]:
    """Say what in the team's text about a space cannot be filled in; no words of texts are needed for that."""
    title = space_title(coded, told.row)
    return fill(ChapterText(title=title, text=told.text), OfSpace(coded=coded, row=told.row)).issues


def _what_was_said(coded: Coded, told: Told, placed: set[str]) -> Iterator[Block]:
    """Yield summary, finer themes and quotations of every category that has any in this space."""
    for theme in coded.system.under(None):
        own = [*_category(coded, told, theme, placed, own=True)]
        parts = [
            (each, blocks)
            for each in coded.system.under(theme.id)
            if (blocks := [*_category(coded, told, each, placed)])
        ]
        if own or parts:
            yield Heading(text=theme.name, level=2)
        yield from own
        for each, blocks in parts:
            yield Heading(text=each.name, level=3)
            yield from blocks


def _category(coded: Coded, told: Told, category: Category, placed: set[str], *, own: bool = False) -> Iterator[Block]:
    summary = told.summary(coded, category.id)
    if summary is None:
        yield Paragraph(text=summary_held_back(), note=True)
    elif summary:
        yield from fill(ChapterText(title="", text=summary), OfSpace(coded=coded, row=told.row)).blocks
    if not own and (finer := finer_themes(coded, told, category)):
        yield Bullets(items=finer)
    above = [coded.quotable(told.row, key.partition(":")[2]) for key in placed if key.startswith(f"{QUOTATIONS}:")]
    there = {_place(each) for numbers in above for each in coded.quotations(numbers)}
    quoted = coded.quotations(coded.quotable(told.row, category.id, own=own))
    yield from quote_blocks(coded, tuple(each for each in quoted if _place(each) not in there))


def _place(quotation: Quotation) -> tuple[str, str, int, int]:
    return quotation.collection, quotation.text, quotation.start, quotation.end


def finer_themes(coded: Coded, told: Told, category: Category) -> tuple[str, ...]:
    """Return the themes under a category that were named in a space, the most often named first."""
    counts = [(coded.segments(told.row, each.id), each.name) for each in coded.system.under(category.id)]
    named = sorted((each for each in counts if each[0]), key=lambda each: -each[0])
    return tuple(
        ngettext("{theme}: {count} segment", "{theme}: {count} segments", count).format(theme=name, count=count)
        for count, name in named
    )


def cross_space_chapter(coded: Coded, text: str = "", *, least: int = 4, level: int | None = None) -> Chapter:
    """Return the chapter on themes across spaces: the rule, how firm it is, and the segments that decide. Of a study
    without spaces, only the text of the team.
    """
    chapter = fill(ChapterText(title=_("Across spaces"), text=text), OfSpace(coded=coded, row=None))
    if not coded.spaces:
        return chapter
    found = themes(coded, least, level)
    rule = _(
        "A theme counts as cross-space when it is named in at least {least} of {count} spaces. Beside it stands what "
        "the answer would be for one space less and one more. What was said city-wide belongs to no space and "
        "counts apart."
    ).format(least=least, count=len(found.spaces))
    return replace(
        chapter,
        blocks=(
            *chapter.blocks,
            Paragraph(text=rule),
            *_theme_tables(coded, found),
            Paragraph(text=" ".join(said(coded, MEASURES["segments"], level)), note=True),
            *_deciding(coded, found),
        ),
    )


def theme_rows(coded: Coded, found: Themes, main: str) -> Iterator[tuple[Reach, tuple[str, ...]]]:
    """Yield the themes under a main category with the words of their row, the farthest first."""
    here = [each for each in found.reaches if coded.system.line(found.columns[each.theme])[0].id == main]
    for reach in sorted(here, key=lambda each: -each.spaces):
        id = found.columns[reach.theme]
        line = coded.system.line(id)
        name = " › ".join(each.name for each in (line[1:] or line))
        answers = tuple(
            _("yes") if each else _("no") for each in (reach.one_less, reach.is_cross_space, reach.one_more)
        )
        yield reach, (name, f"{reach.spaces}", *answers, str(found.city_wide[reach.theme]))


def theme_head(found: Themes) -> tuple[str, ...]:
    """Return the columns of a table of themes: the rule for N - 1, N and N + 1."""
    at_least = _("at least {count}")
    return (
        _("Theme"),
        _("Spaces"),
        *(at_least.format(count=found.least + step) for step in (-1, 0, 1)),
        _("Segments city-wide"),
    )


def _theme_tables(coded: Coded, found: Themes) -> Iterator[Table]:
    for main in coded.system.under(None):
        rows = tuple(words for _reach, words in theme_rows(coded, found, main.id))
        if rows:
            yield Table(
                caption=_("{category}: in how many of {count} spaces a theme is named").format(
                    category=main.name, count=len(found.spaces)
                ),
                head=theme_head(found),
                rows=rows,
                right=(1, 5),
                widths=(4, 1, 1.2, 1.2, 1.2, 1.3),
                small=True,
            )


def _deciding(coded: Coded, found: Themes) -> Iterator[Block]:
    yield Heading(text=_("Single segments that decide"), level=2)
    if not found.deciding:
        yield Paragraph(text=_("No single segment decides whether a theme is cross-space."))
        return
    yield Paragraph(text=_("Without any one of these segments the theme would not be cross-space."))
    for id, segments in found.deciding.items():
        yield Heading(text=coded.system.label(id), level=3)
        named = ", ".join(space_name(coded, space) for space, _quotation in segments)
        yield Paragraph(text=_("A single segment decides in: {spaces}.").format(spaces=named))
        yield from quote_blocks(coded, tuple(quotation for _space, quotation in segments))


def method_chapter(coded: Coded, agreed: Sequence[str] = ()) -> Chapter:
    """Return the chapter on how it was evaluated: whose codings count, how far coders ``agreed``, and the category
    system in its version.
    """
    title = _("How it was evaluated")
    blocks: tuple[Block, ...] = (
        Heading(text=title, new_page=True),
        Bullets(items=(*said(coded, MEASURES["segments"], None), *agreed)),
        _system_table(coded.system),
    )
    return Chapter(title=title, blocks=blocks, used=(), issues=())


def _system_table(system: System) -> Table:
    """Return the category system as a table, with rules where there are any. Anchor examples are quotations and may
    come from few people; they stay in the study.
    """
    kinds = {Kind.DEDUCTIVE: _("from prior thought"), Kind.INDUCTIVE: _("from the material")}
    rules = [" ".join(filter(None, (each.description, each.rule))) for each in system.categories]
    head = (_("Category"), _("Origin"), _("Meaning and rule"))
    rows = [
        ("– " * (len(system.line(each.id)) - 1) + each.name, kinds[each.kind], rule)
        for each, rule in zip(system.categories, rules, strict=True)
    ]
    kept = 3 if any(rules) else 2
    return Table(
        caption=_("{name}, version {version}").format(name=system.name, version=system.version),
        head=head[:kept],
        rows=tuple(row[:kept] for row in rows),
        widths=(3.0, 1.4, 4.0)[:kept],
        small=True,
    )
