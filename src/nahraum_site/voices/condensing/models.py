"""Steps of Mayring's chain and summaries of cells: all of them repeat what people said, so all lie sealed (ADR 0015).

``owners`` are the collections that something rests on. It is sealed with the keys of all of them: when the texts of one
are deleted, nobody can open it any more, and the page says so.
"""

from __future__ import annotations

import uuid
from typing import Any, ClassVar

from django.db import models
from django.utils import timezone

from nahraum_site.accounts.models import User
from nahraum_site.voices.models import Study
from nahraum_site.voices.texts.models import Text


class Sealed(models.Model):
    """What repeats the words of collections. ``version``: two may work on it at once. ``author``: who began it."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    owners = models.JSONField(default=list)
    sealed = models.BinaryField(default=bytes)
    author = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    changed_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(default=timezone.now)
    changed_at = models.DateTimeField(default=timezone.now)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        """A shape only."""

        abstract = True

    @property
    def place(self) -> str:
        """Return what binds the sealed words to this row."""
        return f"{self._meta.label_lower} {self.uuid}"

    @property
    def collections(self) -> list[uuid.UUID]:
        """Return the collections with whose keys it is sealed."""
        return [uuid.UUID(each) for each in self.owners]


class Condensed(Sealed):
    """A step of Mayring's chain (`nahraum.evidence.voices.condensing.chain.Step`), sealed with all that it says.

    ``text``: that of the one segment it rests on, with which it goes; reductions have none. Of segments only those are
    stored that were left out.
    """

    study = models.ForeignKey(Study, on_delete=models.CASCADE, related_name="condensed")
    stage = models.CharField(max_length=20)
    text = models.ForeignKey(Text, on_delete=models.CASCADE, null=True, related_name="condensed")

    class Meta:
        """In the order in which they were made."""

        ordering: ClassVar[list[Any]] = ["pk"]

    def __str__(self) -> str:
        """Return the stage."""
        return self.stage


class CellSummary(Sealed):
    """What a cell of the grid says (`nahraum.evidence.voices.condensing.grid.Summary`).

    ``space``: key of a space, empty for city-wide; ``whose``: whose codings lay behind it (`counting.choices`);
    ``former``: the category it was written for, where that was merged into one whose cell had a summary already: both
    stand in the cell until a person decides.
    """

    study = models.ForeignKey(Study, on_delete=models.CASCADE, related_name="summaries")
    space = models.CharField(max_length=200, blank=True)
    category = models.CharField(max_length=40)
    whose = models.CharField(max_length=20)
    former = models.CharField(max_length=40, blank=True)

    class Meta:
        """One summary of each cell, and one of each category that was merged into its own."""

        ordering: ClassVar[list[Any]] = ["pk"]
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(
                fields=["study", "space", "category", "whose", "former"], name="one_summary_of_a_cell"
            )
        ]

    def __str__(self) -> str:
        """Return the cell."""
        return f"{self.space} {self.category}"


class Learned(models.Model):
    """What was learned from codings, for suggestions: how well it works, and what fits which paragraph.

    It holds no word that anybody said and no feature (features are words): paragraphs and the words that speak for a
    category are kept by their places. ``quality``: `nahraum.evidence.voices.suggesting.proposing.Quality`;
    ``codings`` and ``newest``: how many codings there were then, and the last change of them, by which it is noticed
    that there are others now.
    """

    study = models.ForeignKey(Study, on_delete=models.CASCADE, related_name="learned")
    whose = models.CharField(max_length=20)
    quality = models.JSONField()
    codings = models.PositiveIntegerField()
    newest = models.DateTimeField(null=True)
    made_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    made_at = models.DateTimeField(default=timezone.now)

    class Meta:
        """One for each choice, whose codings count."""

        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["study", "whose"], name="learned_once_for_a_choice")
        ]

    def __str__(self) -> str:
        """Return the day."""
        return str(self.made_at.date())


class Fitting(models.Model):
    """What fits the paragraphs of one text: ``found`` is [[start, end, [[category, [[start, end], ..]], ..]], ..].

    The inner places, within the paragraph, are those of the words that speak for the category.
    """

    learned = models.ForeignKey(Learned, on_delete=models.CASCADE, related_name="fitting")
    text = models.ForeignKey(Text, on_delete=models.CASCADE, related_name="+")
    found = models.JSONField()

    def __str__(self) -> str:
        """Return how many paragraphs something fits."""
        return str(len(self.found))
