"""The report of a planning office: chapters with their history, comments, co-signatures, recommendations, files."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from nahraum.reports.insert import standard_title
from nahraum.reports.recommendations import Status
from nahraum_site.accounts.models import User
from nahraum_site.indicators.models import Edition
from nahraum_site.records.models import File


class Report(models.Model):
    """One report: its words are the office's own, its numbers those of one edition.

    ``version`` counts every change of text or numbers. ``follows``: the report it continues; published, it supersedes
    that one, visibly. ``fingerprint``, ``recommended`` (what was printed) and files are kept when it is published;
    from then on nothing in it changes.
    """

    class Stage(models.TextChoices):
        """Where it stands on its way to the public."""

        DRAFT = "draft", _("draft")
        REVIEW = "review", _("in review")
        RETURNED = "returned", _("returned")
        PUBLISHED = "published", _("published")

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    title = models.CharField(max_length=300)
    edition = models.ForeignKey(Edition, on_delete=models.PROTECT, related_name="reports")
    language = models.CharField(max_length=10, default="de")
    version = models.PositiveIntegerField(default=1)
    stage = models.CharField(max_length=12, choices=Stage.choices, default=Stage.DRAFT)
    note = models.TextField(blank=True)
    follows = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="followers")
    author = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    made_at = models.DateTimeField(default=timezone.now)
    reviewer = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    review = models.TextField(blank=True)
    gaps_because = models.TextField(blank=True)  # why it was published although placeholders could not be filled
    published_at = models.DateTimeField(null=True)
    fingerprint = models.CharField(max_length=64, blank=True)
    recommended = models.JSONField(default=list)

    class Meta:
        ordering: ClassVar = ["-pk"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(stage="published", published_at__isnull=False)
                | (~models.Q(stage="published") & models.Q(published_at__isnull=True)),
                name="report_published_has_a_time",
            )
        ]

    def __str__(self) -> str:
        """Return the title."""
        return self.title

    @property
    def can_change(self) -> bool:
        """Return whether its text may change: not while somebody reviews it, and never once it is published."""
        return self.stage in (self.Stage.DRAFT, self.Stage.RETURNED)


class Chapter(models.Model):
    """One chapter as it is now. ``used`` and ``issues``: what its placeholders stood for when it was filled last.

    A chapter that was taken out stays, with its history.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    report = models.ForeignKey(Report, on_delete=models.CASCADE, related_name="chapters")
    position = models.PositiveIntegerField()
    title = models.CharField(max_length=300, blank=True)
    text = models.TextField(blank=True)
    version = models.PositiveIntegerField(default=1)
    used = models.JSONField(default=list)
    issues = models.JSONField(default=list)
    removed_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar = ["position", "pk"]

    def __str__(self) -> str:
        """Return the title, that of the standard chapter it prints, or what stands in a chapter without one."""
        return self.title or standard_title(self.text) or self.text.strip().split("\n")[0].strip("{} ")[:120] or "–"

    @property
    def gaps(self) -> int:
        """Return how many placeholders could not be filled."""
        return sum(issue["severity"] == 2 for issue in self.issues)


class ChapterVersion(models.Model):
    """One state of a chapter; appended with every save, never changed."""

    chapter = models.ForeignKey(Chapter, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    title = models.CharField(max_length=300, blank=True)
    text = models.TextField(blank=True)
    by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    restored = models.PositiveIntegerField(null=True)  # the version whose words were taken up again

    class Meta:
        ordering: ClassVar = ["-number"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["chapter", "number"], name="chapter_version_number_once")
        ]

    def __str__(self) -> str:
        """Return the number."""
        return str(self.number)


