"""The grammar of placeholders: ``{{wert: unemployment | 1306 | 2024}}``: a name, a colon, what it asks for.

Names are German or English; case, umlauts and blanks do not matter. What is left out at the end has a default.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from nahraum.base.language import gettext as _
from nahraum.base.language import gettext_noop, language
from nahraum.reports.lookup import near, unfilled

SUBJECT, AREA, PERIOD, SINCE, CHAPTER = "subject", "area", "period", "since", "chapter"
CATEGORY = "category"
UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", " ": "", "-": "", "_": ""})


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """One kind of placeholder: its names, what it asks for in order (the first ``required`` must be given), what it
    prints (an English msgid); ``alone``: it stands on a line of its own.
    """

    id: str
    german: str
    arguments: tuple[str, ...] = ()
    required: int = 0
    alone: bool = False
    does: str

    @property
    def name(self) -> str:
        """Return the name in the language spoken here."""
        return self.german if language() == "de" else self.id

    @property
    def pattern(self) -> str:
        """Return the placeholder as a form to fill in, for a button that inserts it: ``{{wert: Merkmal | Gebiet}}``."""
        words = {
            SUBJECT: _("indicator"),
            AREA: _("area"),
            PERIOD: _("period"),
            SINCE: _("from when"),
            CHAPTER: _("chapter"),
            CATEGORY: _("category"),
        }
        asked = " | ".join(words[argument] for argument in self.arguments)
        return f"{{{{{self.name}: {asked}}}}}" if asked else f"{{{{{self.name}}}}}"


KINDS = (
    Kind(
        id="value",
        german="wert",
        arguments=(SUBJECT, AREA, PERIOD),
        required=1,
        does=gettext_noop("the value with its unit; without an area: of the whole city"),
    ),
    Kind(
        id="change",
        german="veränderung",
        arguments=(SUBJECT, AREA, SINCE, PERIOD),
        required=3,
        does=gettext_noop("the change between two periods; across a break none, but the reason"),
    ),
    Kind(
        id="rank",
        german="rang",
        arguments=(SUBJECT, AREA, PERIOD),
        required=2,
        does=gettext_noop("the rank among all areas (1 = highest value)"),
    ),
    Kind(
        id="class",
        german="klasse",
        arguments=(SUBJECT, AREA, PERIOD),
        required=2,
        does=gettext_noop("the class of the index, or where a Lebenslage lies beside the city"),
    ),
    Kind(
        id="numerator",
        german="zähler",
        arguments=(SUBJECT, AREA, PERIOD),
        required=2,
        does=gettext_noop("the number of people counted"),
    ),
    Kind(
        id="denominator",
        german="nenner",
        arguments=(SUBJECT, AREA, PERIOD),
        required=2,
        does=gettext_noop("the number of people they are counted among"),
    ),
    Kind(id="area", german="gebiet", arguments=(AREA,), required=1, does=gettext_noop("the name of the area")),
    Kind(
        id="period",
        german="zeitraum",
        arguments=(SUBJECT,),
        does=gettext_noop("the latest period of an indicator, or of the index"),
    ),
    Kind(id="count", german="anzahl", does=gettext_noop("how many areas deviate")),
    Kind(
        id="table",
        german="tabelle",
        arguments=(SUBJECT, AREA, PERIOD),
        required=1,
        alone=True,
        does=gettext_noop("a table of all areas, or of those in an area"),
    ),
    Kind(
        id="map",
        german="karte",
        arguments=(SUBJECT, PERIOD, AREA),
        required=1,
        alone=True,
        does=gettext_noop("a map; an area is outlined"),
    ),
    Kind(
        id="profile",
        german="profil",
        arguments=(AREA,),
        required=1,
        alone=True,
        does=gettext_noop("an area beside the city, indicator by indicator"),
    ),
    Kind(
        id="series",
        german="reihe",
        arguments=(SUBJECT, AREA),
        required=2,
        alone=True,
        does=gettext_noop("the values of an area over time, cut at breaks"),
    ),
    Kind(
        id="figures",
        german="eckzahlen",
        arguments=(AREA,),
        required=1,
        alone=True,
        does=gettext_noop("the fact sheet of an area"),
    ),
    Kind(
        id="selection",
        german="auswahl",
        alone=True,
        does=gettext_noop("the areas that deviate, each with the reason"),
    ),
    Kind(
        id="chapter",
        german="kapitel",
        arguments=(CHAPTER,),
        required=1,
        alone=True,
        does=gettext_noop("a chapter of the standard report"),
    ),
    Kind(
        id="recommendations",
        german="empfehlungen",
        alone=True,
        does=gettext_noop("the recommendations and what became of them"),
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """A placeholder as it was understood: its kind and what it asks for, by argument; empty: the default."""

    kind: Kind
    source: str
    arguments: Mapping[str, str]

    def __getitem__(self, argument: str) -> str:
        """Return an argument, empty where none was given."""
        return self.arguments.get(argument, "")


def folded(word: str) -> str:
    """Return a name as it is compared: without case, umlauts, blanks and hyphens."""
    return word.casefold().translate(UMLAUTS)


def parse(source: str, known: Sequence[Kind] = KINDS) -> Call:
    """Read a placeholder of the known kinds, without its braces. Raises Unfilled for a name that is not known, or too
    much or too little.
    """
    name, _colon, rest = source.partition(":")
    kinds = {folded(word): kind for kind in known for word in (kind.id, kind.german)}
    kind = kinds.get(folded(name))
    if kind is None:
        raise unfilled(
            "placeholder-unknown",
            message="There is no placeholder “{name}”.",
            remedy="Near are: {near}.",
            name=name.strip(),
            near=near(name.strip(), [word.name for word in known]),
        )
    given = [part.strip() for part in rest.split("|")] if rest.strip() else []
    if len(given) > len(kind.arguments) or not all(given[: kind.required]) or len(given) < kind.required:
        raise unfilled(
            "placeholder-incomplete",
            message="The placeholder “{name}” asks for something else.",
            remedy="Write it like this: {pattern}",
            name=name.strip(),
            pattern=kind.pattern,
        )
    return Call(kind=kind, source=source, arguments=dict(zip(kind.arguments, given, strict=False)))
