"""Hits of a search as proposals, and codings of those that a person confirmed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction

from nahraum.base import WrongRequest
from nahraum.base.language import gettext as _
from nahraum.evidence.voices.search import Index, Stretch, find, proposals, window
from nahraum_site.accounts.models import User
from nahraum_site.records import log
from nahraum_site.voices.coding.models import Coding, Receipt
from nahraum_site.voices.coding.steps import current, remember
from nahraum_site.voices.models import Study
from nahraum_site.voices.texts.models import Text
from nahraum_site.voices.texts.queries import contents_of, texts_of

MOST = 200  # proposals that a person can look through at once
Place = tuple[UUID, int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """A stretch that could be coded, with the words around it."""

    text: Text
    start: int
    end: int
    before: str
    words: str
    after: str

    @property
    def place(self) -> str:
        """Return what a form sends for it."""
        return f"{self.text.uuid}:{self.start}:{self.end}"


def proposed(study: Study, query: str, stretch: Stretch, category: str, user: User) -> tuple[list[Proposal], int]:
    """Return the first stretches to code, and how many there are; without those that somebody coded so already.

    Raises WrongRequest for a query written wrongly. The index lives in memory only. Two questions.
    """
    texts = list(texts_of(study))
    contents = list(contents_of(texts).values())
    index = Index.of(dict(zip((str(each.uuid) for each in texts), contents, strict=True)))
    coded = Coding.objects.filter(text__collection__study=study, removed_at=None, is_agreed=False)
    own = coded.filter(coder=user, category=category)
    known = set(own.values_list("text_id", "start", "end"))
    found = [
        (texts[number], contents[number], start, end)
        for number, start, end in proposals(contents, find(index, query), stretch)
        if (texts[number].pk, start, end) not in known
    ]
    return [_shown(*each) for each in found[:MOST]], len(found)


def _shown(text: Text, content: str, start: int, end: int) -> Proposal:
    left, right = window(content, start, end)
    return Proposal(
        text=text,
        start=start,
        end=end,
        before=content[left:start],
        words=content[start:end],
        after=content[end:right],
    )


def places(given: Iterable[str]) -> list[Place]:
    """Return the places that a form sent. Raises WrongRequest."""
    found = []
    for each in given:
        uuid, _colon, rest = each.partition(":")
        start, _colon, end = rest.partition(":")
        try:
            found.append((UUID(uuid), int(start), int(end)))
        except ValueError:
            raise WrongRequest(_("This request cannot be read.")) from None
    return found


@transaction.atomic
def code(
    study: Study,
    confirmed: Sequence[Place],
    category: str,
    key: UUID,
    user: User,
    action: str = "coding.searched",
) -> int:
    """Code what was confirmed and return how many codings there are; in each text it is one step to undo.

    Raises WrongRequest, and codes nothing, where a place lies in no text of the study. Sent again it does nothing.
    """
    if not Receipt.objects.get_or_create(key=key)[1]:
        return 0
    wanted = {place[0] for place in confirmed}
    texts = {
        each.uuid: each
        for each in Text.objects.filter(collection__study=study, uuid__in=wanted).select_related("collection__study")
    }
    if any(uuid not in texts or not 0 <= start < end <= texts[uuid].length for uuid, start, end in confirmed):
        raise WrongRequest(_("The stretch does not lie in the text. Select it again."))
    for text in texts.values():
        standing = current(text, category)
        made = [
            Coding(text=text, coder=user, category=standing, made_with=standing, start=start, end=end, is_found=True)
            for uuid, start, end in confirmed
            if uuid == text.uuid
        ]
        Coding.objects.bulk_create(made)
        remember(text, user, [(each, {"removed": True}, {"removed": False}) for each in made])
    log.write(user, action, study, after={"codings": len(confirmed)})
    return len(confirmed)
