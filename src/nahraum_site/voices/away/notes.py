"""Notes that were written on the way become memos: sent twice they are stored once, and none replaces another."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID, uuid5

from django.db import transaction

from nahraum.base import WrongRequest
from nahraum.base.language import gettext as _
from nahraum_site.accounts.models import User
from nahraum_site.voices.asked import sent_json
from nahraum_site.voices.coding import memos
from nahraum_site.voices.coding.models import Memo
from nahraum_site.voices.texts.models import Text

LONGEST = 20_000  # signs, as of every memo


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """A note as a device sends it. ``version``: of the memo that it became before; 0 if it was never sent."""

    uuid: UUID
    words: str
    version: int


def from_json(raw: bytes) -> Note:
    """Return the note in a request. Raises WrongRequest."""
    given = sent_json(raw)
    try:
        note = Note(uuid=UUID(str(given["uuid"])), words=str(given["words"]), version=int(given["version"]))
        note.words.encode()  # half a sign (a surrogate) cannot be kept
    except (ValueError, TypeError, KeyError, OverflowError):
        raise WrongRequest(_("This request cannot be read.")) from None
    if not 0 < len(note.words.strip()) <= LONGEST:
        raise WrongRequest(_("A note has at least one sign and at most %(most)d.") % {"most": LONGEST})
    return note


@transaction.atomic
def take(text: Text, user: User, note: Note) -> tuple[Memo, bool]:
    """Store a note as a memo on its text. Return the memo, and whether it stands beside another version of itself.

    Raises WrongRequest for the uuid of a memo that is not this person's on this text.
    """
    found = _own(text, user, note.uuid)
    if found is None:
        return _new(text, user, note.uuid, note.words), False
    if memos.said([found])[found.uuid] == note.words:
        return found, False
    if found.version == note.version:
        return memos.write(found, note.words, user, found.version), False
    beside = uuid5(note.uuid, note.words)  # made from what it says: sent again it is found again
    return _own(text, user, beside) or _new(text, user, beside, note.words), True


def _own(text: Text, user: User, uuid: UUID) -> Memo | None:
    found = Memo.objects.filter(uuid=uuid).select_related("text__collection", "study").first()
    if found and (found.author_id != user.pk or found.text_id != text.pk):
        raise WrongRequest(_("This memo belongs to somebody else."))
    return found


def _new(text: Text, user: User, uuid: UUID, words: str) -> Memo:
    memo = Memo(uuid=uuid, study=text.collection.study, about=Memo.About.TEXT, text=text, author=user)
    return memos.write(memo, words, user)
