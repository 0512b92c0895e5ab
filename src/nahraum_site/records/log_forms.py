"""What somebody looks for in the log."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.translation import gettext_lazy as _

from nahraum_site.records import queries, words

# No log is older or younger; at the ends of the calendar there is no day before or after.
DAYS = (MinValueValidator(date(2000, 1, 1)), MaxValueValidator(date(2999, 12, 31)))


class LogForm(forms.Form):
    """Person, action, thing, days; whatever is not understood does not filter."""

    wer = forms.ChoiceField(label=_("Who"), required=False)
    was = forms.ChoiceField(label=_("Action"), required=False)
    von = forms.DateField(
        label=_("From day"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        validators=DAYS,
    )
    bis = forms.DateField(
        label=_("To day"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        validators=DAYS,
    )
    ding = forms.UUIDField(label=_("Thing"), required=False, widget=forms.HiddenInput)

    def __init__(self, *arguments: Any, **keywords: Any) -> None:
        super().__init__(*arguments, **keywords)
        self.fields["wer"].choices = [("", _("everybody")), *((str(u.uuid), u.name) for u in queries.actors())]
        known = sorted(((key, words.of_action(key)) for key in words.ACTIONS), key=lambda each: each[1])
        self.fields["was"].choices = [("", _("every action")), *known]

    def wanted(self) -> queries.Wanted:
        """Return what fits."""
        self.is_valid()
        given = self.cleaned_data
        return queries.Wanted(
            actor=given.get("wer") or "",
            action=given.get("was") or "",
            thing=str(given.get("ding") or ""),
            first=given.get("von"),
            last=given.get("bis"),
        )
