"""Suggestions of categories, from what a person may see: learned within the request, or by the worker before it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID, uuid5

from django.db import transaction

from nahraum.base import WrongRequest
from nahraum.base.language import gettext as _
from nahraum.evidence.voices.categories import System
from nahraum.evidence.voices.suggesting.proposing import Proposed, Quality, uncoded
from nahraum_site.accounts.models import User
from nahraum_site.voices.coding import counting, finding
from nahraum_site.voices.coding.finding import Place
from nahraum_site.voices.coding.models import Coding
from nahraum_site.voices.condensing import learning
from nahraum_site.voices.condensing.models import Learned
from nahraum_site.voices.models import Study
from nahraum_site.voices.texts.models import Text
from nahraum_site.voices.texts.queries import contents_of, texts_of

MOST = 100  # paragraphs that a person can look through at once


@dataclass(frozen=True, slots=True, kw_only=True)
class Paragraph:
    """A paragraph that none of one's own codings touches, and what may fit it."""

    text: Text
    number: int
    words: str
    start: int
    end: int
    proposed: tuple[Proposed, ...]

    @property
    def place(self) -> str:
        """Return what a form sends for it."""
        return f"{self.text.uuid}:{self.start}:{self.end}"


Propose = Callable[[Sequence[tuple[Text, int, int]], Sequence[str]], Sequence[tuple[Proposed, ...]]]


def at_once(study: Study, whose: str) -> tuple[Quality, Propose]:
    """Learn within the request: how well it works, and what proposes. Ten questions.

    Raises WrongRequest where there are too few examples.
    """
    helper = learning.proposer_of(study, counting.table(study, whose))
    return helper.quality, lambda _places, said: helper.propose(said)


def kept(learned: Learned, chosen: Sequence[UUID], system: System) -> Propose:
    """Return what proposes from what was learned before; categories that take no codings any more are left out.

    One question.
    """
    fitting = learning.fitting_of(learned, list(chosen))
    codable = {each.id for each in system.categories if each.codable}

    def propose(places: Sequence[tuple[Text, int, int]], said: Sequence[str]) -> list[tuple[Proposed, ...]]:
        return [
            tuple(
                Proposed(category=category, because=tuple(words[first:last] for first, last in because))
                for category, because in fitting.get((text.pk, start, end), ())
                if category in codable
            )
            for (text, start, end), words in zip(places, said, strict=True)
        ]

    return propose


def paragraphs(study: Study, chosen: Sequence[UUID], user: User, propose: Propose) -> tuple[list[Paragraph], int]:
    """Return the first paragraphs of some texts without a coding of one's own that something is suggested for, and how
    many there are without one. Two questions.
    """
    texts = list(texts_of(study).filter(uuid__in=chosen))
    contents = contents_of(texts)
    own: dict[int, list[tuple[int, int]]] = {}
    codings = Coding.objects.filter(text__in=texts, coder=user, removed_at=None, is_agreed=False)
    for text, start, end in codings.values_list("text_id", "start", "end"):
        own.setdefault(text, []).append((start, end))
    places = [(text, start, end) for text in texts for start, end in uncoded(contents[text.uuid], own.get(text.pk, ()))]
    found = []
    said = [contents[text.uuid][start:end] for text, start, end in places]
    for (text, start, end), words, proposed in zip(places, said, propose(places, said), strict=True):
        if proposed:
            number = contents[text.uuid].count("\n", 0, start) + 1
            found.append(Paragraph(text=text, number=number, words=words, start=start, end=end, proposed=proposed))
    return found[:MOST], len(places)


@transaction.atomic
def code(study: Study, ticked: Iterable[str], key: UUID, user: User) -> int:
    """Code what somebody ticked (``category|place``) and return how many codings there are. Sent again it does nothing.

    Raises WrongRequest, and codes nothing, as `finding.code` does.
    """
    chosen: dict[str, list[Place]] = {}
    for each in ticked:
        category, bar, place = each.partition("|")
        if not bar:
            raise WrongRequest(_("This request cannot be read."))
        chosen.setdefault(category, []).extend(finding.places([place]))
    return sum(
        finding.code(study, places, category, uuid5(key, category), user, action="coding.suggested")
        for category, places in chosen.items()
    )
