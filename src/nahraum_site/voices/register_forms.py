"""Forms of the register of those who are invited."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from nahraum.evidence.voices.studies.terms import Method
from nahraum_site.voices.forms import VersionForm, day_field
from nahraum_site.voices.models import Attempt, Contact, Study

FIELDS = ("name", "organisation", "address", "telephone", "email", "method", "space", "state", "invited_on")


class ContactForm(VersionForm):
    """Somebody who is invited, for which method and space, and what came of it."""

    name = forms.CharField(label=_("Name"), max_length=200)
    organisation = forms.CharField(label=_("Organisation"), max_length=200, required=False)
    address = forms.CharField(
        label=_("Address"), max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    telephone = forms.CharField(label=_("Telephone"), max_length=60, required=False)
    email = forms.EmailField(label=_("E-mail"), required=False)
    method = forms.ChoiceField(label=_("Invited to"), required=False)
    space = forms.ChoiceField(label=_("Social space or area"), required=False)
    space.needed = True  # type: ignore[attr-defined]
    state = forms.ChoiceField(label=_("State of the invitation"), choices=Contact.State.choices)
    invited_on = day_field(_("Invited on"))

    def __init__(self, *arguments: Any, study: Study, spaces: Mapping[str, str], **keywords: Any) -> None:
        super().__init__(*arguments, **keywords)
        here = self.initial.get("space", "")
        keys = [*study.spaces, *([here] if here and here not in study.spaces else [])]
        methods = [(each.value, each.label) for each in Method if each is not Method.DOCUMENT]
        self.fields["method"].choices = [("", "–"), *methods]  # type: ignore[attr-defined]
        places = [(key, spaces.get(key, key)) for key in keys]
        self.fields["space"].choices = [("", _("city-wide")), *places]  # type: ignore[attr-defined]

    @property
    def given(self) -> dict[str, Any]:
        """Return what a contact keeps."""
        return {name: self.cleaned_data[name] for name in FIELDS}


def initial_of(contact: Contact) -> dict[str, Any]:
    """Return what the form begins with."""
    return {name: getattr(contact, name) for name in (*FIELDS, "version")}


class AttemptForm(forms.Form):
    """One attempt to reach somebody."""

    day = day_field(_("Day"))
    way = forms.ChoiceField(label=_("How"), choices=Attempt.Way.choices)

    def __init__(self, *arguments: Any, **keywords: Any) -> None:
        super().__init__(*arguments, **keywords)
        self.fields["day"].required = True


class RemoveForm(forms.Form):
    """The decision to remove the whole register."""

    sure = forms.BooleanField(label=_("All invitations are done. Remove every contact for good."))
