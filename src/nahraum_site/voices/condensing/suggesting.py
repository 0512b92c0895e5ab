"""Suggestions of categories: learned in memory, from what a person may see, and gone with the answer."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID, uuid5

from django.db import transaction

from nahraum.base import WrongRequest
from nahraum.base.language import gettext as _
from nahraum.evidence.voices.suggesting.proposing import Proposed, Proposer, proposer, uncoded
from nahraum_site.accounts.models import User
from nahraum_site.voices.coding import counting, finding
from nahraum_site.voices.coding.finding import Place
from nahraum_site.voices.coding.models import Coding
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


def learned(table: counting.Table, study: Study) -> Proposer:
    """Learn from the codings that count. One question. Raises WrongRequest where there are too few examples."""
    coded = table.coded
    contents = contents_of(texts_of(study))
    texts = [contents.get(each.uuid, "") for each in table.texts]
    return proposer(coded.codings, coded.categories, coded.system, texts)


def paragraphs(study: Study, chosen: Sequence[UUID], user: User, helper: Proposer) -> tuple[list[Paragraph], int]:
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
    for (text, start, end), words, proposed in zip(places, said, helper.propose(said), strict=True):
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
