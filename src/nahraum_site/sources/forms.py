"""How a table is to be read, as a form; and the delivery calendar."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from nahraum.base import Period, WrongRequest
from nahraum_site.shell.short_names import ShortNameField
from nahraum_site.sources.models import Duty

SHAPES = (
    ("wide", _("a row is an area, a column is a variable")),
    ("long", _("a row is one value; columns for area, variable and value")),
    ("years", _("a row is an area, the columns are years of one variable")),
    ("inkar", _("workbook as INKAR exports it")),
)
LISTS = ("missing", "protected", "not_applicable", "zeros_are_missing")
PAIRS = ("totals", "skip_rows")


class FilesInput(forms.ClearableFileInput):
    """Several files at once, chosen or dropped."""

    allow_multiple_selected = True


class FilesField(forms.FileField):
    """A list of files."""

    widget = FilesInput

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        """Check each file."""
        return [super(FilesField, self).clean(each, initial) for each in (data if isinstance(data, list) else [data])]


class ColumnField(forms.ChoiceField):
    """A column by its header; browsers send a line break in a header as two signs."""

    def to_python(self, value: Any) -> str:
        """Return the header as the file has it."""
        return plain(super().to_python(value))


def plain(text: str) -> str:
    """Return a text with line breaks as files have them."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


class UploadForm(forms.Form):
    """Files to deliver."""

    files = FilesField(
        label=_("Files"),
        allow_empty_file=True,  # one empty file keeps no other out; it is refused by name
        help_text=_("CSV, XLSX, XLS, ODS, GeoJSON, GeoPackage, SQL, JSON; several at once."),
    )


