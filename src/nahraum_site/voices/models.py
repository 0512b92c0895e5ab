"""Studies, their teams, and the occasions on which people were heard. No name of a participant is stored."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from nahraum.evidence.voices.studies import terms
from nahraum_site.accounts.models import User
from nahraum_site.places.models import AreaSelection


class Study(models.Model):
    """A qualitative study of social spaces.

    ``themes``: [{"title", "questions": [...]}]; ``packages``: [{"id", "title", "start", "end", "after": [ids]}], days
    as ISO texts; ``spaces``: keys of areas or names of the level above; ``chosen_from``: why these;
    ``selection``: the profile in which they were chosen, if it was one here.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    title = models.CharField(max_length=200)
    themes = models.JSONField(default=list)
    packages = models.JSONField(default=list)
    spaces = models.JSONField(default=list)
    chosen_from = models.TextField(blank=True)
    selection = models.ForeignKey(AreaSelection, on_delete=models.PROTECT, null=True, related_name="+")
    version = models.PositiveIntegerField(default=1)
    made_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    made_at = models.DateTimeField(default=timezone.now)

    class Meta:
        """The newest study first."""

        ordering: ClassVar = ["-pk"]

    def __str__(self) -> str:
        """Return the title."""
        return self.title


class Member(models.Model):
    """Somebody's part in the team of a study: only who has one sees anything of it."""

    class Part(models.TextChoices):
        """What somebody does in a study."""

        LEAD = "lead", _("leads the study")
        CODER = "coder", _("collects and codes")
        READER = "reader", _("reads")

    study = models.ForeignKey(Study, on_delete=models.CASCADE, related_name="team")
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="studies")
    part = models.CharField(max_length=10, choices=Part)

    class Meta:
        """Everybody has one part in a study."""

        constraints: ClassVar = [models.UniqueConstraint(fields=["study", "user"], name="member_once_per_study")]

    def __str__(self) -> str:
        """Return name and part."""
        return f"{self.user} ({self.get_part_display()})"


class Collection(models.Model):
    """One occasion on which people were heard, or one document (`nahraum.evidence.voices.studies.terms.Collection`).

    Counts are empty where nobody wrote them down, which is not zero. ``package``: id of a work package of the study.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    study = models.ForeignKey(Study, on_delete=models.CASCADE, related_name="collections")
    method = models.CharField(max_length=30)
    title = models.CharField(max_length=200, blank=True)
    space = models.CharField(max_length=200, blank=True)
    day = models.DateField(null=True)
    place = models.CharField(max_length=200, blank=True)
    package = models.CharField(max_length=40, blank=True)
    moderators = models.CharField(max_length=300, blank=True)
    participants = models.PositiveIntegerField(null=True)
    backgrounds = models.JSONField(default=dict)
    group_sizes = models.JSONField(default=list)
    rounds = models.PositiveIntegerField(null=True)
    minutes = models.PositiveIntegerField(null=True)
    contact_attempts = models.PositiveIntegerField(null=True)
    invitations = models.PositiveIntegerField(null=True)
    refusals = models.PositiveIntegerField(null=True)
    consent = models.CharField(max_length=20, blank=True)
    withdrawn_on = models.DateField(null=True)
    delete_on = models.DateField(null=True)
    version = models.PositiveIntegerField(default=1)
    made_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    made_at = models.DateTimeField(default=timezone.now)

    class Meta:
        """In the order of their days; those without a day last on both databases."""

        ordering: ClassVar = [models.F("day").asc(nulls_last=True), "pk"]

    def __str__(self) -> str:
        """Return the title, or method and day."""
        return self.noun.name

    @property
    def noun(self) -> terms.Collection:
        """Return what the core computes with."""
        return terms.Collection(
            id=str(self.uuid),
            method=terms.Method(self.method),
            title=self.title,
            space=self.space or None,
            day=self.day,
            place=self.place,
            package=self.package,
            moderators=(self.moderators,) if self.moderators else (),
            participants=self.participants,
            backgrounds={terms.Background(each): count for each, count in self.backgrounds.items()},
            groups=len(self.group_sizes) or None,
            group_sizes=tuple(self.group_sizes),
            rounds=self.rounds,
            minutes=self.minutes,
            contact_attempts=self.contact_attempts,
            invitations=self.invitations,
            refusals=self.refusals,
            consent=terms.Consent(self.consent) if self.consent else None,
            withdrawn_on=self.withdrawn_on,
            delete_on=self.delete_on,
            holds_texts=getattr(self, "holds_texts", True),  # as `queries.judged` reads it
        )


class Contact(models.Model):
    """Somebody who is invited to a study. It never meets what people said.

    It names a space and a method at most: no way leads from here to a collection or a text, or back.
    """

    class State(models.TextChoices):
        """What came of an invitation."""

        PLANNED = "planned", _("not invited yet")
        INVITED = "invited", _("invited, no answer yet")
        AGREED = "agreed", _("agreed")
        DECLINED = "declined", _("declined")
        SILENT = "silent", _("not reached")

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    study = models.ForeignKey(Study, on_delete=models.CASCADE, related_name="contacts")
    name = models.CharField(max_length=200)
    organisation = models.CharField(max_length=200, blank=True)
    address = models.TextField(max_length=500, blank=True)
    telephone = models.CharField(max_length=60, blank=True)
    email = models.EmailField(blank=True)
    method = models.CharField(max_length=30, blank=True)
    space = models.CharField(max_length=200, blank=True)
    state = models.CharField(max_length=10, choices=State, default=State.PLANNED)
    invited_on = models.DateField(null=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        """By organisation and name."""

        ordering: ClassVar = ["organisation", "name", "pk"]

    def __str__(self) -> str:
        """Return the name."""
        return self.name


class Attempt(models.Model):
    """One attempt to reach somebody who was invited."""

    class Way(models.TextChoices):
        """How it was tried."""

        LETTER = "letter", _("by letter")
        MAIL = "mail", _("by e-mail")
        TELEPHONE = "telephone", _("by telephone")
        VISIT = "visit", _("in person")

    contact = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="attempts")
    day = models.DateField()
    way = models.CharField(max_length=10, choices=Way)

    class Meta:
        """In the order of their days."""

        ordering: ClassVar = ["day", "pk"]

    def __str__(self) -> str:
        """Return the day."""
        return str(self.day)
