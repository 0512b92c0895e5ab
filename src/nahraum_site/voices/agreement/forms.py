"""What is compared: level, coders, texts; and a stretch of one's own for what the team agreed on."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from nahraum.base import WrongRequest
from nahraum.base.language import gettext
from nahraum.evidence.voices.agreement.terms import Level
from nahraum.evidence.voices.categories import System
from nahraum_site.voices.coding.counting import Table


class QuestionForm(forms.Form):
    """What is compared, and how."""

    ebene = forms.ChoiceField(label=_("What counts as one unit"))
    wer = forms.MultipleChoiceField(
        label=_("Who is compared"), widget=forms.CheckboxSelectMultiple, help_text=_("Two people or more.")
    )
    deckung = forms.IntegerField(
        label=_("Overlap from which on two stretches are the same, in %"),
        min_value=1,
        max_value=100,
        help_text=_("Counts for stretches that overlap enough only."),
    )
    haupt = forms.BooleanField(label=_("Compare main categories: what stands below counts for them"), required=False)
    text = forms.MultipleChoiceField(
        label=_("Texts"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Without a choice, all that two of these people coded."),
    )

    def __init__(self, *arguments: Any, table: Table, may_choose_texts: bool, **keywords: Any) -> None:
        super().__init__(*arguments, **keywords)
        self.choices("ebene", [(each.value, each.label) for each in Level])
        self.choices("wer", [(str(each.uuid), each.name) for each in table.coders])
        self.choices("text", [(str(each.uuid), each.name) for each in table.texts])
        if not may_choose_texts:
            del self.fields["text"]

    def choices(self, name: str, choices: list[tuple[str, Any]]) -> None:
        """Give a field its choices."""
        self.fields[name].choices = choices  # type: ignore[attr-defined]


class OwnForm(forms.Form):
    """A stretch that the team agreed on and nobody had marked so."""

    category = forms.ChoiceField(label=_("Category"))
    first = forms.IntegerField(label=_("From line"), min_value=1)
    last = forms.IntegerField(label=_("to line"), min_value=1, required=False)
    wording = forms.CharField(
        label=_("Only these words of the lines"),
        required=False,
        strip=True,
        max_length=5_000,
        help_text=_("Copy them from the text. Without words, whole lines are coded."),
    )

    def __init__(self, *arguments: Any, system: System, **keywords: Any) -> None:
        super().__init__(*arguments, **keywords)
        codable = [(each.id, system.label(each.id)) for each in system.categories if each.codable]
        self.fields["category"].choices = codable  # type: ignore[attr-defined]

    def stretch(self, text: str) -> tuple[int, int]:
        """Return start and end of what was meant. Raises WrongRequest where it is not there, or there twice."""
        first = self.cleaned_data["first"]
        last = self.cleaned_data["last"] or first
        ends = [*(each.start() for each in re.finditer("\n", text)), len(text)]
        if not first <= last <= len(ends):
            raise WrongRequest(gettext("This text has the lines 1 to %(last)d.") % {"last": len(ends)})
        start, end = (ends[first - 2] + 1 if first > 1 else 0), ends[last - 1]
        wording = self.cleaned_data["wording"].replace("\r\n", "\n")
        if not wording:
            return start, end
        found = [each.start() for each in re.finditer(f"(?={re.escape(wording)})", text[start:end])]
        if not found:
            raise WrongRequest(gettext("These words do not stand in the lines. Copy them from the text."))
        if len(found) > 1:
            raise WrongRequest(gettext("These words stand there more than once. Take more of the words around them."))
        return start + found[0], start + found[0] + len(wording)
