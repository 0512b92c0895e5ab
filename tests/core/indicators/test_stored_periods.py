"""Which periods of an indicator are stored: all of which anything is told, also where no quarter shows a number."""

from dataclasses import replace

import numpy as np
import pytest

from nahraum.base import State
from nahraum.evidence.indicators.show.coarser import between
from nahraum.evidence.indicators.show.store import cell_rows, period_rows

KEY, PERIOD = "unemployment", "2021"


def told(edition, period=PERIOD):
    found = {(row.layer, row.period): row for row in period_rows(edition)}
    return found.get((KEY, period))


@pytest.fixture
def without(published):
    """Return a function that gives Musterstadt with every quarter of one period in this state, and the levels too."""
    k = published.panel.index_of(KEY)
    p = [str(each) for each in published.panel.periods].index(PERIOD)

    def made(state, *, levels=False):
        def emptied(part):
            states, values = part.state.copy(), part.value.copy()
            states[k, p], values[k, p] = state, np.nan
            return replace(part, state=states, value=values)

        above = tuple(map(emptied, published.levels)) if levels else published.levels
        return replace(published, panel=emptied(published.panel), levels=above)

    return made


def test_a_period_whose_quarters_are_all_protected_is_stored_without_limits(without):
    edition = without(State.PROTECTED)
    row = told(edition)
    assert row.limits == (None,) * 4
    assert row.city is not None
    assert {cell.class_number for cell in cell_rows(edition) if (cell.layer, cell.period) == (KEY, PERIOD)} == {0}


def test_a_period_of_which_only_districts_are_told_is_stored_and_one_of_which_nothing_is_not(without):
    edition = without(State.MISSING)
    assert (between(edition)[0].state[edition.panel.index_of(KEY)] != State.MISSING).any()
    assert told(edition).limits == (None,) * 4
    assert told(without(State.MISSING, levels=True)) is None
    assert None not in told(edition, "2024").limits
