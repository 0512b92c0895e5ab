"""Colours of classes: told apart by people who see colours differently, in light and dark, and judging nobody.

From blue-green over sand to ochre: no traffic light, because a quarter is not an alarm. Neighbouring classes differ
in lightness, so that they stay apart in grey print.
"""

from __future__ import annotations

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


def colours(count: int) -> tuple[str, ...]:
    """Return hex colours for ``count`` classes, lowest first."""
    if count == 1:
        return (_hex(NEAR),)
    return tuple(_hex(_between(n / (count - 1))) for n in range(count))


def ink_on(colour: str) -> str:
    """Return black or white, whichever is easier to read on the colour (WCAG contrast)."""
    red, green, blue = (int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5))
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in (red, green, blue)]
    luminance = 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
    return INK if (luminance + 0.05) / 0.07 > 1.05 / (luminance + 0.05) else "#ffffff"


def _between(share: float) -> tuple[int, int, int]:
    place = share * (len(STOPS) - 1)
    n = min(int(place), len(STOPS) - 2)
    low, high, part = STOPS[n], STOPS[n + 1], place - n
    red, green, blue = (round(a + (b - a) * part) for a, b in zip(low, high, strict=True))
    return red, green, blue


def _hex(colour: tuple[int, int, int]) -> str:
    return "#{:02x}{:02x}{:02x}".format(*colour)
