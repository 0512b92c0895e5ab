"""When a number holds: a key date, a year, a school year, a mean of years."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import lru_cache

from nahraum.base.errors import WrongRequest
from nahraum.base.language import gettext as _
from nahraum.base.language import language


class PeriodKind(StrEnum):
    """The kinds of time reference that small-area statistics use."""

    KEY_DATE = "key_date"
    YEAR = "year"
    SCHOOL_YEAR = "school_year"
    MEAN = "mean"


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Period:
    """A stretch of time, ends included; ordered by start, then end."""

    start: date
    end: date
    kind: PeriodKind = PeriodKind.YEAR

    @classmethod
    def year(cls, year: int) -> Period:
        """Return the calendar year."""
        return cls(start=date(year, 1, 1), end=date(year, 12, 31))

    @classmethod
    @lru_cache(maxsize=1000)
    def parse(cls, text: str) -> Period:
        """Read ``2019``, ``2019-12-31`` or ``31.12.2019`` (key date), ``2018/19`` (school year) or ``2016..2018``
        (mean of years).

        Raises WrongRequest for anything else.
        """
        text = text.strip()
        try:
            if re.fullmatch(r"\d{4}", text):
                return cls.year(int(text))
            if re.fullmatch(r"\d{4}-\d{2}-\d{2}", text):
                return cls(start=date.fromisoformat(text), end=date.fromisoformat(text), kind=PeriodKind.KEY_DATE)
            if match := re.fullmatch(r"(\d{1,2})\.(\d{1,2})\.(\d{4})", text):
                day = date(int(match[3]), int(match[2]), int(match[1]))
                return cls(start=day, end=day, kind=PeriodKind.KEY_DATE)
            if match := re.fullmatch(r"(\d{4})\.\.(\d{4})", text):
                return cls(start=date(int(match[1]), 1, 1), end=date(int(match[2]), 12, 31), kind=PeriodKind.MEAN)
            if (match := re.fullmatch(r"(\d{4})/(\d{2}|\d{4})", text)) and (
                int(match[1]) + 1 - int(match[2])
            ) % 100 == 0:
                first = int(match[1])
                return cls(start=date(first, 8, 1), end=date(first + 1, 7, 31), kind=PeriodKind.SCHOOL_YEAR)
        except ValueError:
            pass
        raise WrongRequest(
            _("“{text}” is not a period. Write 2019, 2019-12-31, 2018/19 or 2016..2018.").format(text=text)
        )

    def __str__(self) -> str:
        """Return the canonical text that ``parse`` reads back."""
        match self.kind:
            case PeriodKind.KEY_DATE:
                return self.start.isoformat()
            case PeriodKind.YEAR:
                return f"{self.start.year:04}"
            case PeriodKind.SCHOOL_YEAR:
                return f"{self.start.year:04}/{self.end.year % 100:02}"
            case PeriodKind.MEAN:
                return f"{self.start.year:04}..{self.end.year:04}"

    @property
    def label(self) -> str:
        """Return the period as it is shown to readers."""
        match self.kind:
            case PeriodKind.KEY_DATE:
                return f"{self.start:%d.%m.%Y}" if language() == "de" else self.start.isoformat()
            case PeriodKind.MEAN:
                return _("mean {first} to {last}").format(first=self.start.year, last=self.end.year)
            case PeriodKind.YEAR | PeriodKind.SCHOOL_YEAR:
                return str(self)
