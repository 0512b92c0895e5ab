"""Deliveries that leave the house: who fetched which kept file."""

from __future__ import annotations

from nahraum_site.accounts.models import User
from nahraum_site.indicators.models import Batch
from nahraum_site.records import log


def hand_out(batch: Batch, user: User) -> None:
    """Write down that somebody fetches the file of a delivery: it holds unprotected values."""
    log.write(user, "batch.downloaded", batch, after={"file": batch.file.sha256})
