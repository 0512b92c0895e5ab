"""The form of one collection: every field that the core knows, in four groups."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from nahraum.evidence.voices.studies.terms import Background, Consent, Method
from nahraum_site.voices.forms import VersionForm, day_field
from nahraum_site.voices.models import Collection, Study

MANY = 100_000  # people, minutes, letters: more is a slip
BACKGROUND = "background_"
CONSENTS = (
    ("", _("not noted yet")),
    (Consent.WRITTEN, _("in writing")),
    (Consent.SPOKEN, _("spoken, recorded or noted with date")),
    (Consent.NOT_NEEDED, _("not needed: published, or asked without names")),
)
GROUPS = (
    (_("What and where"), ("method", "title", "space", "day", "place", "package", "moderators")),
    (_("Who took part"), ("participants", "group_sizes", "rounds", "minutes")),
    (_("Invitation"), ("invitations", "refusals", "contact_attempts")),
    (_("Consent and deletion"), ("consent", "withdrawn_on", "delete_on")),
)


def count_field(label: Any, **more: Any) -> forms.IntegerField:
    """Return a field for a count; empty is *not known*, which is not zero."""
    return forms.IntegerField(label=label, required=False, min_value=0, max_value=MANY, **more)


class SizesField(forms.CharField):
    """Sizes of groups, as *6, 5, 6*."""

    def prepare_value(self, value: Any) -> Any:
        """Return what is kept as it is typed."""
        return ", ".join(map(str, value)) if isinstance(value, list) else value

    def to_python(self, value: Any) -> Any:
        """Return the numbers. Raises ValidationError for anything else."""
        words = str(value or "").replace(";", ",").replace("+", ",").split(",")
        found = [word.strip() for word in words if word.strip()]
        if wrong := [word for word in found if not (word.isascii() and word.isdigit() and 0 < int(word[:6]) <= MANY)]:
            raise forms.ValidationError(
                gettext("“{value}” is no size of a group. Write numbers, separated by commas: 6, 5, 6.").format(
                    value=wrong[0][:40]
                )
            )
        return [int(word) for word in found]

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Compare numbers."""
        return bool(super().has_changed(self.prepare_value(initial), data))


class CollectionForm(VersionForm):
    """One occasion on which people were heard, or one document. Names of participants are not asked for."""

    method = forms.ChoiceField(label=_("Method"))
    title = forms.CharField(
        label=_("Title"), max_length=200, required=False, help_text=_("Without one, method and day stand for it.")
    )
    space = forms.ChoiceField(label=_("Social space or area"), required=False)
    day = day_field(_("Day"))
    place = forms.CharField(
        label=_("Where it took place"), max_length=200, required=False, help_text=_("House, room, or “online”.")
    )
    package = forms.ChoiceField(label=_("Work package"), required=False)
    moderators = forms.CharField(
        label=_("Moderators"), max_length=300, required=False, help_text=_("Who leads the conversation and writes.")
    )
    participants = count_field(
        _("Participants"), help_text=_("Empty: not known. That is not the same as 0. Please write no names.")
    )
    group_sizes = SizesField(
        label=_("Sizes of the groups"), required=False, max_length=200, help_text=_("For example: 6, 5, 6.")
    )
    rounds = count_field(_("Rounds"))
    minutes = count_field(_("Minutes"), help_text=_("How long a conversation took."))
    invitations = count_field(_("Invitations"))
    refusals = count_field(_("Refusals"))
    contact_attempts = count_field(
        _("Contact attempts"), help_text=_("The most that it took with one person. More than three is too many.")
    )
    consent = forms.ChoiceField(label=_("Consent"), required=False, choices=CONSENTS)
    withdrawn_on = day_field(
        _("Consent withdrawn on"), help_text=_("Then the texts must go at once; the study's page says so.")
    )
    delete_on = day_field(_("Texts are deleted on"), help_text=_("The study's page reminds you from 30 days before."))

    def __init__(self, *arguments: Any, study: Study, spaces: Mapping[str, str], **keywords: Any) -> None:
        super().__init__(*arguments, **keywords)
        here = self.initial.get("space", "")
        keys = [*study.spaces, *([here] if here and here not in study.spaces else [])]
        self.choose("method", [("", _("– choose –")), *((each.value, each.label) for each in Method)])
        self.choose("space", [("", _("city-wide")), *((key, spaces.get(key, key)) for key in keys)])
        self.choose("package", [("", "–"), *((each["id"], each["title"]) for each in study.packages)])
        for each in Background:
            self.fields[BACKGROUND + each.value] = count_field(each.label)
        for field in self.fields.values():
            field.needed = True  # "(optional)" at every one of thirty fields would say nothing

    def choose(self, name: str, choices: Iterable[tuple[str, Any]]) -> None:
        """Give a field its choices."""
        self.fields[name].choices = list(choices)  # type: ignore[attr-defined]

    @property
    def groups(self) -> list[tuple[Any, list[forms.BoundField]]]:
        """Return the fields as the page shows them."""
        return [(words, [self[name] for name in names]) for words, names in GROUPS]

    @property
    def backgrounds(self) -> list[forms.BoundField]:
        """Return the fields of the backgrounds."""
        return [self[name] for name in self.fields if name.startswith(BACKGROUND)]

    @property
    def has_backgrounds(self) -> bool:
        """Return whether one of these fields holds something."""
        return any(field.value() not in (None, "") for field in self.backgrounds)

    @property
    def given(self) -> dict[str, Any]:
        """Return what a collection keeps."""
        found = {name: self.cleaned_data[name] for _words, names in GROUPS for name in names}
        counts = {each.value: self.cleaned_data[BACKGROUND + each.value] for each in Background}
        return {**found, "backgrounds": {name: count for name, count in counts.items() if count is not None}}


def initial_of(collection: Collection) -> dict[str, Any]:
    """Return what the form begins with."""
    found = {name: getattr(collection, name) for _words, names in GROUPS for name in names}
    counts = {BACKGROUND + name: count for name, count in collection.backgrounds.items()}
    return {**found, **counts, "version": collection.version}
