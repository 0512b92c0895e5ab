"""The error tree.

    NahraumError
    |-- WrongRequest    the caller asked for something that cannot be done; the message says how to mend it
    |-- BadInput        the data has issues of severity *error*; carries them
    `-- Interrupted     the work was broken off from outside; that tells nothing about the data

A bug is an assertion, never one of these.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from nahraum.base.issues import Issue


class NahraumError(Exception):
    """Whatever Nahraum itself reports to a person; its text is shown as it stands."""


class WrongRequest(NahraumError):
    """Say what was asked wrongly and how to mend it; ``where``: the place in what was written, if it is one place."""

    def __init__(self, message: str, where: str = "") -> None:
        self.where = where
        super().__init__(message)


class BadInput(NahraumError):
    """Refuse data with issues that block; nothing was stored or written."""

    def __init__(self, issues: Sequence[Issue]) -> None:
        self.issues = tuple(issues)
        super().__init__("\n".join(str(issue) for issue in self.issues))


class Interrupted(NahraumError):
    """Say that work was broken off from outside, as when a server ends: to be done again, never to be judged by."""
