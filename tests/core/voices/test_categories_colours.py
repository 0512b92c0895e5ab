"""Colours of categories: told from both papers, told apart, given once."""

import re
from itertools import combinations
from pathlib import Path

import pytest

from nahraum.base import WrongRequest
from nahraum.base.colours import contrast, linear, oklab, rgb
from nahraum.evidence.voices.categories import Add, Category, Describe, Replace, Split, System, apply
from nahraum.evidence.voices.categories.colours import (
    COLOURS,
    DARK,
    INK,
    LEAST,
    LIGHT,
    PALETTE,
    coloured,
    drawn_contrast,
    refuse_unseen,
    with_colours,
)

STATIC = Path(__file__).parents[3] / "src/nahraum_site/static/nahraum"


def category(n, colour=""):
    return Category(id=f"c{n}", name=f"K{n}", colour=colour)


def test_contrast_is_that_of_wcag():
    black, white, grey = (linear(rgb(each)) for each in ("#000000", "#ffffff", "#767676"))
    assert contrast(black, white) == pytest.approx(21)
    assert contrast(white, grey) == pytest.approx(4.54, abs=0.01)
    assert oklab((255, 255, 255)) == pytest.approx((1, 0, 0), abs=1e-6)


@pytest.mark.parametrize("colour", COLOURS)
def test_every_colour_is_told_from_both_papers(colour):
    refuse_unseen(colour)
    assert min(drawn_contrast(colour, each) for each in (LIGHT, DARK)) >= LEAST


def test_what_is_measured_is_what_pages_draw():
    site, coding = ((STATIC / name).read_text() for name in ("site.css", "coding.css"))
    for line, (paper, ink) in zip(site.splitlines()[1:3], (LIGHT, DARK), strict=True):
        assert f"--ink: {ink};" in line
        assert f"--paper: {paper};" in line
    shares = re.findall(r"var\(--k, var\(--muted\)\), var\(--ink\) (\d+)%", coding)
    assert shares == [f"{INK:.0%}"[:-1]] * 3  # of a chip, a line, a stripe


def test_no_colour_stands_there_twice():
    assert len(set(COLOURS)) == len(COLOURS) == 48
    assert len(set(PALETTE.values())) == len(PALETTE)
    places = {each: oklab(rgb(each)) for each in COLOURS}
    nearest = min(
        sum((a - b) ** 2 for a, b in zip(places[one], places[other], strict=True)) ** 0.5
        for one, other in combinations(COLOURS, 2)
    )
    assert nearest > 0.05  # 0.02 is what an eye can just tell apart side by side


@pytest.mark.parametrize(("colour", "word"), [("#fff59d", "dunklere"), ("#ffffff", "dunklere"), ("#000000", "hellere")])
def test_what_vanishes_in_the_paper_is_refused_with_the_way_out(colour, word):
    with pytest.raises(WrongRequest, match=word):
        refuse_unseen(colour)


def test_a_system_gets_what_is_free_and_own_colours_stay():
    system = coloured(System(id="s", name="S", categories=(category(0), category(1, "#0072b2"), category(2))))
    assert [each.colour for each in system.categories] == ["#d55e00", "#0072b2", "#009e73"]
    assert coloured(system) == system
    many = coloured(System(id="s", name="S", categories=tuple(category(n) for n in range(100))))
    first = [each.colour for each in many.categories]
    assert first[:96] == [*COLOURS, *COLOURS]


def test_what_a_change_brings_has_a_colour():
    system = coloured(System(id="s", name="S", categories=(category(0), category(1))))
    added = apply(system, with_colours(system, Add(category=category(2), before="c0")))
    assert [(each.id, each.colour) for each in added.categories] == [
        ("c2", "#009e73"), ("c0", "#0072b2"), ("c1", "#d55e00"),
    ]  # fmt: skip
    own = Add(category=category(3, "#123456"))
    assert with_colours(added, own) == own
    parts = with_colours(added, Split(id="c0", parts=(category(4), category(5)))).parts
    assert [each.colour for each in parts] == ["#cc79a7", "#e69f00"]
    new = System(id="t", name="T", categories=(category(6),))
    assert with_colours(added, Replace(new=new)).new.categories[0].colour == "#0072b2"
    emptied = apply(added, with_colours(added, Describe(id="c0", colour="", rule="R")))
    assert (emptied.get("c0").colour, emptied.get("c0").rule) == ("#0072b2", "R")
