"""Who may do what with studies: nothing for those outside the team, whatever their role."""

from __future__ import annotations

from typing import Any

import rules
from django.utils.translation import gettext_noop as _

from nahraum_site.accounts.permissions import (
    action,
    is_administrator,
    is_contact,
    is_neighbourhood_manager,
    is_planner,
    is_researcher,
)
from nahraum_site.records import words
from nahraum_site.voices.models import Member

Part = Member.Part


def has_part(*parts: Part) -> Any:
    """Return the sentence *leads it*, *works in it* ... Without a study the question is open."""

    @rules.predicate(name="_or_".join(parts))  # type: ignore[untyped-decorator]
    def holds(user: Any, study: Any) -> bool:
        return study is None or Member.objects.filter(study=study, user=user, part__in=parts).exists()

    return holds


can_join = is_planner | is_researcher | is_contact | is_neighbourhood_manager

begin = action("voices.begin_study", _("Begin a study"), is_planner | is_researcher)
read = action("voices.read_study", _("Read a study of one's team"), can_join & has_part(*Part))
collect = action(
    "voices.collect", _("Note whom a study of one's team heard"), can_join & has_part(Part.LEAD, Part.CODER)
)
invite = action(
    "voices.keep_register",
    _("Keep the register of those who are invited to a study of one's team"),
    can_join & has_part(Part.LEAD, Part.CODER),
)
lead = action(
    "voices.lead_study",
    _("Plan a study that one leads, and choose its team"),
    (is_planner | is_researcher) & has_part(Part.LEAD),
)
delete = action(
    "voices.delete_study",
    _("Delete a whole study that one leads"),
    (is_planner | is_researcher) & has_part(Part.LEAD),
)
name_lead = action(
    "voices.name_lead",
    _("Name who leads a study that nobody can lead any more, without reading it"),
    is_administrator,
)

words.tell(
    {
        "study.begun": _("began a study"),
        "study.planned": _("changed the plan of a study"),
        "study.deleted": _("deleted a study with everything in it"),
        "study.swept": _("removed a deleted study that came back with a backup"),
        "study.handed_over": _("handed the lead of a study over"),
        "study.lead_named": _("named who leads a study that nobody led any more"),
        "study.team": _("changed the team of a study"),
        "collection.noted": _("noted a collection"),
        "collection.changed": _("changed a collection"),
        "collection.removed": _("removed a collection"),
        "contact.noted": _("noted a contact in the register of a study"),
        "contact.changed": _("changed a contact in the register of a study"),
        "contact.tried": _("noted an attempt to reach a contact"),
        "contact.removed": _("removed a contact from the register of a study"),
        "register.taken": _("downloaded the register of a study"),
        "register.removed": _("removed the whole register of a study"),
        "sample.taken": _("downloaded the sample table of a study"),
        "template.taken": _("downloaded a template for a collection"),
    },
    {"voices.study": _("study"), "voices.collection": _("collection"), "voices.contact": _("contact")},
    {
        "study": _("study"),
        "changed": _("changed"),
        "method": _("method"),
        "space": _("social space or area"),
        "participants": _("participants"),
        "count": _("number"),
        "collections": _("collections"),
        "memos": _("memos"),
        "summaries": _("steps of condensing and summaries"),
        "chapters": _("chapters"),
        "contacts": _("contacts"),
    },
)
