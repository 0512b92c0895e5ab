"""Every write to the register of those who are invited; it is logged by ids and counts, never by names."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db import transaction

from nahraum_site.accounts.models import User
from nahraum_site.records import log
from nahraum_site.voices.actions import changed_row
from nahraum_site.voices.models import Attempt, Contact, Study


@transaction.atomic
def note_contact(study: Study, given: Mapping[str, Any], user: User) -> Contact:
    """Note somebody who is to be invited."""
    contact = Contact.objects.create(study=study, **given)
    log.write(user, "contact.noted", contact, after={"study": str(study.uuid)})
    return contact


@transaction.atomic
def change_contact(contact: Contact, given: Mapping[str, Any], version: int, user: User) -> None:
    """Change a contact. Raises Overtaken if somebody else did since ``version``."""
    changed = changed_row(Contact.objects, contact.pk, given, version)
    log.write(user, "contact.changed", contact, after={"changed": changed})


@transaction.atomic
def note_attempt(contact: Contact, day: date, way: str, user: User) -> None:
    """Note one attempt to reach somebody."""
    Attempt.objects.create(contact=contact, day=day, way=way)
    log.write(user, "contact.tried", contact)


@transaction.atomic
def remove_contact(contact: Contact, user: User) -> None:
    """Remove one contact, as whoever is in the register may ask."""
    log.write(user, "contact.removed", contact, before={"study": str(contact.study.uuid)})
    contact.delete()


@transaction.atomic
def remove_register(study: Study, user: User) -> int:
    """Remove every contact of a study once its invitations are done; return how many there were."""
    count: int = study.contacts.count()
    study.contacts.all().delete()
    log.write(user, "register.removed", study, before={"count": count})
    return count
