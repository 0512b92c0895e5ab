"""Somebody who collects everything that was released, knows the rule, and has an integer programme."""

from __future__ import annotations

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp

HUGE = 10_000


def most(count, people, limit=3):
    """Return the greatest count that a protected one can be for somebody who knows out of how many people: of those who
    are not counted there are none, few, or as many as the rule demands.
    """
    rest = people - count
    return HUGE if not rest >= 0 else people if rest == 0 else people - 1 if rest < limit else people - limit


def bounds(atoms, equations, low, high, of=None):
    """Return {atom: (least, most)} of whole numbers that fit all equations: ({atom: coefficient}, from, to)."""
    names = list(atoms)
    place = {atom: n for n, atom in enumerate(names)}
    matrix = np.zeros((len(equations), len(names)))
    for row, (terms, _from, _to) in enumerate(equations):
        for atom, factor in terms.items():
            matrix[row, place[atom]] += factor
    rows = matrix.any(axis=1)
    lower, upper = (np.array([each[side] for each in equations]) for side in (1, 2))
    fits = [LinearConstraint(matrix[rows], lower[rows], upper[rows])] if rows.any() else []
    limits = Bounds([low[atom] for atom in names], [min(high[atom], HUGE) for atom in names])
    found = {}
    for atom in names if of is None else of:
        goal = np.eye(len(names))[place[atom]]
        ends = [milp(sign * goal, constraints=fits, bounds=limits, integrality=1) for sign in (1, -1)]
        assert all(end.x is not None for end in ends), "the true counts must fit: the attacker's equations are wrong"
        found[atom] = tuple(round(float(end.x[place[atom]])) for end in ends)
    return found
