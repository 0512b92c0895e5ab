"""What somebody types into a sheet: one field for each of the core's, tables for breaks and official figures."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, get_type_hints

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from nahraum.base import Period, WrongRequest
from nahraum.base.language import language
from nahraum.evidence.indicators.definition import BREAK_KINDS, DIRECTIONS, FIGURES, ID, WORDS, faults_of, trimmed
from nahraum.evidence.indicators.terms import Direction, Indicator
from nahraum_site.records.sent import whole

LONG = {"definition", "comment"}
TABLES = {"breaks", *FIGURES}
TAKEN = {"neu", "lebenslagen"}  # addresses of the catalogue itself
SPARE = 2  # empty rows that stand ready


class FigureField(forms.CharField):
    """A number as people write it here: 12,5 or 12.5; what could be read in two ways is refused."""

    def to_python(self, value: Any) -> Any:
        """Return a float, or None where nothing stands."""
        text = re.sub(r"[\s\u202f\u00a0]", "", str(value or "")).replace("\u2212", "-")
        if not text:
            return None
        thousands = "." if language() == "de" else ","
        if re.fullmatch(rf"-?[1-9]\d{{0,2}}{re.escape(thousands)}\d{{3}}", text):
            raise forms.ValidationError(_("Write large numbers without separators: 35127."))
        if not re.fullmatch(r"-?\d+([.,]\d+)?", text):
            raise forms.ValidationError(_("A number is expected, such as 12.5."))
        return float(text.replace(",", "."))


class LinesField(forms.CharField):
    """Names, one per line or parted by commas."""

    widget = forms.Textarea(attrs={"rows": 3, "spellcheck": "false"})

    def to_python(self, value: Any) -> list[str]:
        """Return the names."""
        return [name for name in (each.strip() for each in re.split(r"[\n,;]", str(value or ""))) if name]

    def prepare_value(self, value: Any) -> Any:
        """Return one name per line."""
        return "\n".join(value) if isinstance(value, list) else value


def period_text(text: str) -> str:
    """Return a period in the text that the core writes. ValidationError where it is none."""
    try:
        return str(Period.parse(text)) if text else ""
    except WrongRequest as error:
        raise forms.ValidationError(str(error)) from None


class PeriodField(forms.CharField):
    """2024, 2024-12-31, 2023/24 or 2022..2024."""

    def clean(self, value: Any) -> str:
        """Return the canonical text."""
        return period_text(super().clean(value))


class BreakForm(forms.Form):
    """One break; an empty row is none."""

    period = PeriodField(label=gettext_lazy("From period"), required=False)
    kind = forms.ChoiceField(label=gettext_lazy("Kind"), required=False)
    reason = forms.CharField(label=gettext_lazy("Reason"), required=False)
    areas = LinesField(label=gettext_lazy("Only these areas (numbers)"), required=False, widget=forms.TextInput)

    def __init__(self, *arguments: Any, **keywords: Any) -> None:
        super().__init__(*arguments, **keywords)
        self.fields["kind"].choices = [(kind.value, _(words)) for kind, words in BREAK_KINDS.items()]
        areas = self.initial.get("areas")
        if areas:
            self.initial["areas"] = ", ".join(areas)

    def clean(self) -> dict[str, Any]:
        """Ask for the period where anything else stands."""
        given = super().clean() or {}
        if not given.get("period") and "period" not in self.errors and (given.get("reason") or given.get("areas")):
            self.add_error("period", _("From which period on?"))
        return given


class FigureForm(forms.Form):
    """Official figures of the city in one period; an empty row is none."""

    period = PeriodField(label=gettext_lazy("Period"), required=False)
    official = FigureField(label=gettext_lazy("Official value"), required=False)
    numerator_total = FigureField(label=gettext_lazy("Total of the numerator"), required=False)
    denominator_total = FigureField(label=gettext_lazy("Total of the denominator"), required=False)

    def __init__(self, *arguments: Any, **keywords: Any) -> None:
        super().__init__(*arguments, **keywords)
        for name in FIGURES:
            if name in self.initial:
                self.initial[name] = written(self.initial[name])

    def clean(self) -> dict[str, Any]:
        """Ask for the period where a figure stands."""
        given = super().clean() or {}
        if not given.get("period") and "period" not in self.errors and any(given.get(n) is not None for n in FIGURES):
            self.add_error("period", _("For which period?"))
        return given


def written(value: float | int) -> str:
    """Return a number as it is typed here, without separators of thousands."""
    text = str(int(value)) if value == int(value) else repr(float(value))
    return text.replace(".", ",") if language() == "de" else text


Breaks = forms.formset_factory(BreakForm, extra=SPARE, max_num=200, absolute_max=400)
Figures = forms.formset_factory(FigureForm, extra=SPARE, max_num=400, absolute_max=600)


class SheetForm(forms.Form):
    """The fields of an indicator in the core's order; ``tables`` hold breaks and official figures."""

    def __init__(
        self,
        data: Any = None,
        *,
        part: Mapping[str, Any],
        domains: Iterable[tuple[str, str]],
        variables: Iterable[str],
        areas: Iterable[str],
        new: bool,
    ) -> None:
        super().__init__(data, initial=dict(part))
        self.part, self.new = part, new
        self.domains, self.variables, self.areas = list(domains), set(variables), set(areas)
        for name, hint in get_type_hints(Indicator).items():
            if name in WORDS and name not in TABLES and (new or name != "id"):
                self.fields[name] = self._field(name, hint)
        for name in ("numerator", "denominator"):
            if self.variables:
                told = _("Delivered: {names}.").format(names=", ".join(sorted(self.variables)))
                self.fields[name].help_text = f"{self.fields[name].help_text} {told}"
        for name in ("value", "weight"):
            self.fields[name].widget.attrs["list"] = "variablen"
        self.breaks = Breaks(data, initial=list(part.get("breaks", ())), prefix="brueche")
        self.figures = Figures(data, initial=_figure_rows(part), prefix="zahlen")
        for table in (self.breaks, self.figures):
            for row in table.forms:
                row.use_required_attribute = False

    def _field(self, name: str, hint: Any) -> forms.Field:
        label, words = WORDS[name]
        about: dict[str, Any] = {"label": _(label), "help_text": _(words), "required": name in ("id", "name", "domain")}
        if name == "domain":
            return forms.ChoiceField(choices=self.domains, **about)
        if hint is Direction:
            return forms.ChoiceField(choices=[(way.value, _(told)) for way, told in DIRECTIONS.items()], **about)
        if hint is bool:
            return forms.BooleanField(**about)
        if hint is int:
            return forms.IntegerField(initial=1, **about)
        if hint is float:
            self.initial[name] = written(self.part.get(name, 100))
            return FigureField(**about)
        if hint is str:
            widget = (
                forms.Textarea(attrs={"rows": 4}) if name in LONG else forms.TextInput(attrs={"autocomplete": "off"})
            )
            about["initial"] = "%" if name == "unit" else ""
            return forms.CharField(widget=widget, **about)
        return LinesField(**about)

    def clean_id(self) -> str:
        """Refuse a short name that is an address of the catalogue."""
        text = str(self.cleaned_data["id"]).strip()
        if text in TAKEN:
            raise forms.ValidationError(_("This word is an address of the catalogue. Choose another one."))
        return text

    def is_valid(self) -> bool:
        """Say whether fields and tables can be used; the core judges what they mean together."""
        tables = [self.breaks.is_valid(), self.figures.is_valid()]
        unread = {*self.errors, *(() if all(tables) else TABLES)}
        for name, sentences in self._faults(unread).items() if self.is_bound else ():
            for sentence in sentences:
                self.add_error(name if name in self.fields else None, self._placed(name, sentence))
        return super().is_valid() and all(tables)

    def _faults(self, unread: set[str]) -> dict[str, list[str]]:
        part = {name: value for name, value in self.given.items() if name not in unread}
        known = {key for key, _name in self.domains}
        return faults_of(part, domains=known, variables=self.variables, areas=self.areas, unread=unread)

    def _placed(self, name: str, sentence: str) -> str:
        return sentence if name in self.fields else f"{_(WORDS[name][0])}: {sentence}"

    @property
    def given(self) -> dict[str, Any]:
        """Return what was typed as a section of a project file."""
        part = {"id": self.part.get("id", ""), **{k: v for k, v in self.cleaned_data.items() if v is not None}}
        if not (self.breaks.is_valid() and self.figures.is_valid()):
            return trimmed(part)
        breaks = [row.cleaned_data for row in self.breaks.forms if row.cleaned_data.get("period")]
        part["breaks"] = [{name: each[name] for name in ("period", "kind", "reason", "areas")} for each in breaks]
        for name in FIGURES:
            rows = [row.cleaned_data for row in self.figures.forms if row.cleaned_data.get("period")]
            part[name] = {row["period"]: row[name] for row in rows if row.get(name) is not None}
        return trimmed(part)

    @property
    def tables(self) -> Sequence[dict[str, Any]]:
        """Return both tables with their words, for the page."""
        return [
            {"rows": self.breaks, "legend": _(WORDS["breaks"][0]), "hint": _(WORDS["breaks"][1])},
            {
                "rows": self.figures,
                "legend": _("Official figures of the city"),
                "hint": _("As they were published; the sum of the areas is compared with them."),
            },
        ]


