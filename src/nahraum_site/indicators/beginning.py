"""The way from an empty site to the first published edition, step by step, and how far it has been gone."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from nahraum_site.indicators.models import Batch, Edition, Indicator, Project, Recipe
from nahraum_site.places.models import AreaSystem


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One step: its page, the words of the link, what is done there, whether it has been done."""

    address: str
    name: str
    does: str
    done: bool


def first_steps() -> list[Step]:
    """Return the steps in their order. Six questions."""

    def step(address: str, name: str, does: str, done: bool) -> Step:
        return Step(address=reverse(address), name=name, does=does, done=done)

    return [
        step(
            "systems",
            _("Upload the areas"),
            _("A file with the boundaries of your areas, for example GeoJSON or GeoPackage."),
            AreaSystem.objects.exists(),
        ),
        step(
            "project",
            _("Describe the project"),
            _("Name, city, publisher and licence, and how small counts are protected."),
            Project.objects.exists(),
        ),
        step(
            "uploads",
            _("Import tables"),
            _("Your counts as CSV or Excel files; what is wrong with them is told in the table itself."),
            Batch.objects.filter(withdrawn_at=None).exists(),
        ),
        step(
            "catalogue",
            _("Describe the indicators"),
            _("Which share of what: a formula, a unit and a Lebenslage for each."),
            Indicator.objects.filter(retired_at=None).exists(),
        ),
        step(
            "workbench",
            _("Try the index in the workbench"),
            _("Choose and weigh indicators, look at the map, save it as a version."),
            Recipe.objects.exists(),
        ),
        step(
            "editions",
            _("Publish an edition"),
            _("Make a draft; a second person with the role of releaser reviews and publishes it."),
            Edition.objects.filter(stage=Edition.Stage.PUBLISHED, withdrawn_at=None).exists(),
        ),
    ]
