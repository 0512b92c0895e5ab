"""What an address asks the atlas to show; every word of it is optional, and an unknown one falls back."""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass, replace
from urllib.parse import urlencode
from uuid import UUID

from django.http import QueryDict

from nahraum.evidence.indicators.show.classes import FEWEST, MOST
from nahraum.evidence.indicators.show.palette import PALETTES

# Field -> its word in the address. The address is in German, like the site; links that were sent stay good.
WORDS = {
    "layer": "zeige",
    "period": "zeit",
    "beside": "neben",
    "beside_period": "neben_zeit",
    "second": "zweite",
    "classes": "klassen",
    "count": "anzahl",
    "limits": "grenzen",
    "palette": "farben",
    "space": "raum",
    "area": "gebiet",
    "edition": "ausgabe",
    "layers": "ebenen",
    "ground": "grund",
    "level": "ebene",
}
METHODS = {"quantile": "quantiles", "gleich": "equal", "jenks": "jenks"}
OWN, OTHER_YEAR, COUNT = "eigene", "jahr", 5
LONGEST = 300  # letters of one word
NO_LAYERS = "keine"  # in place of the layers that every map shows at first


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A view of the atlas: layer and period, what stands beside them, classes, colours, filter and selection.

    ``layers``: words of the context layers with blanks between, ``NO_LAYERS``, or nothing: those shown at first.
    ``ground``: name of the map service beneath. ``level``: id of a coarser level; empty: the finest areas.
    """

    layer: str = ""
    period: str = ""
    beside: str = ""
    beside_period: str = ""
    second: str = ""
    classes: str = ""
    count: int = COUNT
    limits: str = ""
    palette: str = ""
    space: str = ""
    area: str = ""
    edition: str = ""
    layers: str = ""
    ground: str = ""
    level: str = ""

    @classmethod
    def of(cls, words: QueryDict) -> Asked:
        """Read an address."""
        given = {field: words.get(word, "").strip()[:LONGEST] for field, word in WORDS.items()}
        count = given.pop("count")
        given["layers"] = _layers(words.getlist(WORDS["layers"]))
        found = cls(**given, count=int(count) if count.isascii() and count.isdigit() else COUNT)  # type: ignore[arg-type]
        return replace(
            found,
            count=min(max(found.count, FEWEST), MOST),
            classes=found.classes if found.classes in (*METHODS, OWN) else "",
            palette=found.palette if found.palette in PALETTES else "",
            edition=found.edition if _is_uuid(found.edition) else "",
        )

    def address(self, **changes: object) -> str:
        """Return the words of an address that asks for this view, or for it with something changed."""
        given = asdict(replace(self, **changes))  # type: ignore[arg-type]
        if given["classes"] not in METHODS:
            given["count"] = ""
        if given["classes"] != OWN:
            given["limits"] = ""
        return urlencode({WORDS[field]: value for field, value in given.items() if value})


def _layers(given: list[str]) -> str:
    """Return the words of layers; a form sends each in a word of its own, and ``NO_LAYERS`` with them."""
    found = dict.fromkeys(
        word for each in given for word in each[:LONGEST].split() if re.fullmatch("[0-9a-f]{8}", word)
    )
    return " ".join(found) or (NO_LAYERS if given else "")


def _is_uuid(text: str) -> bool:
    try:
        return str(UUID(text)) == text
    except ValueError:
        return False
