"""What a project may hold at most: more is the work of no team, and would keep a page or the worker busy for hours."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from nahraum.evidence.voices.categories.terms import DEEPEST
from nahraum.evidence.voices.exchange.model import Code
from nahraum.evidence.voices.exchange.told import refusal
from nahraum.evidence.voices.incoming.terms import Group, Marks, Remark

CODES = 5_000
CODERS = 200  # of whom each is asked for by name; whoever did least is asked for together with who is not told
TOLD = 64 << 20  # signs that cases and sets say of all their texts
MEMOS = 32 << 20  # signs of all memos; one may hang on thousands of things
MEMO = 64  # signs that a memo counts at least


def levelled(codes: Sequence[Code], lost: Counter[str]) -> tuple[Code, ...]:
    """Return the codes, those below the last level that a system has on that level; raises BadInput for too many."""
    if len(codes) > CODES:
        raise refusal(
            "",
            "exchange-too-many-codes",
            message="The project holds {count} categories; at most {most} are taken.",
            remedy="Export a part of the project.",
            count=len(codes),
            most=CODES,
        )
    above: dict[str, tuple[str, ...]] = {}
    found = []
    for code in codes:  # a parent stands before its children
        line = above.get(code.parent, ())
        if len(line) >= DEEPEST:
            lost["levels"] += 1
            line = line[: DEEPEST - 1]
            code = replace(code, parent=line[-1])
        above[code.guid] = (*line, code.guid)
        found.append(code)
    return tuple(found)


def refuse_swollen(*groups: Sequence[Group]) -> None:
    """Refuse cases and sets whose names and values, told of each of their texts, would swell beyond all measure."""
    signs = sum(
        len(each.texts) * (len(each.name) + sum(len(name) + len(value) for name, value in each.values.items()))
        for some in groups
        for each in some
    )
    if signs > TOLD:
        raise refusal(
            "",
            "exchange-too-much-told",
            message="What cases and sets say of their texts would fill {size} MB; at most {most} MB are taken.",
            remedy="Export a part of the project.",
            size=signs >> 20,
            most=TOLD >> 20,
        )


def few_coders(
    marks: Marks, remarks: Sequence[Remark], nobody: int, lost: Counter[str]
) -> tuple[Marks, tuple[Remark, ...]]:
    """Return codings and memos with so many coders as can be asked for; the rest counts as not told (``nobody``)."""
    did = Counter(marks.coder.tolist())
    did.update(each.author for each in remarks)
    named = {coder for coder, _count in did.most_common(CODERS)}
    if len(did) <= CODERS:
        return marks, tuple(remarks)
    lost["coders"] += len(did) - len(named)
    coder = np.where(np.isin(marks.coder, list(named)), marks.coder, nobody)
    return replace(marks, coder=coder), tuple(
        each if each.author in named else replace(each, author=nobody) for each in remarks
    )
