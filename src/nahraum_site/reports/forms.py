"""Forms of the report editor."""

from __future__ import annotations

from operator import attrgetter
from typing import Any

from django import forms
from django.conf import settings
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from nahraum_site.indicators.models import Edition
from nahraum_site.reports.models import Recommendation, Report

LONGEST = 60_000  # letters of a chapter: some thirty pages


class BeginForm(forms.Form):
    """What a new report begins with."""

    title = forms.CharField(label=_("Title"), max_length=300)
    edition = forms.ModelChoiceField(
        label=_("Numbers of the edition"), queryset=Edition.objects.none(), to_field_name="uuid", empty_label=None
    )
    follows = forms.ModelChoiceField(
        label=_("Begin with the chapters of"),
        queryset=Report.objects.none(),
        to_field_name="uuid",
        required=False,
        empty_label=_("no other report"),
        help_text=_("Once published, the new report supersedes that one, visibly."),
    )
    language = forms.ChoiceField(label=_("Language of the report"), choices=settings.LANGUAGES)
    note = forms.CharField(
        label=_("Note for those who work on it"), required=False, widget=forms.Textarea(attrs={"rows": 2})
    )

    def __init__(self, *args: Any, editions: QuerySet[Edition], reports: QuerySet[Report], **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["edition"].queryset = editions
        self.fields["edition"].label_from_instance = attrgetter("named")
        self.fields["follows"].queryset = reports


class DescribeForm(forms.Form):
    """Title and note of a report."""

    title = forms.CharField(label=_("Title"), max_length=300)
    note = forms.CharField(
        label=_("Note for those who work on it"), required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    version = forms.IntegerField(widget=forms.HiddenInput)


class ChapterForm(forms.Form):
    """A chapter: its title and its text."""

    title = forms.CharField(label=_("Title of the chapter"), max_length=300, required=False)
    text = forms.CharField(
        label=_("Text"),
        required=False,
        strip=False,
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 22, "spellcheck": "true"}),
    )
    version = forms.IntegerField(widget=forms.HiddenInput)

    def clean(self) -> dict[str, Any]:
        """Ask for something: a chapter with neither title nor text is none."""
        found: dict[str, Any] = super().clean() or self.cleaned_data
        found["text"] = found.get("text", "").replace("\r\n", "\n")  # browsers send the one, the core counts the other
        if not found.get("title") and not found.get("text", "").strip():
            raise forms.ValidationError(_("Please give the chapter a title or a text."))
        return found


class CommentForm(forms.Form):
    """A comment and the words it is about."""

    quoted = forms.CharField(label=_("About these words"), required=False, max_length=2000)
    text = forms.CharField(label=_("Your comment"), max_length=10_000, widget=forms.Textarea(attrs={"rows": 3}))


class OfficeForm(forms.Form):
    """Who co-signs."""

    office = forms.CharField(label=_("For which office do you co-sign?"), max_length=200)
    version = forms.IntegerField(widget=forms.HiddenInput)


class ReviewForm(forms.Form):
    """What the review says, and why gaps may stay if there are any."""

    words = forms.CharField(
        label=_("Your words"),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Required; one sentence is enough."),
    )
    gaps = forms.CharField(
        label=_("Why may it go out although placeholders are not filled?"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, *args: Any, gaps: int = 0, **more: Any) -> None:
        super().__init__(*args, **more)
        if not gaps:
            del self.fields["gaps"]


class RecommendationForm(forms.Form):
    """A new recommendation."""

    text = forms.CharField(label=_("What is recommended?"), max_length=4000, widget=forms.Textarea(attrs={"rows": 3}))
    addressed_to = forms.CharField(label=_("Who should act?"), max_length=300)
    areas = forms.MultipleChoiceField(
        label=_("Which areas?"),
        required=False,
        help_text=_("None: the whole city. Several with Ctrl or Shift."),
        widget=forms.SelectMultiple(attrs={"size": 6}),
    )
    report = forms.ModelChoiceField(
        label=_("Made in"),
        queryset=Report.objects.none(),
        to_field_name="uuid",
        required=False,
        empty_label=_("an earlier report on paper"),
    )
    made_in = forms.CharField(label=_("Title of the report on paper"), max_length=300, required=False)
    made_on = forms.DateField(
        label=_("Made on"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )

    def __init__(self, *args: Any, areas: list[tuple[str, str]], reports: QuerySet[Report], **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["areas"].choices = areas
        self.fields["report"].queryset = reports

    def clean(self) -> dict[str, Any]:
        """Ask where it comes from, if from no report here."""
        found: dict[str, Any] = super().clean() or self.cleaned_data
        if not found.get("report") and not (found.get("made_in") and found.get("made_on")):
            self.add_error("made_in", _("Choose a report, or name the one on paper and its day."))
        return found


class NewsForm(forms.Form):
    """What became of a recommendation."""

    status = forms.ChoiceField(label=_("What became of it?"), choices=Recommendation.State.choices)
    outcome = forms.CharField(
        label=_("In a few words"), required=False, max_length=4000, widget=forms.Textarea(attrs={"rows": 3})
    )
    told_on = forms.DateField(label=_("As of"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    version = forms.IntegerField(widget=forms.HiddenInput)

    def clean(self) -> dict[str, Any]:
        """Ask for a reason where nothing more is to come: nothing is dropped without a word."""
        found: dict[str, Any] = super().clean() or self.cleaned_data
        if found.get("status") == Recommendation.State.DROPPED and not found.get("outcome"):
            self.add_error("outcome", _("Please say why it is not pursued further."))
        return found
