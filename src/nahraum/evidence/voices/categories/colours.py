"""Colours of categories: each gets one when it comes, keeps it, and is told from the paper in light and dark.

What is measured is what pages draw: a colour with a share of the ink in it (coding.css), mixed in Oklab. WCAG 2.2 asks
for a contrast of 3:1 of what is no text (1.4.11).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace

from nahraum.base import WrongRequest
from nahraum.base.colours import contrast, from_oklab, linear, oklab, rgb
from nahraum.base.language import gettext as _
from nahraum.base.language import gettext_noop
from nahraum.evidence.voices.categories.changes import Add, Change, Describe, Replace, Split
from nahraum.evidence.voices.categories.terms import System

# To choose from, by name. The first eight are told apart by people who see colours otherwise, too (Okabe and Ito 2008).
PALETTE = {
    "#0072b2": gettext_noop("blue"),
    "#d55e00": gettext_noop("vermilion"),
    "#009e73": gettext_noop("green"),
    "#cc79a7": gettext_noop("rose"),
    "#e69f00": gettext_noop("orange"),
    "#56b4e9": gettext_noop("sky blue"),
    "#8a6d00": gettext_noop("ochre"),
    "#7a5195": gettext_noop("violet"),
    "#8968f4": gettext_noop("lavender"),
    "#34492f": gettext_noop("dark green"),
    "#773a10": gettext_noop("brown"),
    "#7fb042": gettext_noop("light green"),
    "#e54151": gettext_noop("red"),
    "#12479d": gettext_noop("dark blue"),
    "#d231cb": gettext_noop("magenta"),
    "#636363": gettext_noop("grey"),
}
# For systems that need more: each the one farthest from all before it (CIE 1976) that can be told from both papers.
MORE = (
    "#efa187", "#4407ce", "#adbe9d", "#f00580", "#88194a", "#14cc61", "#d59bff", "#1c989e",
    "#6e119b", "#bcb1d3", "#d0b56a", "#99007a", "#5b7a38", "#f970d2", "#6f8bed", "#a15556",
    "#ba0d01", "#a5a50e", "#30a100", "#463c59", "#968364", "#f97f95", "#583a2a", "#93c1c9",
    "#eb7a52", "#a735e5", "#2936b7", "#b27744", "#8d1828", "#66ccba", "#3e52fc", "#297613",
)  # fmt: skip
COLOURS = (*PALETTE, *MORE)

LIGHT, DARK = ("#ffffff", "#171a2b"), ("#14181c", "#eef1f5")  # paper and ink of site.css
INK = 0.22  # the share of the ink in what is drawn
LEAST = 3.0


def coloured(system: System) -> System:
    """Return the system with a colour for each category that has none."""
    free = _free(each.colour for each in system.categories)
    given = (each if each.colour else replace(each, colour=next(free)) for each in system.categories)
    return replace(system, categories=tuple(given))


def with_colours(system: System, change: Change) -> Change:
    """Return a change of a system in which all that is new has a colour, and nothing loses the one it has."""
    free = _free(each.colour for each in system.categories)
    match change:
        case Add() if not change.category.colour:
            return replace(change, category=replace(change.category, colour=next(free)))
        case Split():
            parts = (each if each.colour else replace(each, colour=next(free)) for each in change.parts)
            return replace(change, parts=tuple(parts))
        case Replace():
            return replace(change, new=coloured(change.new))
        case Describe(colour=""):
            return replace(change, colour=None)
        case _:
            return change


def refuse_unseen(colour: str) -> None:
    """Raise WrongRequest for a colour that cannot be told from the paper, in light or in dark."""
    for scheme, message in (
        (LIGHT, _("On a light page {colour} can hardly be told from the paper. Choose a darker colour.")),
        (DARK, _("On a dark page {colour} can hardly be told from the paper. Choose a lighter colour.")),
    ):
        if drawn_contrast(colour, scheme) < LEAST:
            raise WrongRequest(message.format(colour=colour))


def drawn_contrast(colour: str, scheme: tuple[str, str]) -> float:
    """Return the contrast (1 to 21) between a colour, drawn with its share of ink, and the paper of a scheme."""
    paper, ink = scheme
    light, a, b = (
        one * (1 - INK) + other * INK for one, other in zip(oklab(rgb(colour)), oklab(rgb(ink)), strict=True)
    )
    return contrast(from_oklab((light, a, b)), linear(rgb(paper)))


def _free(used: Iterable[str]) -> Iterator[str]:
    """Yield colours for more categories: always the first of those that are used least."""
    uses = Counter(used)
    while True:
        found = min(COLOURS, key=lambda each: uses[each])
        uses[found] += 1
        yield found
