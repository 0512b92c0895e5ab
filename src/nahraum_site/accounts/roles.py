"""The roles of a planning office; what each may do stands in the rules of every slice."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    """What somebody is here for. One person may have several; the public has none."""

    PLANNER = "planner", _("Social planner")
    RESEARCHER = "researcher", _("Researcher")
    RELEASER = "releaser", _("Releaser")
    LEADER = "leader", _("Leader")
    CONTACT = "contact", _("City-wide contact")
    NEIGHBOURHOOD_MANAGER = "neighbourhood_manager", _("Neighbourhood manager")
    PARTNER = "partner", _("Partner organisation")
    ADMINISTRATOR = "administrator", _("Administrator")


#: What a role is for, in a sentence: shown where roles are given.
PURPOSE = {
    Role.PLANNER: _("Imports tables, builds the index, writes the report."),
    Role.RESEARCHER: _("Reads drafts, tries recipes, runs studies."),
    Role.RELEASER: _("Reviews what others prepared and publishes it: the second pair of eyes."),
    Role.LEADER: _("Reads the overview, comments on reports and co-signs them."),
    Role.CONTACT: _("Coordinates the neighbourhood managements; comments on and co-signs reports."),
    Role.NEIGHBOURHOOD_MANAGER: _("Looks after their own social spaces; comments on reports."),
    Role.PARTNER: _("Keeps what concerns their own organisation."),
    Role.ADMINISTRATOR: _("Invites people, gives roles, keeps the site running; sees no data that are not public."),
}
