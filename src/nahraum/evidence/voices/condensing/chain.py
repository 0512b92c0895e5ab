"""Mayring's chain: segment, paraphrase, generalisation, reduction, each kept with what it was made from.

After P. Mayring, Qualitative Inhaltsanalyse (summarising content analysis): every paraphrase has one segment behind
it, every generalisation one paraphrase, a reduction bundles several generalisations - or, in a second round, earlier
reductions. What is not carried on is left out with a reason, never silently.
"""

from __future__ import annotations

from collections.abc import Collection as Ids
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from hashlib import sha256

from nahraum.base import WrongRequest
from nahraum.base.language import gettext as _
from nahraum.base.language import gettext_noop, quoted


class Stage(StrEnum):
    """The steps of the chain, in order."""

    SEGMENT = "segment"
    PARAPHRASE = "paraphrase"
    GENERALISATION = "generalisation"
    REDUCTION = "reduction"


STAGE_LABELS = {
    Stage.SEGMENT: gettext_noop("segment"),
    Stage.PARAPHRASE: gettext_noop("paraphrase"),
    Stage.GENERALISATION: gettext_noop("generalisation"),
    Stage.REDUCTION: gettext_noop("reduction"),
}
BEHIND = {
    Stage.SEGMENT: (),
    Stage.PARAPHRASE: (Stage.SEGMENT,),
    Stage.GENERALISATION: (Stage.PARAPHRASE,),
    Stage.REDUCTION: (Stage.GENERALISATION, Stage.REDUCTION),
}
SINGLE = (Stage.PARAPHRASE, Stage.GENERALISATION)


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One entry of the chain. ``behind``: the ids it was made from, each with the hash of its words at that time.

    ``left_out``: why it is not carried on (it says the same as another, say), empty where it is.
    """

    id: str
    stage: Stage
    text: str
    behind: Mapping[str, str] = field(default_factory=dict)
    left_out: str = ""

    @property
    def hash(self) -> str:
        """Return the SHA-256 of the words, by which a change is noticed."""
        return sha256(self.text.encode()).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Chain:
    """All steps of a study or of a part of it, by id; begun empty and continued with `write`: no circles."""

    steps: Mapping[str, Step] = field(default_factory=dict)

    def write(self, id: str, stage: Stage, text: str, behind: tuple[str, ...] = ()) -> Chain:
        """Return the chain with a step added or written anew, as made from the present words behind it.

        Raises WrongRequest for an empty text, and for what does not stand behind such a step.
        """
        if not text.strip():
            raise WrongRequest(_("Write something, or leave the step out with a reason."))
        if id in self.steps and self.steps[id].stage is not stage:
            raise WrongRequest(
                _("“{id}” is a step of another kind: {old}, not {new}.").format(
                    id=id, old=_told(self.steps[id].stage), new=_told(stage)
                )
            )
        self._refuse_unfit(id, stage, behind)
        seen = {each: self.steps[each].hash for each in behind}
        return self._with(Step(id=id, stage=stage, text=text, behind=seen))

    def confirm(self, id: str) -> Chain:
        """Return the chain with a step that was looked at again and still holds; what is gone no longer counts."""
        step = self._get(id)
        seen = {each: self.steps[each].hash for each in step.behind if each in self.steps}
        if step.behind and not seen:
            raise WrongRequest(_("Nothing is left that this {stage} was made from.").format(stage=_told(step.stage)))
        return self._with(replace(step, behind=seen))

    def leave_out(self, id: str, reason: str) -> Chain:
        """Return the chain with a step that is not carried on, and why; an empty reason takes it in again."""
        used = [each.id for each in self.steps.values() if id in each.behind]
        if reason and used:
            raise WrongRequest(_("It was carried on already, in: {steps}.").format(steps=quoted(used)))
        return self._with(replace(self._get(id), left_out=reason.strip()))

    def without(self, id: str) -> Chain:
        """Return the chain without a step; what was made from it is marked to be looked at again."""
        self._get(id)
        return Chain(steps={each: step for each, step in self.steps.items() if each != id})

    def open(self, stage: Stage) -> tuple[str, ...]:
        """Return the steps of a stage that nothing was made from yet and that were not left out."""
        used = {id for step in self.steps.values() for id in step.behind}
        return tuple(s.id for s in self.steps.values() if s.stage is stage and s.id not in used and not s.left_out)

    def segments(self, id: str) -> tuple[str, ...]:
        """Return the segments that a step rests on."""
        found: dict[str, None] = {}
        waiting = [id]
        while waiting:
            step = self.steps.get(waiting.pop())
            if step is not None and step.stage is Stage.SEGMENT:
                found[step.id] = None
            waiting += reversed(tuple(step.behind)) if step is not None else ()
        return tuple(found)

    def resting(self) -> Mapping[str, tuple[str, ...]]:
        """Return the segments that every step rests on, each as `segments` does; one walk for all of them."""
        found: dict[str, tuple[str, ...]] = {}
        for step in self._in_order():
            below = (segment for id in step.behind for segment in found.get(id, ()))
            found[step.id] = (step.id,) if step.stage is Stage.SEGMENT else tuple(dict.fromkeys(below))
        return found

    def only_on(self, segments: Ids[str]) -> frozenset[str]:
        """Return some segments and the steps that rest on nothing but these: what holds of them holds of those."""
        return frozenset(
            id for id, below in self.resting().items() if below and all(each in segments for each in below)
        )

    def look_again(self) -> Mapping[str, tuple[str, ...]]:
        """Return the steps to be looked at again, each with the changed or vanished steps somewhere behind it."""
        found: dict[str, tuple[str, ...]] = {}
        for step in self._in_order():
            causes: dict[str, None] = {}
            for id, seen in step.behind.items():
                causes |= dict.fromkeys(found.get(id, ()))
                if id not in self.steps or self.steps[id].hash != seen:
                    causes[id] = None
            if causes:
                found[step.id] = tuple(causes)
        return found

    def rows(self, starts: Iterable[str] | None = None) -> tuple[tuple[str, ...], ...]:
        """Return the table to work in: one row of ids per way from a segment on, as far as it was carried.

        ``starts``: only from these segments on, in their order.
        """
        after: dict[str, list[str]] = {}
        for step in self.steps.values():
            for id in step.behind:
                after.setdefault(id, []).append(step.id)
        rows: list[tuple[str, ...]] = []
        every = (step.id for step in self.steps.values() if step.stage is Stage.SEGMENT)
        waiting: list[tuple[str, ...]] = [(id,) for id in (every if starts is None else starts)]
        waiting.reverse()
        while waiting:
            way = waiting.pop()
            further = [(*way, id) for id in after.get(way[-1], ())]
            waiting += further[::-1]
            rows += [] if further else [way]
        return tuple(rows)

    def _get(self, id: str) -> Step:
        if id not in self.steps:
            raise WrongRequest(_("There is no step “{id}”.").format(id=id))
        return self.steps[id]

    def _with(self, step: Step) -> Chain:
        return Chain(steps={**self.steps, step.id: step})

    def _refuse_unfit(self, id: str, stage: Stage, behind: tuple[str, ...]) -> None:
        wrong = [each for each in behind if self._get(each).stage not in BEHIND[stage]]
        if wrong or bool(behind) == (stage is Stage.SEGMENT) or (stage in SINGLE and len(behind) != 1):
            raise WrongRequest(_(WANTED[stage]))
        left_out = [each for each in behind if self.steps[each].left_out]
        if left_out:
            raise WrongRequest(
                _("These were left out: {steps}. Take them in again first.").format(steps=quoted(left_out))
            )
        circle = [each for each in behind if each == id or id in self._all_behind(each)]
        if circle:
            raise WrongRequest(_("A reduction cannot rest on itself, nor on what was made from it."))

    def _all_behind(self, id: str) -> set[str]:
        found: set[str] = set()
        waiting = [id]
        while waiting:
            step = self.steps.get(waiting.pop())
            new = set(step.behind) - found if step is not None else set()
            found |= new
            waiting += new
        return found

    def _in_order(self) -> list[Step]:
        """Return all steps, each after what stands behind it; reductions may rest on reductions."""
        ordered: dict[str, Step] = {}
        waiting = list(self.steps.values())[::-1]
        while waiting:
            step = waiting[-1]
            missing = [self.steps[id] for id in step.behind if id in self.steps and id not in ordered]
            if missing:
                waiting += missing
            else:
                ordered[step.id] = waiting.pop()
        return list(ordered.values())


WANTED = {
    Stage.SEGMENT: gettext_noop("A segment stands in a text; nothing of the chain lies behind it."),
    Stage.PARAPHRASE: gettext_noop("A paraphrase puts one segment in other words."),
    Stage.GENERALISATION: gettext_noop("A generalisation lifts one paraphrase to a higher level."),
    Stage.REDUCTION: gettext_noop("A reduction bundles generalisations, or reductions of an earlier round."),
}


def _told(stage: Stage) -> str:
    return _(STAGE_LABELS[stage])
