"""What is known of texts beside their words: attributes, method, space and time; tables by it, and narrowing to it.

A text has one value of each at most. That none is stated is not a value: such texts stand apart.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from nahraum.evidence.voices.behind import CITY, METHOD, SPACE
from nahraum.evidence.voices.coded import Coded, Crossed
from nahraum.evidence.voices.codings import Ints
from nahraum.evidence.voices.matrix import OUTSIDE, matrix
from nahraum.evidence.voices.studies.terms import Collection, Method

ATTRIBUTE = "attribute:"  # before the name of what the team noted of a text
PERIODS = {"year": 4, "month": 7, "day": 10}  # letters of an ISO day
NOT_STATED = ""
Limit = Mapping[str, Sequence[str]]  # trait -> values: one of them, of every trait; `NOT_STATED` for texts without


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Trait:
    """``values`` in order, and for each of T texts the number of its value, `OUTSIDE` where none is stated."""

    key: str
    values: tuple[str, ...]
    of_text: Ints


def keys(coded: Coded) -> tuple[str, ...]:
    """Return the traits that the texts have: attributes by name, method, space, periods where days are known."""
    if not coded.material.texts:
        return ()
    names = {name for each in coded.variables for name, value in each.items() if value.strip()}
    dated = any(coded.material.collections[id].day for id in coded.material.collection)
    return (*(ATTRIBUTE + name for name in sorted(names)), METHOD, SPACE, *(PERIODS if dated else ()))


def trait(coded: Coded, key: str) -> Trait:
    """Return one of `keys` as a column; a key that no text has is stated nowhere."""
    stated = _stated(coded, key)
    values = tuple(sorted(set(stated) - {NOT_STATED}))
    number = {value: n for n, value in enumerate(values)}
    return Trait(
        key=key, values=values, of_text=np.array([number.get(each, OUTSIDE) for each in stated], dtype=np.int64)
    )


def _stated(coded: Coded, key: str) -> list[str]:
    if key.startswith(ATTRIBUTE):
        name = key.removeprefix(ATTRIBUTE)
        noted = coded.variables or [{}] * len(coded.material.texts)
        return [each.get(name, NOT_STATED).strip() for each in noted]
    of: Callable[[Collection], str] = {
        METHOD: lambda each: each.method.value,
        SPACE: lambda each: each.space or CITY,
    }.get(key, lambda each: each.day.isoformat()[: PERIODS[key]] if each.day else NOT_STATED)
    stated = {id: of(each) for id, each in coded.material.collections.items()}
    return [stated[id] for id in coded.material.collection]


def trait_by_category(coded: Coded, of: Trait, level: int | None = None) -> Crossed:
    """Count what was said with which value; the row None, last and apart: where none is stated, if there are such."""
    columns, last = coded.columns(level), len(of.values)
    is_missing = of.of_text == OUTSIDE
    rows = (*of.values, None) if is_missing.any() else of.values
    shape = (len(rows), len(columns))
    row_of_text = np.where(is_missing, last, of.of_text)
    counts = matrix(coded.codings, row_of_text, coded.column_of_code(columns), shape)
    return Crossed(rows=rows, columns=columns, counts=counts)


def texts_by_value(of: Trait) -> tuple[int, ...]:
    """Return the number of texts with each value, and last of those without, as `trait_by_category` has its rows."""
    counts = np.bincount(np.where(of.of_text == OUTSIDE, len(of.values), of.of_text), minlength=len(of.values))
    return tuple(counts.tolist())


def fits(coded: Coded, limit: Limit) -> NDArray[np.bool_]:
    """Return for each text whether it has one of the values of every trait of a limit."""
    found = np.ones(len(coded.material.texts), dtype=bool)
    for key, wanted in limit.items():
        of = trait(coded, key)
        numbers = [n for n, value in enumerate(of.values) if value in wanted]
        found &= np.isin(of.of_text, [*numbers, OUTSIDE] if NOT_STATED in wanted else numbers)
    return found


def narrowed(coded: Coded, limit: Limit, words: str) -> tuple[Coded, Ints, Ints]:
    """Return a study with the texts that fit a limit only, and the numbers that its texts and codings had before.

    ``words`` say the limit. Quotations behind attributes of which a few texts of the same method and space have one
    value are held back (`Material.singled`): to the place beside a quotation, the limit adds who spoke.
    """
    mask = fits(coded, limit)
    texts, codings = np.flatnonzero(mask), np.flatnonzero(mask[coded.codings.text])
    numbers = texts.tolist()
    now = np.cumsum(mask) - 1  # the number of each text that stays
    kept, material = coded.codings.where(codings), coded.material
    is_quoted = np.isin(codings, coded.quoted)
    found = replace(
        coded,
        codings=replace(kept, text=now[kept.text], length=kept.length[texts], worked=kept.worked[:, texts]),
        material=replace(
            material,
            texts=[material.texts[n] for n in numbers],
            collection=[material.collection[n] for n in numbers],
            words=lambda text, start, end: material.words(numbers[text], start, end),
        ),
        variables=[coded.variables[n] for n in numbers] if coded.variables else (),
        titles=[coded.titles[n] for n in numbers] if coded.titles else (),
        quoted=np.flatnonzero(is_quoted),
        limited="; ".join(filter(None, (coded.limited, words))),
    )
    singled = {int(now[n]): count for n, count in material.singled.items() if mask[n]}
    by_attributes = [key for key in limit if key.startswith(ATTRIBUTE)]
    if by_attributes or singled:
        singled |= {int(now[n]): count for n, count in _singled(coded, limit, by_attributes, mask).items()}
    return replace(found, material=replace(found.material, singled=singled)), texts, codings


def _singled(coded: Coded, limit: Limit, attributes: list[str], mask: NDArray[np.bool_]) -> dict[int, int]:
    """Return the texts within a limit that share method and space with too few others, and how many these are with
    themselves.

    Where a limit tells attributes apart, no value may be a few texts' only, whether the limit names it or not: who
    takes the files of the other values away subtracts them from the file without a limit.
    """
    if not mask.any():
        return {}
    method, space = trait(coded, METHOD), trait(coded, SPACE)
    kind = method.of_text * len(space.values) + space.of_text
    others = fits(coded, {key: values for key, values in limit.items() if key not in attributes})
    inside, all_of_kind = (np.bincount(kind[some], minlength=kind.max() + 1)[kind] for some in (mask, others))
    alike = np.stack([kind, *(trait(coded, key).of_text for key in attributes)])
    _values, of, counts = np.unique(alike[:, others], axis=1, return_inverse=True, return_counts=True)
    fewest = np.full(kind.max() + 1, coded.few)
    np.minimum.at(fewest, kind[others], counts[of.reshape(-1)])
    count = np.where(inside < all_of_kind, np.minimum(inside, fewest[kind]), inside)
    return {
        n: int(count[n])
        for n in np.flatnonzero(mask & (count < coded.few)).tolist()
        if coded.material.collections[coded.material.collection[n]].method is not Method.DOCUMENT
    }


def behind_value(coded: Coded, key: str, value: str, category: str) -> Ints:
    """Return the numbers of the codings behind a cell of `trait_by_category`. Raises WrongRequest."""
    coded.system.get(category)
    is_under = coded.column_of_code((category,)) != OUTSIDE
    return np.flatnonzero(fits(coded, {key: (value,)})[coded.codings.text] & is_under[coded.codings.code])
