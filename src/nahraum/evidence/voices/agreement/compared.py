"""Coders compared: every category at once, and all together, with a value or the reason why there is none."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial, reduce
from operator import add

import numpy as np

from nahraum.base import WrongRequest
from nahraum.base.language import gettext as _
from nahraum.evidence.voices.agreement import coefficients
from nahraum.evidence.voices.agreement.intervals import within
from nahraum.evidence.voices.agreement.krippendorff import alpha
from nahraum.evidence.voices.agreement.levels import by_character, by_placed_line, by_segment, by_text, placed
from nahraum.evidence.voices.agreement.ratings import Floats, Ratings, pooled
from nahraum.evidence.voices.agreement.stretches import Stretches, by_stretch
from nahraum.evidence.voices.agreement.terms import Agreement, Compared, Level, Measure, Result, Why
from nahraum.evidence.voices.coded import Coded
from nahraum.evidence.voices.codings import Codings, Ints

FUNCTIONS: dict[Measure, Callable[[Ratings], Floats]] = {
    Measure.PERCENT: coefficients.percent,
    Measure.COHEN: coefficients.cohen,
    Measure.CONGER: coefficients.conger,
    Measure.FLEISS: coefficients.fleiss,
    Measure.BRENNAN_PREDIGER: coefficients.brennan_prediger,
    Measure.GWET_AC1: coefficients.gwet_ac1,
    Measure.ALPHA: alpha,
}
Lines = Mapping[int, Sequence[tuple[int, int]]]  # number of a text -> start and end of its lines
MANY = 5  # texts from which on samples draw whole texts: what stands in one hangs together
SEED = 20260101  # the same codings give the same intervals


def shared(codings: Codings, coders: Sequence[int]) -> tuple[int, ...]:
    """Return the numbers of the texts that at least two of some coders worked on."""
    return tuple(np.flatnonzero(codings.worked[np.array(coders, dtype=np.int64)].sum(axis=0) >= 2).tolist())


def compare(
    coded: Coded,
    coders: Sequence[int],
    level: Level,
    *,
    texts: Sequence[int] | None = None,
    overlap: float = 0.9,
    lines: Lines | None = None,
    main: bool = False,
    chosen: str | None = None,
    runs: int = 1000,
) -> Agreement:
    """Return how far some coders agree, category by category, in those of the ``texts`` that two of them worked on.

    ``lines``: for the level of lines. ``main``: a category counts as the main category that holds it. ``chosen``: the
    category that gets intervals; all together without it. All together, each judgement on a category counts once.
    Samples draw whole texts; units, if there are fewer than `MANY`. Raises WrongRequest for fewer than two coders, and
    as the levels do.
    """
    if len(set(coders)) < 2:
        raise WrongRequest(_("Agreement needs two people who coded the same material."))
    wanted = [each for each in shared(coded.codings, coders) if texts is None or each in set(texts)]
    codings, ids = _named(coded, main=main)
    codings = _among(codings, coders, wanted)
    where = placed(codings, [(lines or {}).get(each, ()) for each in wanted])
    units = _Units(level=level, overlap=overlap, lines=where)
    judged = {ids[code]: units.of(codings, code) for code in np.unique(codings.code).tolist()}
    if len(wanted) < MANY:
        judged = {id: _apart(each) for id, each in judged.items()}
    together = _together(list(judged.values())) if judged else None
    row = partial(_row, measures=_measures(level, len(coders)), coders=len(coders))
    of = chosen if chosen in judged else None
    return Agreement(
        level=level,
        overlap=overlap,
        coders=tuple(coders),
        texts=tuple(wanted),
        draws_texts=len(wanted) >= MANY,
        overall=row(None, together),
        chosen=row(of, together if of is None else judged[of], runs=runs),
        rows=tuple(row(id, each) for id, each in judged.items()),
    )


@dataclass(frozen=True, slots=True, eq=False)
class _Judged:
    """Judgements on a category, or its stretches; ``given``: how often each coder gave it.

    ``values``: between how many a coder chose; 1 where that question makes no sense.
    """

    found: Ratings | Stretches
    given: Ints
    values: int = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class _Units:
    level: Level
    overlap: float
    lines: tuple[Ints, Ints, Ints]

    def of(self, codings: Codings, code: int) -> _Judged:
        match self.level:
            case Level.STRETCH:
                stretches = by_stretch(codings, code)
                return _Judged(stretches, stretches.given)
            case Level.SEGMENT:
                found = by_segment(codings, code, overlap=self.overlap)
                return _Judged(found, np.bincount(codings.of(code).coder, minlength=2), values=1)
            case Level.LINE:
                found = by_placed_line(codings, code, self.lines)
            case Level.TEXT:
                found = by_text(codings, code)
            case Level.CHARACTER:
                found = by_character(codings, code)
        return _Judged(found, ((found.codes == 1) * found.times).sum(axis=1).astype(np.int64))


def _apart(judged: _Judged) -> _Judged:
    """Return judgements whose samples draw units, not texts; u-alpha knows no units."""
    found = judged.found
    return judged if isinstance(found, Stretches) else replace(judged, found=replace(found, groups=None))


def _together(judged: Sequence[_Judged]) -> _Judged:
    """Return all judgements: of stretches that overlap enough, each could have had any of the categories."""
    given = np.sum([each.given for each in judged], axis=0)
    stretches = [each.found for each in judged if isinstance(each.found, Stretches)]
    if stretches:
        return _Judged(reduce(add, stretches), given)
    values = len(judged) if judged[0].values == 1 else 2
    return _Judged(pooled([each.found for each in judged if isinstance(each.found, Ratings)]), given, values)


def _named(coded: Coded, *, main: bool) -> tuple[Codings, tuple[str, ...]]:
    """Return the codings and what their codes mean; those of categories not in force stay as they are."""
    if not main:
        return coded.codings, coded.categories
    system = coded.system
    of = [system.line(id)[0].id if system.find(id) else id for id in coded.categories]
    ids = tuple(dict.fromkeys(of))
    number = np.array([ids.index(id) for id in of], dtype=np.int64)
    return replace(coded.codings, code=number[coded.codings.code]), ids


def _among(codings: Codings, coders: Sequence[int], texts: Sequence[int]) -> Codings:
    """Return the codings of some coders in some texts, both numbered anew in the order given."""
    coder, text = (np.full(size, -1, dtype=np.int64) for size in codings.worked.shape)
    coder[list(coders)], text[list(texts)] = np.arange(len(coders)), np.arange(len(texts))
    kept = codings.where((coder[codings.coder] >= 0) & (text[codings.text] >= 0))
    worked = codings.worked[np.ix_(np.array(coders, dtype=np.int64), np.array(texts, dtype=np.int64))]
    length = codings.length[np.array(texts, dtype=np.int64)]
    return replace(kept, coder=coder[kept.coder], text=text[kept.text], worked=worked, length=length)


def _measures(level: Level, coders: int) -> tuple[Measure, ...]:
    if level is Level.STRETCH:
        return (Measure.U_ALPHA,)
    if level is Level.SEGMENT:
        return (Measure.PERCENT, Measure.BRENNAN_PREDIGER)
    pairwise = Measure.COHEN if coders == 2 else Measure.CONGER
    return tuple(each for each in FUNCTIONS if each not in (Measure.COHEN, Measure.CONGER) or each is pairwise)


def _row(
    category: str | None, judged: _Judged | None, measures: Sequence[Measure], coders: int, runs: int = 0
) -> Compared:
    if judged is None:
        nothing = tuple(Result(measure=each, value=None, why=Why.NOT_JUDGED) for each in measures)
        return Compared(category=category, units=0, given=(0,) * coders, results=nothing)
    found = judged.found
    if isinstance(found, Stretches):
        units = found.size
        results: tuple[Result, ...] = (_of_stretches(found, runs),)
    else:
        units = int(found.times.sum())
        drawn = found.resampled(runs, np.random.default_rng(SEED)) if runs and units else None
        results = tuple(_of_ratings(found, each, judged.values, category, drawn) for each in measures)
    return Compared(category=category, units=units, given=tuple(judged.given.tolist()), results=results)


def _of_stretches(found: Stretches, runs: int) -> Result:
    value = found.value
    if not np.isfinite(value):
        return Result(measure=Measure.U_ALPHA, value=None, why=Why.ONE_VALUE)
    if not runs:
        return Result(measure=Measure.U_ALPHA, value=value)
    if len(found.itself) < MANY:
        return Result(measure=Measure.U_ALPHA, value=value, why=Why.FEW_TEXTS)
    low, high = found.interval(np.random.default_rng(SEED), runs)
    return Result(measure=Measure.U_ALPHA, value=value, low=_known(low), high=_known(high))


def _of_ratings(ratings: Ratings, measure: Measure, values: int, category: str | None, drawn: Ratings | None) -> Result:
    function = FUNCTIONS[measure]
    if measure is Measure.BRENNAN_PREDIGER:
        function = partial(coefficients.brennan_prediger, values=values)
    value = float(function(ratings))
    if not np.isfinite(value):
        return Result(measure=measure, value=None, why=_why(ratings, values, category))
    if drawn is None:
        return Result(measure=measure, value=value)
    found = within(function, ratings, drawn)
    return Result(measure=measure, value=value, low=_known(found.low), high=_known(found.high))


def _why(ratings: Ratings, values: int, category: str | None) -> Why:
    if not ratings.times.sum():
        return Why.NOT_JUDGED
    if values > 1:
        return Why.ONE_VALUE
    return Why.ONE_CATEGORY if category is None else Why.ALL_ONLY


def _known(value: float) -> float | None:
    return value if np.isfinite(value) else None
