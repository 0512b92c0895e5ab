"""What the log says in words: a sentence for every action, a word for every kind of thing and every detail.

A slice above adds its own in ``rules.py``: ``words.tell({"report.saved": _("saved a report")})``. A test finds every
action that is written and has no words.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime

from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from nahraum_site.accounts.roles import Role

MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?\+00:00$")

ACTIONS: dict[str, str] = {
    "areas.stored": _("stored an area system"),
    "batch.confirmed": _("confirmed a delivery"),
    "batch.downloaded": _("downloaded a delivered file"),
    "batch.withdrawn": _("withdrew a delivery"),
    "domain.changed": _("changed a Lebenslage"),
    "domain.created": _("created a Lebenslage"),
    "domain.moved": _("moved a Lebenslage"),
    "domain.removed": _("removed a Lebenslage"),
    "duty.changed": _("changed an entry of the delivery calendar"),
    "duty.ended": _("ended an entry of the delivery calendar"),
    "duty.fulfilled": _("noted a delivery in the calendar"),
    "duty.made": _("made an entry in the delivery calendar"),
    "edition.downloaded": _("downloaded files of an unpublished edition"),
    "edition.exported": _("exported an edition as a project folder"),
    "edition.drafted": _("drafted an edition"),
    "edition.published": _("published an edition"),
    "edition.returned": _("returned an edition for more work"),
    "edition.submitted": _("submitted an edition for review"),
    "edition.taken_back": _("took an edition back from review"),
    "edition.withdrawn": _("withdrew an edition"),
    "indicator.changed": _("changed an indicator"),
    "indicator.created": _("created an indicator"),
    "indicator.retired": _("retired an indicator"),
    "indicator.revived": _("took an indicator up again"),
    "link.invitation": _("made an invitation link"),
    "link.password": _("made a link for a new password"),
    "log.downloaded": _("downloaded the log"),
    "log.forgotten": _("deleted log entries whose time was over"),
    "log.read": _("read in the log what somebody did"),
    "password.changed": _("changed the own password"),
    "password.reset": _("set a new password after a mail"),
    "password.set": _("set a password by a link"),
    "person.changed": _("changed name, roles or access of a person"),
    "person.first": _("set up the site"),
    "person.invited": _("invited a person"),
    "person.removed": _("removed name and address of a person"),
    "page.changed": _("changed a page about the site"),
    "project.kept": _("changed the settings of the project"),
    "project.taken": _("took a project folder in"),
    "provider.connected": _("signed in through the identity provider for the first time"),
    "recipe.saved": _("saved a version of the recipe"),
    "second_factor.added": _("added a second factor"),
    "second_factor.removed": _("removed an own second factor"),
    "second_factor.renewed": _("made new recovery codes"),
    "second_factor.taken": _("took the second factor of a person away"),
    "session.began": _("signed in"),
    "session.closed": _("ended sessions"),
    "session.ended": _("signed out"),
    "session.refused": _("tried to sign in and was refused"),
    "spaces.given": _("gave social spaces to a person"),
    "upload.described": _("described an uploaded table"),
    "upload.discarded": _("discarded an upload"),
    "upload.downloaded": _("downloaded the checked table of an upload"),
    "upload.taken": _("uploaded a table"),
}
KINDS: dict[str, str] = {
    "accounts.user": _("person"),
    "indicators.batch": _("delivery"),
    "indicators.domain": _("Lebenslage"),
    "indicators.edition": _("edition"),
    "indicators.indicator": _("indicator"),
    "indicators.project": _("project"),
    "indicators.recipe": _("recipe"),
    "places.areasystem": _("area system"),
    "sources.duty": _("entry of the delivery calendar"),
    "sources.upload": _("upload"),
}
DETAILS: dict[str, str] = {
    "active": _("access"),
    "alone": _("by the only administrator"),
    "areas": _("areas"),
    "because": _("reason"),
    "by": _("by"),
    "due": _("Next due on"),
    "entries": _("entries"),
    "expires": _("expires"),
    "file": _("file"),
    "fingerprint": _("fingerprint"),
    "from": _("from"),
    "holder": _("Who delivers"),
    "key": _("key"),
    "kind": _("kind"),
    "name": _("name"),
    "noted": _("note changed"),
    "number": _("No."),
    "organisation": _("organisation"),
    "removed": _("removed"),
    "renamed": _("renamed"),
    "revises": _("revises"),
    "rhythm": _("every … months"),
    "roles": _("roles"),
    "sessions": _("sessions"),
    "stage": _("stage"),
    "table": _("table"),
    "tables": _("tables"),
    "title": _("title"),
    "until": _("until"),
    "values": _("values"),
}
VALUES: dict[str, str] = {
    "draft": _("draft"),
    "invitation": _("invitation"),
    "password": _("new password"),
    "published": _("published"),
    "recovery_codes": _("Recovery codes"),
    "returned": _("returned"),
    "review": _("in review"),
    "totp": _("Code app"),
    "webauthn": _("Passkey"),
}


def tell(
    actions: Mapping[str, str], kinds: Mapping[str, str] | None = None, details: Mapping[str, str] | None = None
) -> None:
    """Add the words of a slice; AssertionError if an action has words already."""
    assert not ACTIONS.keys() & actions.keys(), f"told twice: {ACTIONS.keys() & actions.keys()}"
    ACTIONS.update(actions)
    KINDS.update(kinds or {})
    DETAILS.update(details or {})


def of_action(key: str) -> str:
    """Return the sentence for an action; the key itself where a later version wrote it."""
    return gettext(ACTIONS[key]) if key in ACTIONS else key


def of_kind(key: str) -> str:
    """Return the word for a kind of thing."""
    return gettext(KINDS[key]) if key in KINDS else key


def of_details(state: Mapping[str, object]) -> list[str]:
    """Return ``before`` or ``after`` of an entry as short lines."""
    return [f"{gettext(DETAILS[key]) if key in DETAILS else key}: {_value(value)}" for key, value in state.items()]


def _value(value: object) -> str:
    if isinstance(value, bool):
        return gettext("yes") if value else gettext("no")
    if isinstance(value, (list, tuple)):
        return ", ".join(map(_value, value)) or "–"
    if isinstance(value, str) and MOMENT.match(value):
        return date_format(localtime(datetime.fromisoformat(value)), "DATETIME_FORMAT")
    if value in Role.values:
        return str(Role(value).label)
    return gettext(VALUES.get(str(value), str(value))) if value not in ("", None) else "–"
