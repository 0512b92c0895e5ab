"""What people say about a layer."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from nahraum_site.places.models import ContextLayer


class LayerFileForm(forms.Form):
    """The file."""

    file = forms.FileField(label=_("File"), help_text=_("GeoJSON, GeoPackage or a zipped Shapefile, up to 50 MB."))


class LayerForm(forms.Form):
    """Names, kind and source of a layer."""

    name = forms.CharField(label=_("Name"), max_length=100, help_text=_("For example: main roads."))
    name_en = forms.CharField(label=_("Name in English"), max_length=100, required=False)
    kind = forms.ChoiceField(label=_("What it is"), choices=ContextLayer.Kind.choices)
    source = forms.CharField(
        label=_("Source"), max_length=200, help_text=_("As the holder wants to be named; it stands under every map.")
    )
    licence = forms.CharField(
        label=_("Licence"), max_length=100, required=False, help_text=_("For example: dl-de/by-2-0.")
    )
    shown = forms.BooleanField(label=_("Every map shows it unless somebody switches it off"), required=False)


class NewLayerForm(LayerForm):
    """The same for a file just uploaded: which of its layers, and its coordinate system."""

    layer = forms.ChoiceField(label=_("Layer of the file"))
    crs = forms.CharField(
        label=_("Coordinate system"),
        max_length=20,
        required=False,
        help_text=_("Only if the file does not say it, for example EPSG:25832."),
    )
    field_order = ("layer", "name", "name_en", "kind", "source", "licence", "crs", "shown")

    def __init__(self, *arguments: Any, names: Sequence[str], **keywords: Any) -> None:
        super().__init__(*arguments, **keywords)
        if len(names) > 1:
            self.fields["layer"].choices = [(name, name) for name in names]
        else:
            del self.fields["layer"]


class ChangedLayerForm(LayerForm):
    """The same for a stored layer; ``version``: the one that the page was filled with."""

    version = forms.IntegerField(widget=forms.HiddenInput)
