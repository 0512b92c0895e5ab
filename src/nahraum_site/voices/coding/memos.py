"""Memos: written, changed and removed by whoever wrote them; what quotes people lies sealed."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from nahraum_site.accounts.models import User
from nahraum_site.records import log
from nahraum_site.records.sealing import Seal, Seals
from nahraum_site.shell.overtaken import Overtaken
from nahraum_site.voices.coding.models import Memo
from nahraum_site.voices.models import Study


def seen_by(user: User, study: Study, *, sees_all: bool) -> QuerySet[Memo]:
    """Return the memos somebody sees: who codes blindly sees of texts and codings the own ones only."""
    found = study.memos.select_related("author", "text__collection", "coding__text__collection")
    return found if sees_all else found.filter(Q(author=user) | Q(about__in=[Memo.About.STUDY, Memo.About.CATEGORY]))


def said(memos: Sequence[Memo]) -> dict[UUID, str]:
    """Return what memos say. The key of each collection is read once. No question. Raises as Seal does."""
    seals = Seals()
    return {
        memo.uuid: seals[owner].open(memo.sealed, memo.place).decode() if (owner := _owner(memo)) else memo.words
        for memo in memos
    }


@transaction.atomic
def write(memo: Memo, words: str, user: User, version: int = 0) -> Memo:
    """Store a memo, new or changed. Raises Overtaken if it was changed since ``version``."""
    if memo.pk:
        now = Memo.objects.select_for_update().get(pk=memo.pk)
        if now.version != version:
            raise Overtaken(now)
        memo.version = now.version + 1
    owner = _owner(memo)
    if owner is None:
        memo.words = words
    else:
        memo.sealed = Seal(owner).close(words.encode(), memo.place)
    memo.changed_at = timezone.now()
    memo.save()
    log.write(user, "memo.written", memo, after={"study": str(memo.study.uuid), "kind": memo.about})
    return memo


@transaction.atomic
def remove(memo: Memo, user: User) -> None:
    """Remove a memo for good."""
    log.write(user, "memo.removed", memo, before={"study": str(memo.study.uuid), "kind": memo.about})
    memo.delete()


def _owner(memo: Memo) -> UUID | None:
    """Return the collection whose key seals a memo; None for memos that quote nobody."""
    text = memo.coding.text if memo.coding else memo.text
    return text.collection.uuid if text else None
