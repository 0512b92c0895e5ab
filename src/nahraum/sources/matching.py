"""Which column of a new file is the column of an earlier one: the same name, the same but for writing, nearly."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from nahraum.base.language import gettext as _
from nahraum.base.language import gettext_noop
from nahraum.sources.years import without_years, years_in, years_of_period

NEAR = 0.85  # likeness from which a renamed column is proposed
BRACKETS = re.compile(r"\(([^()]*)\)|\[([^\[\]]*)\]")
REASONS = {
    "same": gettext_noop("The same column as in the earlier import."),
    "year": gettext_noop("As “{earlier}” in the earlier import, with another year."),
    "written": gettext_noop("As “{earlier}” in the earlier import, written differently."),
    "unit": gettext_noop("As “{earlier}” in the earlier import, but what stands in brackets differs; please check."),
    "old-year": gettext_noop(
        "As in the earlier import, but the column names another year than the file; please check."
    ),
    "near": gettext_noop("Looks like “{earlier}” of the earlier import, renamed; please check."),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """The column that takes an earlier one's place, and how it was found (a key of ``REASONS``)."""

    header: str
    how: str

    @property
    def is_doubtful(self) -> bool:
        """Say whether a person should look at it."""
        return self.how in ("unit", "old-year", "near")

    def reason(self, earlier: str) -> str:
        """Say why it was chosen."""
        return _(REASONS[self.how]).format(earlier=earlier)


def folded(text: str) -> str:
    """Return a header without what clerks write now so, now so: case, umlauts, line breaks, hyphens, signs."""
    text = re.sub(r"\u00ad|(?<=\w)-\s*[\r\n]+\s*(?=[^\W\d_])", "", text).casefold()
    for sign, letters in {"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "%": " prozent "}.items():
        text = text.replace(sign, letters)
    return " ".join(re.findall(r"[\w#]+", text))


def pattern_of(name: str) -> str:
    """Return a name of a file, sheet or column without its years."""
    return folded(without_years(name).replace("_", " "))


def _bare(name: str) -> str:
    return pattern_of(BRACKETS.sub(" ", name))


def similar(one: str, other: str) -> float:
    """Return how alike two names are, from 0 to 1, apart from years and ways of writing."""
    return SequenceMatcher(None, pattern_of(one), pattern_of(other), autojunk=False).ratio()


def match_headers(
    earlier: Sequence[str], headers: Sequence[str], file: str = "", period: str = ""
) -> dict[str, Match | None]:
    """Find for each earlier header the column that takes its place; no column is given twice.

    ``file`` and ``period`` (of the earlier table): where the file's name tells another year than the earlier period,
    a column of the old year is only taken with doubt.
    """
    found: dict[str, Match | None] = dict.fromkeys(earlier)
    moved = set(years_in(file)) - set(years_of_period(period)) if years_of_period(period) else set()
    stages: list[tuple[str, Callable[[str], str]]] = [("year", pattern_of), ("written", folded), ("unit", _bare)]
    _exact(found, headers, old_years=set(years_of_period(period)) if moved else set())
    for how, key in stages:
        _by_key(found, headers, how, key, moved)
    _exact(found, headers, old_years=set(), how="old-year")
    _near(found, headers)
    return found


def _left(found: Mapping[str, Match | None], headers: Sequence[str]) -> tuple[list[str], list[str]]:
    taken = {match.header for match in found.values() if match}
    return [name for name, match in found.items() if match is None], [h for h in headers if h and h not in taken]


def _exact(found: dict[str, Match | None], headers: Sequence[str], *, old_years: set[int], how: str = "same") -> None:
    for name in found:
        if found[name] is None and headers.count(name) == 1 and not old_years & set(years_in(name)):
            found[name] = Match(header=name, how=how)


def _by_key(
    found: dict[str, Match | None], headers: Sequence[str], how: str, key: Callable[[str], str], moved: set[int]
) -> None:
    """Match names that have the same key, where each side has it once (of several years: the one of the file)."""
    names, free = _left(found, headers)
    for name in names:
        alike = [header for header in free if key(header) == key(name)]
        if len(alike) > 1 and moved:
            alike = [header for header in alike if moved & set(years_in(header))]
        rivals = [other for other in names if key(other) == key(name)]
        if key(name) and len(alike) == 1 and len(rivals) == 1 and alike[0] != name:
            same_years = years_in(alike[0]) == years_in(name)
            found[name] = Match(header=alike[0], how="written" if how == "year" and same_years else how)


def _near(found: dict[str, Match | None], headers: Sequence[str]) -> None:
    """Propose renamed columns, the most alike first; numbers in them (ages, classes) must be the same."""
    names, free = _left(found, headers)
    pairs = sorted(
        (
            (similar(name, header), -n, name, header)
            for n, name in enumerate(names)
            for header in free
            if _digits(name) == _digits(header)
        ),
        reverse=True,
    )
    taken: set[str] = set()
    for likeness, _n, name, header in pairs:
        if likeness >= NEAR and found[name] is None and header not in taken:
            found[name] = Match(header=header, how="near")
            taken.add(header)


def _digits(name: str) -> list[str]:
    return re.findall(r"\d+|\b[ivx]+\b", without_years(name).casefold())  # SGB II is not SGB XII
