"""What the team writes about a space, and the placeholders in it: quotations, counts, and tables of the study."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from nahraum.base import State, Value
from nahraum.base.language import gettext as _
from nahraum.base.language import gettext_noop, number
from nahraum.evidence.voices.coded import Coded, Row
from nahraum.evidence.voices.studies.sample import Reached, sample
from nahraum.reports.answers import Answer
from nahraum.reports.blocks import Block, Table
from nahraum.reports.lookup import near, unfilled
from nahraum.reports.placeholders import CATEGORY, Call, Kind, folded, parse
from nahraum.reports.voices.counted import space_name, space_title
from nahraum.reports.voices.quoting import quote_blocks

QUOTATIONS, MATRIX, SAMPLE, MENTIONS = "quotations", "matrix", "sample", "mentions"
KINDS = (
    Kind(
        id=QUOTATIONS,
        german="zitate",
        arguments=(CATEGORY,),
        required=1,
        alone=True,
        does=gettext_noop("the quotations of a category in this space, each with its source"),
    ),
    Kind(id=MATRIX, german="matrix", alone=True, does=gettext_noop("how often the categories were named here")),
    Kind(id=SAMPLE, german="stichprobe", alone=True, does=gettext_noop("how many people were reached here, and how")),
    Kind(
        id=MENTIONS,
        german="nennungen",
        arguments=(CATEGORY,),
        required=1,
        does=gettext_noop("the number of segments of a category in this space"),
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What the team wrote about a space (``row`` None: city-wide): a text in Markdown, and summaries by category, None
    for one that is held back.
    """

    row: Row = None
    text: str = ""
    summaries: Mapping[str, str | None] = field(default_factory=dict)

    def summary(self, coded: Coded, category: str) -> str | None:
        """Return what the team says of a category here, or nothing; None where that is held back. That all segments of
        its cell are held back is reason enough: it says nearly the same.
        """
        words = self.summaries.get(category, "")
        return None if words and coded.is_held_back(coded.at(self.row, category)) else words


@dataclass(frozen=True, kw_only=True)
class OfSpace:
    """The placeholders that a study fills in the chapter of one space."""

    coded: Coded
    row: Row

    def understood(self, source: str) -> Call:
        """Read a placeholder without its braces."""
        return parse(source, KINDS)

    def answer(self, call: Call) -> Answer:
        """Return words for a sentence. Raises Unfilled for a category that is not there."""
        category = find_category(self.coded, call[CATEGORY])
        count = self.coded.segments(self.row, category)
        about = _("{category}: segments in {space}").format(
            category=self.coded.system.label(category), space=space_name(self.coded, self.row)
        )
        return Answer(words=number(count, 0), number=float(count), about=about, key=f"{MENTIONS}:{self.row}:{category}")

    def inserted(self, call: Call) -> tuple[str, tuple[Block, ...]]:
        """Return the key of a placeholder that stands alone, and the blocks in its place."""
        if call.kind.id == MATRIX:
            return MATRIX, tuple(cell_tables(self.coded, self.row))
        if call.kind.id == SAMPLE:
            return SAMPLE, tuple(sample_tables(self.coded, self.row))
        category = find_category(self.coded, call[CATEGORY])
        quoted = self.coded.quotations(self.coded.quotable(self.row, category))
        if not quoted:
            raise unfilled(
                "quotations-none",
                message="No segment of “{category}” is marked as a quotation here.",
                remedy="Mark one in the text, or take the placeholder out.",
                category=self.coded.system.label(category),
            )
        return f"{QUOTATIONS}:{category}", tuple(quote_blocks(self.coded, quoted))


def find_category(coded: Coded, name: str) -> str:
    """Return the id of a category by its name, or by those above and its own (“A › B” or “A > B”). Raises Unfilled."""
    system = coded.system
    asked = _written(name)
    found = [each.id for each in system.categories if asked in (_written(system.label(each.id)), _written(each.name))]
    if not found:
        raise unfilled(
            "category-unknown",
            message="There is no category “{name}”.",
            remedy="Near are: {near}.",
            name=name,
            near=near(name, [each.name for each in system.categories]),
        )
    if len(found) > 1:
        raise unfilled(
            "category-ambiguous",
            message="Several categories are called “{name}”.",
            remedy="Name the one above, too: {near}.",
            name=name,
            near=", ".join(system.label(id) for id in found),
        )
    return found[0]


def _written(name: str) -> str:
    """Return a category's name, or the path to it, however “›” and capitals are written."""
    return folded(name.replace(">", "›"))


def cell_tables(coded: Coded, row: Row) -> Iterator[Table]:
    """Yield how often categories were named in one space: perspectives by themes where every theme has the same."""
    system = coded.system
    themes = system.under(None)
    below = [tuple(each.name for each in system.under(theme.id)) for theme in themes]
    caption = _("{space}: segments by category").format(space=space_title(coded, row))
    if len(themes) > 1 and below[0] and len(set(below)) == 1:
        cells = [[str(coded.segments(row, each.id)) for each in system.under(theme.id)] for theme in themes]
        yield Table(
            caption=caption,
            head=(_("Perspective"), *(theme.name for theme in themes)),
            rows=tuple(zip(below[0], *cells, strict=True)),
            right=tuple(range(1, len(themes) + 1)),
            widths=(2.2, *(1.6 for _theme in themes)),
        )
    else:
        ids = coded.columns(2)
        yield Table(
            caption=caption,
            head=(_("Category"), _("Segments")),
            rows=tuple((system.label(id), str(coded.segments(row, id))) for id in ids),
            right=(1,),
            widths=(4, 1),
        )


def sample_tables(coded: Coded, row: Row) -> Iterator[Table]:
    """Yield how many people were reached in one space, by method; an unknown number is said to be unknown."""
    found = sample(coded.study, tuple(coded.material.collections.values()))
    reached, n = (found.city_wide, 0) if row is None else (found.in_spaces, found.spaces.index(row))
    rows = tuple(
        (method.label, str(reached.collections[n, k]), people(reached.cell(n, k)))
        for k, method in enumerate(found.methods)
        if reached.collections[n, k]
    )
    if rows:
        yield Table(
            caption=_("{space}: people reached").format(space=space_title(coded, row)),
            head=(_("Method"), _("Collections"), _("People")),
            rows=(*rows, _total(reached, n)) if len(rows) > 1 else rows,
            right=(1, 2),
            widths=(3, 1, 1),
        )


def people(value: Value) -> str:
    """Return a number of people, or that it is not known."""
    return number(value.number, 0) if value.state is State.NUMBER and value.number is not None else _("not known")


def _total(reached: Reached, row: int) -> tuple[str, str, str]:
    return _("All"), str(reached.collections[row].sum()), people(reached.row(row))
