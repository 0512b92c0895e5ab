"""Forms of condensing: which segments, a reduction, the summary of a cell."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from nahraum.evidence.voices.categories import System
from nahraum_site.voices.condensing.tables import CITY
from nahraum_site.voices.forms import VersionForm

LONGEST = 5_000  # signs of what somebody writes in a cell
Choices = Sequence[tuple[str, str]]


class WhoseForm(forms.Form):
    """Whose codings count."""

    whose = forms.ChoiceField(label=_("Whose codings"))

    def __init__(self, *arguments: Any, whose: Choices, **keywords: Any) -> None:
        super().__init__(*arguments, **keywords)
        self.fields["whose"].choices = whose  # type: ignore[attr-defined]


class TableForm(WhoseForm):
    """Which segments stand in Mayring's table."""

    category = forms.ChoiceField(label=_("Category"))
    space = forms.ChoiceField(label=_("Space"), required=False)
    open = forms.BooleanField(label=_("Only segments with which something is to be done"), required=False)
    field_order = ("category", "space", "whose", "open")

    def __init__(self, *arguments: Any, system: System, spaces: Mapping[str, str], **keywords: Any) -> None:
        super().__init__(*arguments, **keywords)
        categories = [(each.id, system.label(each.id)) for each in system.categories]
        self.fields["category"].choices = categories  # type: ignore[attr-defined]
        here = [("", _("all, city-wide too")), *spaces.items(), (CITY, _("city-wide"))]
        self.fields["space"].choices = here  # type: ignore[attr-defined]

    @property
    def said(self) -> list[tuple[str, str]]:
        """Return what a valid form asks, in words: label, choice."""
        names = ("category", "space", "whose")
        told = {name: dict(self.fields[name].choices)[self.cleaned_data[name]] for name in names}  # type: ignore[attr-defined]
        return [(str(self.fields[name].label), str(words)) for name, words in told.items()]


class GridForm(WhoseForm):
    """Which columns the summary grid has."""

    opened = forms.ChoiceField(label=_("Categories"), required=False)

    def __init__(self, *arguments: Any, opened: Choices, **keywords: Any) -> None:
        super().__init__(*arguments, **keywords)
        parts = [(id, _("parts of “{category}”").format(category=label)) for id, label in opened]
        self.fields["opened"].choices = [("", _("main categories")), *parts]  # type: ignore[attr-defined]


class SuggestionForm(WhoseForm):
    """From whose codings suggestions are learned, and for which texts they are made."""

    text = forms.MultipleChoiceField(
        label=_("Texts"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_(
            "Suggestions are made for their paragraphs that you have not coded. Without a text, only how well it works "
            "is shown."
        ),
    )

    def __init__(self, *arguments: Any, texts: Choices, **keywords: Any) -> None:
        super().__init__(*arguments, **keywords)
        self.fields["text"].choices = texts  # type: ignore[attr-defined]


class ReductionForm(VersionForm):
    """A reduction and what it bundles."""

    text = forms.CharField(label=_("Reduction"), max_length=LONGEST, widget=forms.Textarea(attrs={"rows": 4}))
    behind = forms.MultipleChoiceField(label=_("What it bundles"), widget=forms.CheckboxSelectMultiple)

    def __init__(self, *arguments: Any, behind: Choices, **keywords: Any) -> None:
        super().__init__(*arguments, **keywords)
        self.fields["behind"].choices = behind  # type: ignore[attr-defined]


class SummaryForm(VersionForm):
    """What a cell says, and the segments it is drawn from."""

    text = forms.CharField(
        label=_("Summary"),
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text=_("What the segments beside it say, in the team's words."),
    )
    rests_on = forms.MultipleChoiceField(
        label=_("It rests on"),
        widget=forms.CheckboxSelectMultiple,
        help_text=_("When the texts of one of these collections are deleted, the summary goes with them."),
    )

    def __init__(self, *arguments: Any, segments: Choices, **keywords: Any) -> None:
        super().__init__(*arguments, **keywords)
        self.fields["rests_on"].choices = segments  # type: ignore[attr-defined]
