"""Colours of classes: told apart by people who see colours differently, in light and dark, and judging nobody.

From blue-green over sand to ochre: no traffic light, because a quarter is not an alarm. Neighbouring classes differ
in lightness, so that they stay apart in grey print. Other palettes are blended in Oklab (Björn Ottosson 2020), where
equal steps look equal; a test measures every pair of neighbours as people with red, green and blue blindness see them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from nahraum.base.colours import RGB, Three, from_oklab, linear, luminance, oklab, rgb
from nahraum.base.language import gettext_noop

LOW, BELOW, NEAR, ABOVE, HIGH = (
    (0x1F, 0x62, 0x83),
    (0x84, 0xB8, 0xCF),
    (0xEF, 0xEA, 0xDC),
    (0xDD, 0xA6, 0x50),
    (0x8A, 0x4B, 0x08),
)
STOPS = (LOW, BELOW, NEAR, ABOVE, HIGH)
MISSING = "#ffffff"
INK, WATER, LINE = "#1b2733", "#b9d3e0", "#ffffff"


@dataclass(frozen=True, slots=True, kw_only=True)
class Palette:
    """Colours from the lowest to the highest class; ``diverging``: the middle stands for the value of the city, or for
    no change.
    """

    name: str
    stops: tuple[RGB, ...]
    diverging: bool


DIVERGING, SEQUENTIAL = "sand", "petrol"  # what is taken unless a reader wishes another
PALETTES = {
    "sand": Palette(name=gettext_noop("Blue – sand – ochre (two directions)"), stops=STOPS, diverging=True),
    "flieder": Palette(
        name=gettext_noop("Green – white – violet (two directions)"),
        stops=((0x1E, 0x6B, 0x45), (0x8C, 0xC3, 0x9C), (0xF1, 0xEF, 0xF2), (0xC4, 0xA3, 0xD6), (0x6A, 0x3D, 0x8F)),
        diverging=True,
    ),
    "petrol": Palette(
        name=gettext_noop("Light to dark blue (one direction)"),
        stops=((0xE9, 0xF2, 0xF1), (0x7F, 0xB5, 0xC4), (0x1C, 0x5A, 0x7D)),
        diverging=False,
    ),
    "ocker": Palette(
        name=gettext_noop("Light to dark ochre (one direction)"),
        stops=((0xF7, 0xEF, 0xDA), (0xDD, 0xA6, 0x50), (0x86, 0x47, 0x0B)),
        diverging=False,
    ),
    "grau": Palette(
        name=gettext_noop("Grey, for black-and-white print (one direction)"),
        stops=((0xF4, 0xF4, 0xF4), (0x5C, 0x5C, 0x5C)),
        diverging=False,
    ),
}


def colours(count: int, palette: str = DIVERGING) -> tuple[str, ...]:
    """Return hex colours for ``count`` classes, lowest first."""
    stops = PALETTES[palette].stops
    if count == 1:
        return (_hex(NEAR if palette == DIVERGING else stops[len(stops) // 2]),)
    blend = _between if palette == DIVERGING else _in_oklab  # published editions hold the first palette's colours
    return tuple(_hex(blend(stops, n / (count - 1))) for n in range(count))


def ink_on(colour: str) -> str:
    """Return black or white, whichever is easier to read on the colour (WCAG contrast)."""
    light = luminance(linear(rgb(colour)))
    return INK if (light + 0.05) / 0.07 > 1.05 / (light + 0.05) else "#ffffff"


def _between(stops: Sequence[RGB], share: float) -> RGB:
    place = share * (len(stops) - 1)
    n = min(int(place), len(stops) - 2)
    low, high, part = stops[n], stops[n + 1], place - n
    red, green, blue = (round(a + (b - a) * part) for a, b in zip(low, high, strict=True))
    return red, green, blue


def _in_oklab(stops: Sequence[RGB], share: float) -> RGB:
    place = share * (len(stops) - 1)
    n = min(int(place), len(stops) - 2)
    low, high, part = oklab(stops[n]), oklab(stops[n + 1]), place - n
    light, a, b = (x + (y - x) * part for x, y in zip(low, high, strict=True))
    return _rgb((light, a, b))


def _rgb(lab: Three) -> RGB:
    red, green, blue = (
        round(255 * (12.92 * c if c <= 0.0031308 else 1.055 * c ** (1 / 2.4) - 0.055)) for c in from_oklab(lab)
    )
    return red, green, blue


def _hex(colour: RGB) -> str:
    return "#{:02x}{:02x}{:02x}".format(*colour)
