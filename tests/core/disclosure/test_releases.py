"""Several editions one after the other: what they tell together, an attacker with all of them must not solve."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from nahraum.base import State
from nahraum.disclosure.released import from_json, to_json
from nahraum.disclosure.rules import ProtectionRule
from nahraum.evidence.indicators.earlier import released_of
from nahraum.evidence.indicators.levels import parents_of
from nahraum.evidence.indicators.protect import protect_edition
from nahraum.places.crosswalk import Crosswalk
from tests.core.disclosure import opladen
from tests.core.disclosure.attacker import bounds, most

LIMIT = 3
CHILDREN = [row[3] for row in opladen.QUARTERS.values()]


@pytest.fixture(scope="module")
def base(tmp_path_factory):
    found = opladen.edition(tmp_path_factory.mktemp("base"))
    return replace(found, robustness=None, robustness_spec=None)


def told(published, true):
    """Return what an edition tells of the children: shown cells and sums as ({area: 1}, sum)."""
    panel = published.panel
    k = panel.index_of(opladen.CHILDREN)
    cells = panel.numerator[k, -1]
    facts = [({a: 1}, cells[a]) for a in np.flatnonzero(panel.state[k, -1] == State.NUMBER)]
    for level in published.levels[:-1]:
        parents = parents_of(panel, published.system, level.level)
        for g in np.flatnonzero(level.state[k, -1] == State.NUMBER):
            inside = np.flatnonzero((parents == g) & np.isfinite(true))
            facts.append((dict.fromkeys(inside.tolist(), 1), level.numerator[k, -1, g]))
    city = np.flatnonzero(np.isfinite(true) & ~panel.apart[k, -1])
    facts.append((dict.fromkeys(city.tolist(), 1), published.city_sums[0, k, -1]))
    return facts


def ranges(releases, truths):
    """Return {(area, version): (least, most)} of all hidden counts.

    The attacker knows which cells were revised, and which hidden cells are small; not, when one became small or grew
    behind the dot.
    """
    version, atoms, equations, low, high = {}, [], [], {}, {}
    for published, true in zip(releases, truths, strict=True):
        for a, count in enumerate(true):
            key = version.get(a)
            if np.isfinite(count) and (key is None or key[1] != count):
                version[a] = key = ((a, len(atoms)), count)
                atoms.append(key[0])
                small = 0 < count < LIMIT
                low[key[0]] = 1 if small else min(count, LIMIT)
                high[key[0]] = LIMIT - 1 if small else most(count, CHILDREN[a])
        for cells, total in told(published, true):
            equations.append(({version[a][0]: factor for a, factor in cells.items()}, total, total))
    shown = {next(iter(terms)) for terms, _low, _high in equations if len(terms) == 1}
    hidden = [atom for atom in atoms if atom not in shown]
    for a in {atom[0] for atom in hidden}:
        same = [atom for atom in hidden if atom[0] == a]
        least, greatest = min(low[atom] for atom in same), max(high[atom] for atom in same)
        low.update(dict.fromkeys(same, least))
        high.update(dict.fromkeys(same, greatest))
    return bounds(atoms, equations, low, high, hidden)


def release(base, truths, *, remember=True):
    """Protect one edition after the other, each beside the record of those before it."""
    releases, records = [], []
    for true in truths:
        releases.append(protect_edition(opladen.with_cases(base, true), records if remember else ()))
        records.append(from_json(to_json(released_of(releases[-1]))))
    return releases


def start():
    return np.array([row[4] for row in opladen.QUARTERS.values()], dtype=float)


def determined(base, truths, *, remember=True):
    found = ranges(release(base, truths, remember=remember), truths)
    return [atom for atom, (least, greatest) in found.items() if greatest == least]


def changed(true, **cells):
    true = true.copy()
    for key, count in cells.items():
        true[opladen.AREAS.index(key[1:])] = count
    return true


def test_an_unchanged_second_edition_hides_the_same(base):
    one, two = release(base, [start(), start()])
    assert (one.panel.state == two.panel.state).all()
    assert two.release_issues == ()


def test_a_partner_hidden_once_is_not_shown_later(base):
    """After a revision another quarter is the smallest partner; the old one, shown, would give Schusterinsel away."""
    truths = [start(), changed(start(), q31=5)]
    assert determined(base, truths, remember=False)
    assert determined(base, truths) == []


def test_a_revision_by_one_person_tells_nothing_about_hidden_cells(base):
    truths = [changed(start(), q26=1), changed(start(), q26=2)]
    assert determined(base, truths, remember=False)  # from 1 to 2: who knows the rule knows both
    assert determined(base, truths) == []


def test_a_count_that_became_small_does_not_follow_from_the_earlier_edition(base):
    truths = [changed(start(), q26=12, q42=9), changed(start(), q26=2, q42=9)]
    assert determined(base, truths, remember=False)
    _one, two = release(base, truths)
    assert determined(base, truths) == []
    assert [issue.code for issue in two.release_issues] == ["city-without-protected"]


def test_a_quarter_delivered_late_does_not_follow_from_the_new_sums(base):
    truths = [changed(start(), q42=np.nan, q26=20), changed(start(), q26=20)]
    assert determined(base, truths, remember=False)
    assert determined(base, truths) == []


def test_what_was_shown_and_is_hidden_now_is_counted_and_told_to_the_releaser_only(base):
    open_ = replace(base, protection=ProtectionRule(public=True, reason="veröffentlicht"))
    first = protect_edition(opladen.with_cases(open_, start()))
    second = protect_edition(opladen.with_cases(base, start()), [released_of(first)])
    (issue,) = [each for each in second.release_issues if each.code == "told-earlier"]
    assert issue.params["count"] == (second.panel.state == State.PROTECTED).sum() > 1
    assert issue.code not in {each.code for each in second.issues}


def test_an_edition_declared_public_says_how_much_it_opens(base):
    first = protect_edition(opladen.with_cases(base, start()))
    open_ = replace(base, protection=ProtectionRule(public=True, reason="veröffentlicht"))
    (issue,) = protect_edition(open_, [released_of(first)]).release_issues
    assert issue.code == "protected-earlier"
    assert issue.params["count"] == (first.panel.state == State.PROTECTED).sum()


@pytest.mark.parametrize("seed", range(40))
def test_random_revisions_over_three_editions(base, seed):
    """Cells are revised, by one person or by many, delivered late, become small and grow."""
    rng = np.random.default_rng(seed)
    size = len(opladen.AREAS)
    true = np.where(rng.random(size) < 0.35, rng.integers(0, 4, size), rng.integers(4, 50, size)).astype(float)
    truths = [np.where(rng.random(size) < 0.05, np.nan, true)]
    for _edition in range(2):
        true = np.where(rng.random(size) < 0.15, np.maximum(true + rng.integers(-3, 4, size), 0), true)
        truths.append(true)
    releases = release(base, truths)
    k = base.panel.index_of(opladen.CHILDREN)
    if any(r.panel.state[k, -1].tolist().count(int(State.NUMBER)) == 0 for r in releases):
        return
    found = ranges(releases, truths)
    lost = sum(issue.params["count"] for r in releases for issue in r.release_issues if issue.code == "told-earlier")
    assert sum(greatest == least for least, greatest in found.values()) <= lost, (truths, found)


def test_the_random_editions_break_without_memory(base):
    """The attacker can win: without the records of earlier releases he does, often."""
    broken = 0
    for seed in range(12):
        rng = np.random.default_rng(seed)
        true = np.where(rng.random(13) < 0.35, rng.integers(0, 4, 13), rng.integers(4, 50, 13)).astype(float)
        later = np.where(rng.random(13) < 0.15, np.maximum(true + rng.integers(-3, 4, 13), 0), true)
        broken += bool(determined(base, [true, later], remember=False))
    assert broken >= 3


def test_a_quarter_of_which_a_few_people_were_cut_off_is_hidden(base):
    """Ruhlach without two children: both counts shown, their difference is two people in a strip."""
    first = released_of(protect_edition(opladen.with_cases(base, changed(start(), q26=20, q42=20))))
    moved = replace(first, system="quartiere-alt")
    now = opladen.with_cases(base, changed(start(), q26=20, q42=20, q31=94))
    k, a = base.panel.index_of(opladen.CHILDREN), opladen.AREAS.index("31")
    assert protect_edition(now, [first]).panel.state[k, -1, a] == State.NUMBER
    assert protect_edition(now, [moved]).panel.state[k, -1, a] == State.PROTECTED


def test_the_parts_of_a_split_quarter_hide_together(base):
    """An old quarter that was shown is the sum of its two parts: none of them is shown if one is hidden."""
    old = opladen.with_cases(base, changed(start(), q26=20, q42=20))
    first = replace(released_of(protect_edition(old)), system="alt")
    keys = tuple("31" if key == "32" else key for key in first.areas)
    walk = Crosswalk(old=keys, new=opladen.AREAS, share=tuple(0.5 if k == "31" else 1.0 for k in keys))
    laid = replace(base, crosswalks={"alt": walk})
    now = protect_edition(opladen.with_cases(laid, changed(start(), q26=20, q42=20, q32=2)), [first])
    k = base.panel.index_of(opladen.CHILDREN)
    state = dict(zip(opladen.AREAS, now.panel.state[k, -1], strict=True))
    assert state["32"] == state["31"] == State.PROTECTED


def test_a_quarter_merged_from_a_hidden_one_stays_hidden(base):
    first = replace(released_of(protect_edition(base)), system="alt")
    walk = Crosswalk(old=("26", "30"), new=("30", "30"), share=(1.0, 1.0))
    laid = replace(base, crosswalks={"alt": walk})
    now = protect_edition(opladen.with_cases(laid, changed(start(), q26=20, q42=20)), [first])
    k, a = base.panel.index_of(opladen.CHILDREN), opladen.AREAS.index("30")
    assert now.panel.state[k, -1, a] == State.PROTECTED
    assert "areas-without-crosswalk" not in {each.code for each in now.release_issues}


def test_the_releaser_is_told_of_earlier_areas_without_a_crosswalk(base):
    first = replace(released_of(protect_edition(base)), system="alt")
    (told,) = [each for each in protect_edition(base, [first, first]).release_issues if each.code.startswith("areas-")]
    assert "alt" in told.sentence


def test_the_record_survives_as_json(base):
    record = released_of(protect_edition(base))
    assert to_json(from_json(to_json(record))) == to_json(record)
