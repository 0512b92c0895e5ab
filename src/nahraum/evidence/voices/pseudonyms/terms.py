"""What identifies somebody, what stands in its place, and what a person decided about it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum, StrEnum

from nahraum.base.language import gettext as _


class Kind(StrEnum):
    """What a stretch is."""

    PERSON = "person"
    PHONE = "phone"
    MAIL = "mail"
    ADDRESS = "address"
    BIRTH_DATE = "birth_date"
    IBAN = "iban"
    PLATE = "plate"
    INSURANCE = "insurance"
    LINK = "link"
    OTHER = "other"

    @property
    def label(self) -> str:
        """Return the word that stands in a pseudonym, in the language spoken here."""
        return {
            Kind.PERSON: _("Person"), Kind.PHONE: _("Telephone"), Kind.MAIL: _("Mail"), Kind.ADDRESS: _("Address"),
            Kind.BIRTH_DATE: _("Date of birth"), Kind.IBAN: _("Bank account"), Kind.PLATE: _("Licence plate"),
            Kind.INSURANCE: _("Personal number"), Kind.LINK: _("Profile"), Kind.OTHER: _("Left out"),
        }[self]  # fmt: skip


class Sure(IntEnum):
    """How sure a suggestion is: nearly always right, mostly right, worth a look."""

    DOUBTFUL = 0
    LIKELY = 1
    SURE = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """A stretch [start, end) in code points that shall be replaced, because a person said so.

    ``identity``: who or what it is; the same identity gets the same pseudonym. A person may give two the same one.
    """

    start: int
    end: int
    kind: Kind
    identity: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion(Decision):
    """A stretch that may identify somebody. ``why``: an English sentence of the catalogue, translated when shown."""

    why: str
    sure: Sure
