"""Forms of a study: what it asks, when, where, and who works in it."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from nahraum.base import Severity
from nahraum.evidence.voices.studies.plan import plan
from nahraum_site.accounts.models import User
from nahraum_site.accounts.roles import Role
from nahraum_site.voices.models import Member
from nahraum_site.voices.queries import work_packages

MOST = 40  # themes or work packages
SPARE = 2  # empty ones at the end


def day_field(label: Any, **more: Any) -> forms.DateField:
    """Return a field for a day that may stay empty."""
    return forms.DateField(
        label=label, required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), **more
    )


class BeginForm(forms.Form):
    """What a study begins with."""

    title = forms.CharField(label=_("Title"), max_length=200, help_text=_("For example: Social spaces 2026."))
    chosen_from = forms.CharField(
        label=_("Why these areas?"),
        max_length=10_000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("One or two sentences; they reach the report."),
    )


class VersionForm(forms.Form):
    """What is changed since which version."""

    version = forms.IntegerField(widget=forms.HiddenInput)


class SpacesForm(VersionForm):
    """Where a study asks, and why there."""

    title = forms.CharField(label=_("Title of the study"), max_length=200)
    chosen_from = BeginForm.base_fields["chosen_from"]
    spaces = forms.MultipleChoiceField(
        label=_("Social spaces and areas"), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *arguments: Any, spaces: Mapping[str, str], **keywords: Any) -> None:
        super().__init__(*arguments, **keywords)
        self.fields["spaces"].choices = list(spaces.items())  # type: ignore[attr-defined]


class ThemeForm(forms.Form):
    """One block of leading questions."""

    title = forms.CharField(label=_("Theme"), max_length=200, required=False)
    questions = forms.CharField(
        label=_("Leading questions, one in each line"),
        max_length=10_000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    title.needed = questions.needed = True

    def clean(self) -> dict[str, Any]:
        """Ask for a title where there are questions: answers are read theme by theme."""
        given: dict[str, Any] = super().clean() or self.cleaned_data
        given["questions"] = [line.strip() for line in given.get("questions", "").splitlines() if line.strip()]
        if given["questions"] and not given.get("title"):
            self.add_error("title", _("Please name the theme of these questions."))
        return given


class PackageForm(forms.Form):
    """One work package."""

    id = forms.CharField(required=False, max_length=40, widget=forms.HiddenInput)
    title = forms.CharField(label=_("Work package"), max_length=200, required=False)
    start = day_field(_("From"))
    end = day_field(_("Until"))
    after = forms.MultipleChoiceField(label=_("Waits for"), required=False, widget=forms.CheckboxSelectMultiple)

    title.needed = start.needed = end.needed = True

    def __init__(self, *arguments: Any, others: Sequence[tuple[str, str]] = (), **keywords: Any) -> None:
        super().__init__(*arguments, **keywords)
        own = self["id"].value()
        self.fields["after"].choices = [each for each in others if each[0] != own]  # type: ignore[attr-defined]
        if not self.fields["after"].choices:  # type: ignore[attr-defined]
            del self.fields["after"]

    def clean(self) -> dict[str, Any]:
        """Ask for title and both days, or for nothing at all."""
        given: dict[str, Any] = super().clean() or self.cleaned_data
        wanted = ("title", "start", "end")
        if any(given.get(name) for name in wanted):
            for name in wanted:
                if not given.get(name) and name not in self.errors:
                    self.add_error(name, _("A work package needs a name, a first and a last day."))
        return given


class Themes(forms.BaseFormSet):
    """The leading questions in their themes; an emptied theme goes."""

    @property
    def kept(self) -> list[dict[str, Any]]:
        """Return the themes as a study keeps them."""
        given = (form.cleaned_data for form in self.forms)
        return [{"title": each["title"], "questions": each["questions"]} for each in given if each.get("title")]


class Packages(forms.BaseFormSet):
    """The work packages; an emptied one goes."""

    @property
    def kept(self) -> list[dict[str, Any]]:
        """Return the work packages as a study keeps them; one that goes is waited for by none."""
        given = [form.cleaned_data for form in self.forms if form.cleaned_data.get("title")]
        ids = {each["id"] for each in given}
        return [
            {
                "id": each["id"] or uuid.uuid4().hex[:8],
                "title": each["title"],
                "start": each["start"].isoformat(),
                "end": each["end"].isoformat(),
                "after": [id for id in each.get("after", ()) if id in ids],
            }
            for each in given
        ]

    def clean(self) -> None:
        """Refuse what cannot be, in the words of the core."""
        if any(self.errors):
            return
        found = plan(work_packages(self.kept)).issues
        if wrong := [issue.said for issue in found if issue.severity is Severity.ERROR]:
            raise forms.ValidationError(wrong)


ThemeSet = forms.formset_factory(ThemeForm, formset=Themes, extra=SPARE, max_num=MOST, validate_max=True)
PackageSet = forms.formset_factory(PackageForm, formset=Packages, extra=SPARE, max_num=MOST, validate_max=True)


class TeamForm(VersionForm):
    """The part of everybody who could belong to the team; none for most."""

    def __init__(self, *arguments: Any, people: Iterable[User], parts: Mapping[int, str], **keywords: Any) -> None:
        super().__init__(*arguments, **keywords)
        self.people = {str(person.uuid): person for person in people}
        for name, person in self.people.items():
            roles = {each.role for each in person.assignments.all()}
            may_lead = bool(roles & {Role.PLANNER, Role.RESEARCHER})
            choices = [(value, words) for value, words in Member.Part.choices if may_lead or value != Member.Part.LEAD]
            self.fields[name] = forms.ChoiceField(
                label=str(person),
                required=False,
                choices=[("", _("not in the team")), *choices],
                initial=parts.get(person.pk, ""),
                help_text=", ".join(str(Role(role).label) for role in sorted(roles)),
            )
            self.fields[name].needed = True  # type: ignore[attr-defined]  # always answered: no "(optional)"

    @property
    def parts(self) -> dict[int, str]:
        """Return the part of everybody who has one, by primary key."""
        return {person.pk: part for name, person in self.people.items() if (part := self.cleaned_data[name])}


class LeadForm(forms.Form):
    """Who leads a study from now on."""

    to = forms.ModelChoiceField(
        label=_("Who leads from now on"), queryset=User.objects.none(), to_field_name="uuid", empty_label=None
    )

    def __init__(self, *arguments: Any, people: QuerySet[User], **keywords: Any) -> None:
        super().__init__(*arguments, **keywords)
        self.fields["to"].queryset = people  # type: ignore[attr-defined]


class HandOverForm(LeadForm):
    """The same, and what becomes of who led."""

    then = forms.ChoiceField(
        label=_("What you do in the study afterwards"),
        choices=[*((value, words) for value, words in Member.Part.choices), ("", _("nothing, I leave the team"))],
        initial=Member.Part.CODER,
        required=False,
        widget=forms.RadioSelect,
    )

    then.needed = True
