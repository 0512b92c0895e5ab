"""Editions of the monitoring: drafts under review, and what was published, as it was published."""

from __future__ import annotations

import uuid
from typing import Any, ClassVar

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from nahraum.base import State
from nahraum.base.language import language
from nahraum.evidence.indicators.recipe_toml import leaves_of
from nahraum.evidence.indicators.terms import Direction
from nahraum_site.accounts.models import User
from nahraum_site.indicators.stock import Batch, Domain, Indicator, Project, Recipe, Value
from nahraum_site.places.models import Area, AreaSystem
from nahraum_site.records.ordered import OrderedJSON

__all__ = [
    "Batch",
    "Cell",
    "Domain",
    "Edition",
    "Indicator",
    "Layer",
    "LayerPeriod",
    "Project",
    "Recipe",
    "Value",
]


class Edition(models.Model):
    """One edition: a protected snapshot whose numbers never change; a newer one supersedes it, visibly.

    It begins as a draft, is reviewed by a second person and then published. ``released``: what of it the protection
    of later editions must know.

    ``words``: language -> what the core says of it (method, protection, issues, key figures), written down when it was
    published, so that a later version of the program changes no published sentence.
    """

    class Stage(models.TextChoices):
        """Where it stands on its way to the public."""

        DRAFT = "draft", _("draft")
        REVIEW = "review", _("in review")
        PUBLISHED = "published", _("published")
        RETURNED = "returned", _("returned")

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    key = models.CharField(max_length=200)
    title = models.TextField()
    city = models.TextField()
    publisher = models.TextField()
    date = models.DateField()
    licence = models.TextField()
    fictional = models.BooleanField(default=False)
    intro = models.TextField(blank=True)
    words = models.JSONField(default=dict)
    high_is = models.CharField(max_length=10)
    fingerprint = models.CharField(max_length=64)  # of the parts and files it was computed from
    folder_mark = models.CharField(max_length=64, blank=True)  # of the project folder, where it was taken from one
    system = models.ForeignKey(AreaSystem, on_delete=models.PROTECT, related_name="editions")
    profile_period = models.CharField(max_length=30)
    selected = models.JSONField(default=list)
    sources = models.JSONField(default=list)
    reconciliation = models.JSONField(default=list)
    recipe = models.TextField()
    levels = models.JSONField(default=list)  # the coarser levels with their values, as the open data hold them
    released = models.JSONField(default=dict)
    parts = OrderedJSON(default=dict)  # the whole project file it was computed from
    kept_files = models.JSONField(default=dict)  # name in the project folder -> uuid of the kept file
    stage = models.CharField(max_length=12, choices=Stage.choices, default=Stage.DRAFT)
    recipe_version = models.ForeignKey(Recipe, on_delete=models.PROTECT, null=True, related_name="editions")
    reason = models.TextField(blank=True)  # why there is a new edition, in the words of who made it
    made_at = models.DateTimeField(default=timezone.now)
    author = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    reviewer = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    review = models.TextField(blank=True)  # what the reviewer said
    published_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_because = models.TextField(blank=True)

    @property
    def spoken(self) -> dict[str, Any]:
        """Return the words in the visitor's language."""
        found: dict[str, Any] = self.words[language()]
        return found

    @property
    def neutral(self) -> frozenset[str]:
        """Return the indicators of which nobody said what a high value means."""
        sheets = self.parts.get("indicators", ())
        return frozenset(each["id"] for each in sheets if each.get("direction") == Direction.NEUTRAL)

    @property
    def is_either_way(self) -> bool:
        """Say whether areas that are better off than the city deviate, too."""
        return bool(self.parts.get("profile", {}).get("side") == "both")

    @property
    def counted(self) -> frozenset[str]:
        """Return the indicators that the main index counts, as its recipe was published."""
        return leaves_of(self.recipe)

    def without_score(self, cell: Any, layer: Layer) -> str:
        """Return the words for a cell, or for what a page keeps of one, without a number: that the recipe leaves the
        area out, else those of its state.

        Editions published by earlier versions of the program say the state alone.
        """
        state = State(cell.state)
        if layer.kind == "indicator" or state is not State.NOT_APPLICABLE:
            return state.label
        words: str = self.spoken.get("left_out", {}).get(cell.period, {}).get(cell.area.key, state.label)
        return words

    class Meta:
        """The latest comes first."""

        ordering: ClassVar = ["-pk"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(stage="published", published_at__isnull=False)
                | (~models.Q(stage="published") & models.Q(published_at__isnull=True)),
                name="edition_published_has_a_time",
            )
        ]

    def __str__(self) -> str:
        """Return the title."""
        return self.title

    @property
    def named(self) -> str:
        """Return the name where editions stand beside each other: all of a monitoring carry the same title."""
        title = self.title if self.profile_period in self.title else f"{self.title} {self.profile_period}"
        when = timezone.localtime(self.published_at or self.made_at)
        return f"{title} ({self.get_stage_display()}, {when:%d.%m.%Y %H:%M})"


