"""Collect what is to be told about an exchange: every loss by name, but never more than a person can read."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from nahraum.base import BadInput, Issue, Severity

SHOWN = 500  # issues of one kind; a hostile file could hold millions


@dataclass(slots=True)
class Told:
    """The issues of one file so far."""

    file: str
    issues: list[Issue] = field(default_factory=list)
    count: Counter[str] = field(default_factory=Counter)

    def tell(
        self,
        code: str,
        /,
        *,
        message: str,
        remedy: str = "",
        value: str = "",
        severity: Severity = Severity.WARNING,
        **params: object,
    ) -> None:
        """Add one issue; beyond ``SHOWN`` of a kind they are only counted."""
        self.count[code] += 1
        if self.count[code] <= SHOWN:
            self.issues.append(
                Issue(
                    code=code,
                    severity=severity,
                    message=message,
                    remedy=remedy,
                    file=self.file,
                    value=value[:200],
                    params=params,
                )
            )

    def all(self) -> tuple[Issue, ...]:
        """Return the issues, each kind that was cut short with its number at the end."""
        more = [
            Issue(
                code=code,
                severity=Severity.WARNING,
                message="… and {count} more like this.",
                file=self.file,
                value=code,
                params={"count": count - SHOWN},
            )
            for code, count in self.count.items()
            if count > SHOWN
        ]
        return (*self.issues, *more)


def refusal(file: str, code: str, /, *, message: str, remedy: str = "", value: str = "", **params: object) -> BadInput:
    """Return the refusal of a whole file, as one issue."""
    return BadInput(
        [
            Issue(
                code=code,
                severity=Severity.ERROR,
                message=message,
                remedy=remedy,
                file=file,
                value=value[:200],
                params=params,
            )
        ]
    )
