"""Years in names of files, sheets and columns, and periods that move on with them."""

from __future__ import annotations

import re
from datetime import date

from nahraum.base import Period, PeriodKind, WrongRequest

# A year, alone or in a date (31.12.2024, 2024-12-31, 20241231); not part of a longer number.
YEAR = re.compile(r"(?<!\d)((?:19|20)\d\d)(?:(?:0[1-9]|1[0-2])(?:[0-2]\d|3[01]))?(?!\d)")


def years_in(text: str) -> list[int]:
    """Return the years that a name tells, in their order."""
    return [int(year) for year in YEAR.findall(text)]


def without_years(text: str) -> str:
    """Return a name with a sign in place of each year, so that names of two years are alike."""
    text = re.sub(r"(?<!\d)\d{1,2}\.\d{1,2}\.(?=(?:19|20)\d\d(?!\d))", "", text)
    text = re.sub(r"(?<!\d)((?:19|20)\d\d)[-_.]\d{2}[-_.]\d{2}(?!\d)", r"\1", text)
    text = re.sub(r"(?<!\d)((?:19|20)\d\d)[/_-](?:20)?\d{2}(?!\d)", r"\1", text)
    return YEAR.sub("#", text)


def school_years_in(text: str) -> list[str]:
    """Return the school years that a name tells (2024/25, 2024-25, 2024_2025), as periods."""
    pairs = re.findall(r"(?<!\d)((?:19|20)\d\d)[/_-](?:(?:19|20)(?=\d\d))?(\d\d)(?![\d-])", text)
    return [f"{first}/{second}" for first, second in pairs if (int(first) + 1 - int(second)) % 100 == 0]


def years_of_period(text: str) -> list[int]:
    """Return first and last year of a period; nothing for a text that is none."""
    try:
        period = Period.parse(text)
    except WrongRequest:
        return []
    return sorted({period.start.year, period.end.year})


def advanced_period(old: str, year: int) -> tuple[str, bool]:
    """Return a period of the same kind in another year, and whether that is beyond doubt.

    The day of a key date and the length of a mean are assumed to stay: doubtful. A school year that is told by one
    year alone could be two: nothing is returned.
    """
    try:
        period = Period.parse(old)
    except WrongRequest:
        return "", False
    match period.kind:
        case PeriodKind.YEAR:
            return str(year), True
        case PeriodKind.KEY_DATE:
            day = min(period.start.day, 28) if period.start.month == 2 else period.start.day
            return date(year, period.start.month, day).isoformat(), False
        case PeriodKind.MEAN:
            return f"{year - (period.end.year - period.start.year)}..{year}", False
        case PeriodKind.SCHOOL_YEAR:
            return "", False