class Layer(models.Model):
    """Something the atlas can show: the index, a Lebenslage or an indicator."""

    edition = models.ForeignKey(Edition, on_delete=models.CASCADE, related_name="layers")
    key = models.CharField(max_length=200)
    kind = models.CharField(max_length=20)
    name = models.TextField()
    unit = models.TextField(blank=True)
    digits = models.PositiveSmallIntegerField(default=1)
    position = models.PositiveIntegerField()
    words = models.JSONField(default=dict)  # language -> class labels and sheet
    colours = models.JSONField(default=list)
    breaks = models.JSONField(default=list)

    @property
    def labels(self) -> list[str]:
        """Return the words for the classes in the visitor's language."""
        found: list[str] = self.words[language()]["labels"]
        return found

    @property
    def sheet(self) -> list[list[str]]:
        """Return the indicator's sheet in the visitor's language."""
        found: list[list[str]] = self.words[language()]["sheet"]
        return found

    class Meta:
        """Keys are unique within an edition."""

        ordering: ClassVar = ["position"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["edition", "key"], name="layer_key_unique_in_edition")]

    def __str__(self) -> str:
        """Return the name."""
        return self.name


class LayerPeriod(models.Model):
    """A layer in one period: class limits and the value of the whole city."""

    layer = models.ForeignKey(Layer, on_delete=models.CASCADE, related_name="periods")
    period = models.CharField(max_length=30)
    limits = models.JSONField(default=list)
    city = models.FloatField(null=True)

    class Meta:
        """One row for each layer and period."""

        ordering: ClassVar = ["period"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["layer", "period"], name="layer_period_unique")]

    def __str__(self) -> str:
        """Return the period."""
        return self.period


class Cell(models.Model):
    """A layer's value in one area and period; ``state`` as in the core: number, missing, not applicable, protected."""

    layer = models.ForeignKey(Layer, on_delete=models.CASCADE, related_name="cells")
    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="cells")
    period = models.CharField(max_length=30)
    state = models.PositiveSmallIntegerField()
    value = models.FloatField(null=True)
    class_number = models.PositiveSmallIntegerField(default=0)
    rank = models.PositiveIntegerField(default=0)
    rank_low = models.FloatField(null=True)
    rank_high = models.FloatField(null=True)
    numerator = models.FloatField(null=True)
    denominator = models.FloatField(null=True)
    z = models.FloatField(null=True)
    small = models.BooleanField(default=False)
    origin = models.JSONField(default=list)

    class Meta:
        """A number goes with the state *number*, and only with it."""

        indexes: ClassVar = [
            models.Index(fields=["layer", "period"], name="cell_by_layer_and_period"),
            models.Index(fields=["area", "layer"], name="cell_by_area"),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(state=0, value__isnull=False) | (~models.Q(state=0) & models.Q(value__isnull=True)),
                name="cell_value_goes_with_state",
                violation_error_message="A value goes with the state number, and only with it.",
            )
        ]

    def __str__(self) -> str:
        """Return place and time."""
        return f"{self.area_id} {self.period}"