class Comment(models.Model):
    """What somebody says about a chapter or its quoted words; ``answers``: the comment it answers."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    chapter = models.ForeignKey(Chapter, on_delete=models.CASCADE, related_name="comments")
    answers = models.ForeignKey("self", on_delete=models.CASCADE, null=True, related_name="replies")
    by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    text = models.TextField()
    quoted = models.TextField(blank=True)
    resolved_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    resolved_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar = ["at", "pk"]

    def __str__(self) -> str:
        """Return how it begins."""
        return self.text[:60]


class Signature(models.Model):
    """A co-signature (Mitzeichnung) of an office, given for one state of a report and for no other."""

    report = models.ForeignKey(Report, on_delete=models.CASCADE, related_name="signatures")
    user = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    office = models.CharField(max_length=200)
    at = models.DateTimeField(default=timezone.now)
    version = models.PositiveIntegerField()
    fingerprint = models.CharField(max_length=64)

    class Meta:
        ordering: ClassVar = ["at", "pk"]

    def __str__(self) -> str:
        """Return the office."""
        return self.office


class Switch(models.Model):
    """When a report took the numbers of another edition, and what that changed: a sentence and a hint for each."""

    report = models.ForeignKey(Report, on_delete=models.CASCADE, related_name="switches")
    before = models.ForeignKey(Edition, on_delete=models.PROTECT, related_name="+")
    now = models.ForeignKey(Edition, on_delete=models.PROTECT, related_name="+")
    changes = models.JSONField(default=list)
    by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering: ClassVar = ["-pk"]

    def __str__(self) -> str:
        """Return both editions."""
        return f"{self.before} → {self.now}"


class ReportFile(models.Model):
    """A file of a published report, written once."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    report = models.ForeignKey(Report, on_delete=models.CASCADE, related_name="files")
    file = models.ForeignKey(File, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering: ClassVar = ["-pk"]

    def __str__(self) -> str:
        """Return the name."""
        return self.file.name


class Recommendation(models.Model):
    """What a report recommends. ``report``: where it was made; None for one of an earlier report on paper.

    ``status``, ``outcome`` and ``told_on`` are the latest news; all of them stay in ``news``. There is no deleting.
    """

    class State(models.TextChoices):
        """What became of it, as the core knows it."""

        OPEN = Status.OPEN.value, _("still open")
        UNDER_WAY = Status.UNDER_WAY.value, _("under way")
        DONE = Status.DONE.value, _("carried out")
        DROPPED = Status.DROPPED.value, _("not pursued further")

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    text = models.TextField()
    addressed_to = models.CharField(max_length=300)
    areas = models.JSONField(default=list)
    report = models.ForeignKey(Report, on_delete=models.PROTECT, null=True, related_name="recommendations")
    made_in = models.CharField(max_length=300)
    made_on = models.DateField()
    status = models.CharField(max_length=12, choices=State.choices, blank=True)
    outcome = models.TextField(blank=True)
    told_on = models.DateField(null=True)
    version = models.PositiveIntegerField(default=1)
    author = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")

    class Meta:
        ordering: ClassVar = ["made_on", "pk"]

    def __str__(self) -> str:
        """Return how it begins."""
        return self.text[:80]


class News(models.Model):
    """What somebody told about a recommendation; appended, never changed."""

    recommendation = models.ForeignKey(Recommendation, on_delete=models.CASCADE, related_name="news")
    status = models.CharField(max_length=12, choices=Recommendation.State.choices)
    outcome = models.TextField(blank=True)
    told_on = models.DateField()
    by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering: ClassVar = ["-told_on", "-pk"]

    def __str__(self) -> str:
        """Return the status."""
        return str(Recommendation.State(self.status).label)


class Overview(models.Model):
    """The leaders' page of one edition, worked out once. ``over``: the editions it was compared with, newest first."""

    edition = models.ForeignKey(Edition, on_delete=models.CASCADE, related_name="overviews")
    over = models.JSONField(default=list)
    rows = models.JSONField(default=list)
    file = models.ForeignKey(File, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering: ClassVar = ["-pk"]

    def __str__(self) -> str:
        """Return the edition."""
        return str(self.edition)
