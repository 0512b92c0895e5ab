"""What the columns of a boundary file mean."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from nahraum.base import WrongRequest
from nahraum.sources.geo import refuse_crs
from nahraum_site.shell.short_names import ShortNameField


class BoundaryForm(forms.Form):
    """The file with the boundaries."""

    file = forms.FileField(
        label=_("Boundaries"), help_text=_("GeoJSON, GeoPackage or a zipped Shapefile; or a table with areas only.")
    )
    above = forms.FileField(
        label=_("Boundaries of the level above"),
        required=False,
        help_text=_("For example districts: then you see which areas do not lie in the one that their key names."),
    )


class SystemForm(forms.Form):
    """The section [areas]: key, name, and up to two levels above."""

    name = forms.CharField(
        label=_("Name of this version"), max_length=200, help_text=_("For example: Quarters, as of 2024.")
    )
    valid_from = forms.DateField(
        label=_("Valid from"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    level = forms.CharField(label=_("An area is called"), max_length=100, help_text=_("For example: quarter."))
    key = forms.ChoiceField(label=_("Column with the key"))
    label = forms.ChoiceField(label=_("Column with the name"), required=False)
    level_2 = forms.CharField(label=_("What lies above is called"), max_length=100, required=False)
    key_2 = forms.ChoiceField(label=_("Column with the key of what lies above"), required=False)
    prefix_2 = forms.IntegerField(
        label=_("Or: so many first characters of the key name what lies above"),
        min_value=1,
        max_value=40,
        required=False,
        help_text=_("For example 2: the area 0304 lies in 03."),
    )
    label_2 = forms.ChoiceField(label=_("Column with the name of what lies above"), required=False)
    above_key = forms.ChoiceField(
        label=_("Column with the key in the file of the level above"),
        help_text=_("Its keys are written as in the first file."),
    )
    above_label = forms.ChoiceField(
        label=_("Column with the name in the file of the level above"),
        required=False,
        help_text=_("If you choose one, the names of what lies above come from this file."),
    )
    level_3 = forms.CharField(label=_("And above that"), max_length=100, required=False)
    key_3 = forms.ChoiceField(label=_("Column with the key of the level above that"), required=False)
    label_3 = forms.ChoiceField(label=_("Column with the name of the level above that"), required=False)
    city = forms.CharField(label=_("Name of the whole"), max_length=200, help_text=_("The municipality or the county."))
    population = ShortNameField(
        label=_("Variable that counts inhabitants"),
        required=False,
        help_text=_(
            "You need not know it yet: once a table with inhabitants is imported, choose it on the page “Project”."
        ),
    )
    crs = forms.CharField(
        label=_("Coordinate system"),
        max_length=20,
        required=False,
        help_text=_("Only if the file does not say it, for example EPSG:25832."),
    )

    def __init__(self, *arguments: Any, headers: list[str], above: list[str] | None = None, **keywords: Any) -> None:
        """``above``: the columns of the file with the boundaries of the level above, if there is one."""
        super().__init__(*arguments, **keywords)
        for name, field in self.fields.items():
            if name.startswith(("key", "label")):
                field.choices = _choices(headers)
        if above is None:
            del self.fields["above_key"], self.fields["above_label"]
        else:
            self.fields["above_key"].choices = self.fields["above_label"].choices = _choices(above)

    def clean_crs(self) -> str:
        """A coordinate system is one that is known by this name."""
        given: str = self.cleaned_data["crs"].strip()
        if given:
            try:
                refuse_crs(given)
            except WrongRequest as error:
                raise forms.ValidationError(str(error)) from None
        return given

    def clean(self) -> dict[str, Any]:
        """A level has a name and a key column, or neither; the first above may stand in the key itself."""
        given = super().clean() or {}
        if given.get("key_2") and given.get("prefix_2"):
            self.add_error("prefix_2", _("Give either a column or a number of characters."))
        for n in ("2", "3"):
            if bool(given.get(f"level_{n}")) != bool(given.get(f"key_{n}") or given.get(f"prefix_{n}")):
                self.add_error(f"key_{n}", _("A level needs both a name and a column with its key."))
        if "above_key" in self.fields and not given.get("level_2"):
            self.add_error("level_2", _("Say what the boundaries of the level above show, and where its key stands."))
        return given

    def part(self, file: str, layer: str, above: str = "", above_layer: str = "") -> dict[str, Any]:
        """Return the section [areas]; ``above``: file with the boundaries of the level above, and its layer."""
        given = self.cleaned_data
        levels: list[dict[str, Any]] = [_level(given["level"], given["key"], given["label"])]
        levels += [
            _level(given[f"level_{n}"], given[f"key_{n}"], given[f"label_{n}"], given.get(f"prefix_{n}"))
            for n in "23"
            if given[f"level_{n}"]
        ]
        if above:
            drawn = {"geometry": above, "geometry_layer": above_layer, "geometry_key": given["above_key"]}
            drawn["geometry_label"] = given["above_label"]
            levels[1] |= {name: value for name, value in drawn.items() if value}
            if given["above_label"]:
                levels[1].pop("label", None)
        levels.append({"id": "city", "name": str(_("City")), "all": given["city"]})
        part = {
            "id": _id(given["name"]),
            "name": given["name"],
            "file": file,
            "layer": layer,
            "crs": given["crs"],
            "valid_from": given["valid_from"].isoformat() if given["valid_from"] else "",
            "population": given["population"],
            "levels": levels,
        }
        return {name: value for name, value in part.items() if value}


def _choices(headers: list[str]) -> list[tuple[str, str]]:
    return [("", "–"), *((name, name) for name in headers if name)]


def _level(name: str, key: str, label: str, prefix: int | None = None) -> dict[str, Any]:
    level = {"id": _id(name), "name": name, "key": key, "prefix": prefix, "label": label}
    return {name: value for name, value in level.items() if value}


def _id(name: str) -> str:
    plain = name.lower().translate(str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"}))
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-") or "gebiete"


class PeopleForm(forms.Form):
    """Where people live, for a crosswalk by population."""

    file = forms.FileField(
        label=_("Finer areas or points with inhabitants"), help_text=_("For example blocks or addresses.")
    )
    column = forms.CharField(label=_("Column with the inhabitants"), max_length=100)


class AdoptForm(forms.Form):
    """A crosswalk that was looked at, and the last day of the earlier version."""

    file = forms.FileField(label=_("Crosswalk (CSV: old, new, share)"))
    valid_to = forms.DateField(
        label=_("The earlier version held until"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