def _figure_rows(part: Mapping[str, Any]) -> list[dict[str, Any]]:
    periods = sorted({text for name in FIGURES for text in part.get(name, {})}, reverse=True)
    return [
        {"period": text, **{name: part[name][text] for name in FIGURES if text in part.get(name, {})}}
        for text in periods
    ]


def with_more_rows(data: Any) -> Any:
    """Return what was typed with three more rows in each table."""
    data = data.copy()
    for prefix in ("brueche", "zahlen"):
        name = f"{prefix}-TOTAL_FORMS"
        data[name] = str(min(whole(data.get(name, "")), 300) + 3)
    return data


class ReasonForm(forms.Form):
    """Why an indicator is retired or taken up again."""

    because = forms.CharField(label=gettext_lazy("Reason"), widget=forms.Textarea(attrs={"rows": 3}))
    version = forms.IntegerField(widget=forms.HiddenInput)


class DomainForm(forms.Form):
    """A Lebenslage: short name (only for a new one), name, description."""

    key = forms.CharField(label=gettext_lazy("Short name"), max_length=80, help_text=gettext_lazy(WORDS["id"][1]))
    name = forms.CharField(label=gettext_lazy("Name"), max_length=200)
    description = forms.CharField(
        label=gettext_lazy("Description"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("What belongs here, in words that do not judge anybody. Readers see it."),
    )

    def __init__(self, *arguments: Any, new: bool, **keywords: Any) -> None:
        super().__init__(*arguments, **keywords)
        if not new:
            del self.fields["key"]

    def clean_key(self) -> str:
        """Refuse a short name that recipes and addresses cannot hold."""
        text = str(self.cleaned_data["key"]).strip()
        if not ID.fullmatch(text):
            raise forms.ValidationError(
                _("Letters, digits, _ . and - only, up to 80, beginning with a letter or digit.")
            )
        return text
