"""Forms of texts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from nahraum_site.sources.forms import FilesField
from nahraum_site.voices.forms import VersionForm
from nahraum_site.voices.models import Collection

LONGEST = 200  # characters of a name or value
MOST_WORDS = 500  # lines of words that somebody marks


class UploadForm(forms.Form):
    """Files of one collection; filled templates know theirs."""

    collection = forms.ChoiceField(
        label=_("Collection"),
        required=False,
        help_text=_("Filled templates find their collection by themselves; all other files need one."),
    )
    files = FilesField(
        label=_("Files"),
        allow_empty_file=True,  # refused by name, so that it keeps no other out
        help_text=_(
            "TXT, Markdown, DOCX, ODT, RTF, PDF, SRT, VTT; survey tables as CSV, XLSX, XLS or ODS; photographs of "
            "cards as JPEG, PNG or WebP; several at once."
        ),
    )

    collection.needed = True  # type: ignore[attr-defined]

    def __init__(self, *arguments: Any, collections: Iterable[Collection], **keywords: Any) -> None:
        super().__init__(*arguments, **keywords)
        choices = [(str(each.uuid), str(each)) for each in collections]
        self.fields["collection"].choices = [("", _("as the template says")), *choices]  # type: ignore[attr-defined]


class LinesField(forms.CharField):
    """Lines of text; blank ones and doubles go."""

    widget = forms.Textarea(attrs={"rows": 3, "spellcheck": "false"})

    def clean(self, value: Any) -> list[str]:
        """Return the lines. Raises ValidationError where there are too many or too long ones."""
        found = list(dict.fromkeys(line.strip() for line in super().clean(value).splitlines() if line.strip()))
        if len(found) > MOST_WORDS:
            raise forms.ValidationError(gettext("At most {count} lines, please.").format(count=MOST_WORDS))
        if wrong := next((each for each in found if len(each) > LONGEST), ""):
            raise forms.ValidationError(gettext("“{value}” is too long.").format(value=f"{wrong[:40]} …"))
        return found

    def prepare_value(self, value: Any) -> Any:
        """Return lines as they are typed."""
        return "\n".join(value) if isinstance(value, list) else value


class VariablesField(LinesField):
    """Variables, one in each line: *name = value*."""

    def clean(self, value: Any) -> Any:
        """Return {name: value}. Raises ValidationError for a line that is none, and for a name that stands twice."""
        found: dict[str, str] = {}
        for line in super().clean(value):
            name, equals, words = (part.strip() for part in line.partition("="))
            if not (name and equals and words):
                raise forms.ValidationError(
                    gettext("“{value}” is no variable. Write name = value, for example: role = tenant.").format(
                        value=line[:40]
                    )
                )
            if name in found:
                raise forms.ValidationError(gettext("The variable “{name}” stands there twice.").format(name=name))
            found[name] = words
        return found

    def prepare_value(self, value: Any) -> Any:
        """Return variables as they are typed."""
        return "\n".join(f"{k} = {v}" for k, v in value.items()) if isinstance(value, Mapping) else value


VARIABLES = _("One in each line: role = tenant. Please write no names of people.")


class TextForm(VersionForm):
    """What the team calls a text, and what it knows of it."""

    name = forms.CharField(
        label=_("Name of the text"), max_length=LONGEST, help_text=_("Please without names of people.")
    )
    variables = VariablesField(label=_("Attributes"), required=False, max_length=20_000, help_text=VARIABLES)


class FreezeForm(TextForm):
    """What is decided about a file before its texts stay as they are."""

    persons = LinesField(
        label=_("More names of persons"),
        required=False,
        max_length=50_000,
        help_text=_("One in each line; every place where it stands is marked."),
    )
    others = LinesField(
        label=_("Other words that are to be left out"),
        required=False,
        max_length=50_000,
        help_text=_("For example the name of a small house by which people are known."),
    )
    although_there = forms.BooleanField(label=_("The same text may stand there twice"), required=False)
    seen = forms.CharField(widget=forms.HiddenInput, max_length=100)

    @property
    def marking(self) -> list[forms.BoundField]:
        """Return the fields by which more is marked."""
        return [self["persons"], self["others"]]

    @property
    def naming(self) -> list[forms.BoundField]:
        """Return all others that are seen."""
        return [self["name"], self["variables"], self["although_there"]]


class TableForm(VersionForm):
    """Which column of a survey table holds the answers, and which are variables."""

    answer = forms.ChoiceField(label=_("Column with the answers"))
    variables = forms.MultipleChoiceField(
        label=_("Columns that become variables"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Leave out whatever names people or would tell who answered."),
    )

    def __init__(self, *arguments: Any, columns: Iterable[str], **keywords: Any) -> None:
        super().__init__(*arguments, **keywords)
        choices = [(each, each) for each in columns]
        for name in ("answer", "variables"):
            self.fields[name].choices = choices  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Refuse the answers as a variable: they would stand beside the text, neither sealed nor with pseudonyms."""
        given: dict[str, Any] = super().clean() or self.cleaned_data
        if given.get("answer") in given.get("variables", ()):
            raise forms.ValidationError(
                _("The column with the answers cannot be a variable: variables are not sealed.")
            )
        return given


class DeleteForm(forms.Form):
    """The name of the collection whose texts are deleted, typed to say that this one is meant."""

    typed = forms.CharField(label=_("Type the name of the collection"), max_length=300, strip=True)
