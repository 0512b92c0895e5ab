"""The log: written inside the transaction of what it tells, chained by hashes, checked by walking the chain."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import connection, models, transaction
from django.utils import timezone

from nahraum_site.accounts.models import User
from nahraum_site.records.models import LogEntry, Retention

FIRST = "0" * 64  # what the first entry names as the one before
LOCK = 7_241_017  # PostgreSQL's advisory lock of the chain; any number that nobody else here uses


@transaction.atomic
def write(
    actor: User | None,
    action: str,
    thing: models.Model | None = None,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
) -> LogEntry:
    """Append an entry; it is stored or lost together with the write around it."""
    if connection.vendor == "postgresql":  # SQLite's immediate transactions are alone already
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
    last = LogEntry.objects.only("number", "digest").first()
    end = None if last else Retention.objects.first()
    entry = LogEntry(
        number=last.number + 1 if last else end.until + 1 if end else 1,
        at=timezone.now(),
        actor=str(actor.uuid) if isinstance(actor, User) else "",
        action=action,
        kind=thing._meta.label_lower if thing else "",
        thing=str(getattr(thing, "uuid", None) or thing.pk) if thing else "",
        before=dict(before or {}),
        after=dict(after or {}),
        previous=last.digest if last else end.digest if end else FIRST,
    )
    entry.digest = digest_of(entry)
    entry.save(force_insert=True)
    return entry


def digest_of(entry: LogEntry) -> str:
    """Return the hash over everything an entry says and the hash of the one before."""
    said = [
        entry.number,
        entry.at.astimezone(UTC).isoformat(timespec="microseconds"),
        entry.actor,
        entry.action,
        entry.kind,
        entry.thing,
        entry.before,
        entry.after,
        entry.previous,
    ]
    plain = json.loads(json.dumps(said), parse_float=_number, parse_int=_number)
    return hashlib.sha256(json.dumps(plain, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def _number(text: str) -> int | float:
    """Return a number as both databases give it back: PostgreSQL stores 1e16 and 10000000000000000 as the same."""
    value = float(text)
    return int(value) if value.is_integer() and abs(value) < 2**53 else value


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What walking the chain found: entries read, and the number of the first that does not fit (None: all fit)."""

    entries: int
    broken_at: int | None
    head: str  # hash of the last entry: kept outside, it also proves that nothing was cut off at the end


def verify() -> Verdict:
    """Walk the chain from its beginning, or from where retention cut it."""
    cut = Retention.objects.first()
    previous, number, count = (cut.digest, cut.until) if cut else (FIRST, 0), 0, 0
    expected, number = previous
    if cut and not LogEntry.objects.filter(action="log.forgotten", after__until=cut.until).exists():
        return Verdict(entries=0, broken_at=cut.until, head=expected)
    for entry in _in_order():
        number += 1
        if entry.number != number or entry.previous != expected or entry.digest != digest_of(entry):
            return Verdict(entries=count, broken_at=number, head=expected)
        expected = entry.digest
        count += 1
    return Verdict(entries=count, broken_at=None, head=expected)


def _in_order() -> Iterator[LogEntry]:
    return LogEntry.objects.order_by("number").iterator(chunk_size=2000)


@transaction.atomic
def forget(older_than: timedelta | None = None) -> int:
    """Delete entries whose retention period is over, and return how many; the chain stays checkable."""
    limit: datetime = timezone.now() - (older_than or timedelta(days=settings.LOG_DAYS))
    old = LogEntry.objects.filter(at__lt=limit).first()
    if old is None:
        return 0
    Retention.objects.create(until=old.number, digest=old.digest)
    gone, _ = LogEntry.objects.filter(number__lte=old.number).delete()
    write(None, "log.forgotten", after={"entries": gone, "until": old.number})
    return gone


def told(sender: object, actor: User | None, action: str, thing: models.Model, **state: Any) -> None:
    """Write what the accounts tell."""
    write(actor, action, thing, state["before"], state["after"])


def signed_in(sender: object, user: User, **_more: object) -> None:
    """Write that somebody signed in."""
    write(user, "session.began", user)


def signed_out(sender: object, user: User | None, **_more: object) -> None:
    """Write that somebody signed out."""
    if user:
        write(user, "session.ended", user)


def sign_in_failed(sender: object, credentials: Mapping[str, Any], **_more: object) -> None:
    """Write that a sign-in failed, with the account if there is one; never what was typed."""
    known = User.objects.filter(
        email=str(credentials.get("email") or credentials.get("username") or "").lower()
    ).first()
    write(None, "session.refused", known)