class TableForm(forms.Form):
    """The section [[tables]] of one delivery. Columns and their variables are read beside it (``variables_of``)."""

    id = ShortNameField(
        hyphens=True,
        label=_("Short name"),
        max_length=100,
        help_text=_(
            "Small letters, digits, hyphens and underscores: for example einwohner-2025. Each delivery has its own."
        ),
    )
    shape = forms.ChoiceField(label=_("Layout"), choices=SHAPES)
    header_row = forms.IntegerField(label=_("Row with the column names"), min_value=1, max_value=1000, initial=1)
    area = ColumnField(label=_("Column with the areas"), required=False)
    area.needed = True  # by every layout but one; the check of the whole form asks for it
    area_width = forms.IntegerField(
        label=_("Digits of an area key"),
        min_value=0,
        max_value=40,
        required=False,
        help_text=_("Shorter keys get zeros in front (spreadsheets eat them). 0: as they are."),
    )
    period = forms.CharField(
        label=_("Year or key date"),
        max_length=40,
        required=False,
        help_text=_("For example 2024, 2024-12-31 or 2023/24."),
    )
    period_column = ColumnField(label=_("or column with the year"), required=False)
    variable_column = ColumnField(label=_("Column with the variables"), required=False)
    value_column = ColumnField(label=_("Column with the values"), required=False)
    missing = forms.CharField(
        label=_("Signs for “missing”"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("One per line, for example k. A. – a dash can also mean zero: ask who delivers."),
    )
    protected = forms.CharField(
        label=_("Signs for “protected”"), required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    not_applicable = forms.CharField(
        label=_("Signs for “not applicable”"), required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    totals = forms.CharField(
        label=_("Sum rows"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_(
            "One per line: key in the table = level it sums up, for example: 999 = city; without a key: = city. A sum "
            "row is compared with the sum of its areas, and never stored as an area."
        ),
    )
    skip_rows = forms.CharField(
        label=_("Rows to leave out"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("One per line: key = reason; rows without a key: = reason"),
    )
    zeros_are_missing = forms.CharField(
        label=_("Zeros that mean missing"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Variables, one per line: where all of them are 0 in an area, nobody was counted there."),
    )
    negative_is_missing = forms.BooleanField(label=_("Negative numbers mean missing"), required=False)
    incomplete = forms.CharField(
        label=_("Why areas are rightly absent"), required=False, max_length=300, help_text=_("Only if some are.")
    )
    level = forms.ChoiceField(
        label=_("The table is about"), required=False, help_text=_("Only if it is about a coarser level of the areas.")
    )
    encoding = forms.CharField(label=_("Encoding"), required=False, max_length=40, help_text=_("Empty: found out."))
    delimiter = forms.CharField(label=_("Separator"), required=False, max_length=4, strip=False)
    decimal = forms.ChoiceField(
        label=_("Decimal sign"), required=False, choices=[("", _("found out")), (",", _("comma")), (".", _("point"))]
    )

    ADVANCED = (
        "area_width",
        "not_applicable",
        "totals",
        "skip_rows",
        "zeros_are_missing",
        "negative_is_missing",
        "incomplete",
        "level",
        "encoding",
        "delimiter",
        "decimal",
    )

    def __init__(
        self,
        *arguments: Any,
        headers: list[str],
        part: dict[str, Any],
        levels: dict[str, str],
        variables: Mapping[str, str] | None = None,
        **keywords: Any,
    ) -> None:
        keywords.setdefault("initial", _typed(part, levels))
        super().__init__(*arguments, **keywords)
        self.part, self.levels, self.variables = part, levels, dict(variables or {})
        self.fields["level"].choices = [("", _("the finest areas")), *levels.items()]
        choices = [("", "–"), *((name, name.replace("\n", " ")) for name in headers if name)]
        for name in ("area", "period_column", "variable_column", "value_column"):
            self.fields[name].choices = choices
        self.fields["delimiter"].strip = False

    @property
    def simple(self) -> list[forms.BoundField]:
        """Return the fields that everybody looks at."""
        return [self[name] for name in self.fields if name not in self.ADVANCED]

    @property
    def advanced(self) -> list[forms.BoundField]:
        """Return the fields that few tables need."""
        return [self[name] for name in self.ADVANCED]

    def clean(self) -> dict[str, Any]:
        """Ask for what the layout needs."""
        given = super().clean() or {}
        shape = given.get("shape")
        needed = {"wide": ("area",), "years": ("area",), "long": ("area", "variable_column", "value_column")}
        for name in needed.get(shape or "", ()):
            if not given.get(name):
                self.add_error(name, _("Please choose the column."))
        if shape in ("wide", "long") and not given.get("period") and not given.get("period_column"):
            self.add_error("period", _("Give the year, or choose the column that holds it."))
        for name in PAIRS:
            if any("=" not in line for line in _lines(given.get(name, ""))):
                self.add_error(name, _("Each line needs an equals sign, for example: 999 = city"))
        if given.get("period"):
            self._judge_period(given["period"])
        self._judge_names(given)
        return given

    def _judge_names(self, given: dict[str, Any]) -> None:
        """Refuse levels and variables that are not there, and variables that the layout has no room for."""
        if "totals" in given:
            unknown = {level for level in _pairs(given["totals"]).values() if self._level(level) not in self.levels}
            if unknown:
                words = _("There is no level “%(names)s”. There are: %(known)s.")
                names = {"names": ", ".join(sorted(unknown)), "known": ", ".join(self.levels.values())}
                self.add_error("totals", words % names)
        lost = [name for name in _lines(given.get("zeros_are_missing", "")) if name not in self.variables]
        if lost:
            self.add_error("zeros_are_missing", _("Not among the variables: %(names)s.") % {"names": ", ".join(lost)})
        if given.get("shape") in ("years", "inkar") and len(self.variables) > 1:
            self.add_error(None, _("With this layout a table holds one variable; give one column a name only."))
        if len(given.get("delimiter", "")) > 1:
            self.add_error("delimiter", _("One sign, for example a semicolon."))

    def _judge_period(self, text: str) -> None:
        try:
            Period.parse(text)
        except WrongRequest as error:
            self.add_error("period", str(error))

    def _level(self, words: str) -> str:
        """Return the level of that id or name; what is none stays, and the check of the table says so."""
        wanted = words.casefold()
        return next((id for id, name in self.levels.items() if wanted in (id.casefold(), name.casefold())), words)

    def table(self, variables: dict[str, str]) -> dict[str, Any]:
        """Return the section [[tables]]: what was typed, and what the form does not show as it was."""
        typed = self.cleaned_data
        part = {name: value for name, value in self.part.items() if name not in (*self.fields, "variables")}
        for name, value in typed.items():
            if name in LISTS:
                value = _lines(value)
            elif name in PAIRS:
                value = _pairs(value)
            if name == "totals":
                value = {key: self._level(level) for key, level in value.items()}
            if value not in ("", None, False, [], {}):
                part[name] = value
        if typed["period"]:
            part.pop("period_column", None)
        return {**part, "variables": variables}


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


def _pairs(text: str) -> dict[str, str]:
    """Return what stands before and behind the first equals sign of each line that has one; "" is no key."""
    pairs = (re.split(r"\s*=\s*", line, maxsplit=1) for line in _lines(text) if "=" in line)
    return {key.strip("\"'„“”"): value.strip("\"'„“”") for key, value in pairs}


def _typed(part: dict[str, Any], levels: Mapping[str, str]) -> dict[str, Any]:
    """Return a section as the form shows it."""
    shown = dict(part)
    for name in LISTS:
        shown[name] = "\n".join(part.get(name, ()))
    for name in PAIRS:
        words = levels if name == "totals" else {}
        pairs = part.get(name, {}).items()
        shown[name] = "\n".join(f"{key} = {words.get(value, value)}".strip() for key, value in pairs)
    return shown


def variables_of(given: Any) -> tuple[dict[str, str], dict[int, str]]:
    """Return variable -> column from the posted rows, and the faults by row."""
    variables: dict[str, str] = {}
    faults: dict[int, str] = {}
    names = [name.strip().lower() for name in given.getlist("variable")]
    rows = zip(map(plain, given.getlist("column")), names, strict=False)
    for n, (column, name) in enumerate(rows):
        if not name:
            continue
        if not re.fullmatch(r"[a-z][a-z0-9_]*", name):
            faults[n] = str(_("Small letters, digits and underscores only, a letter first."))
        elif name in variables:
            faults[n] = str(_("Two columns cannot be the same variable."))
        else:
            variables[name] = column
    return variables, faults


class DutyForm(forms.ModelForm):
    """One line of the delivery calendar; ``version``: the one that the page was filled with."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    class Meta:
        model = Duty
        fields = ("name", "holder", "rhythm", "due", "note")
        labels = {
            "name": _("Table"),
            "holder": _("Who delivers"),
            "rhythm": _("How often"),
            "due": _("Next due on"),
            "note": _("Note"),
        }
        widgets = {
            "due": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
            "note": forms.Textarea(attrs={"rows": 3}),
        }
