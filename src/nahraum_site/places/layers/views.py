"""The layers: upload, describe, order, remove; and what a map draws of one."""

from __future__ import annotations

from pathlib import PurePath

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from nahraum.base import WrongRequest
from nahraum_site.accounts.permissions import may, public
from nahraum_site.places.layers import actions, queries
from nahraum_site.places.layers.forms import ChangedLayerForm, LayerFileForm, NewLayerForm
from nahraum_site.places.layers.reading import layers_in, read_layer
from nahraum_site.places.models import ContextLayer
from nahraum_site.records import files
from nahraum_site.records.models import File


@may("places.keep_layers")
@require_safe
def layers(request: HttpRequest) -> HttpResponse:
    """List the layers in the order in which they are drawn."""
    return render(request, "places/layers/layers.html", {"layers": queries.layers()})


@may("places.keep_layers")
@require_http_methods(["GET", "POST"])
def upload(request: HttpRequest) -> HttpResponse:
    """Take a file."""
    form = LayerFileForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data["file"]
        try:
            file, _names = files.keep_if(given.name, given.chunks(), request.user, layers_in)
        except WrongRequest as error:
            form.add_error("file", str(error))
        else:
            return redirect("describe-layer", file.uuid)
    return render(request, "places/layers/upload.html", {"form": form}, status=422 if form.errors else 200)


@may("places.keep_layers")
@require_http_methods(["GET", "POST"])
def describe(request: HttpRequest, file: str) -> HttpResponse:
    """Ask what the layer is, cut it to the city and store it."""
    found = get_object_or_404(File, uuid=file)
    try:
        names = layers_in(found)
    except WrongRequest:
        raise Http404 from None
    first = {"name": PurePath(found.name).stem, "shown": True}
    form = NewLayerForm(request.POST or None, names=names, initial=first)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            context = read_layer(found, given.get("layer") or "", given["crs"])
        except WrongRequest as error:
            form.add_error(None, str(error))
        else:
            stored = actions.store_layer(found, given, context, request.user)
            messages.success(request, _("Stored: {name}.").format(name=stored))
            return redirect("layers")
    page = {"form": form, "file": found}
    return render(request, "places/layers/describe.html", page, status=422 if form.errors else 200)


@may("places.keep_layers")
@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, layer: str) -> HttpResponse:
    """Change what is said about a layer."""
    found = get_object_or_404(queries.layers(), uuid=layer)
    said = {name: getattr(found, name) for name in (*actions.SAID, "version")}
    form = ChangedLayerForm(request.POST or None, initial=said)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            actions.change_layer(found, given, given["version"], request.user)
        except WrongRequest as error:
            form.add_error(None, str(error))
            form.data = form.data.copy()
            form.data["version"] = ContextLayer.objects.values_list("version", flat=True).get(pk=found.pk)
        else:
            messages.success(request, _("Saved."))
            return redirect("layers")
    return render(
        request, "places/layers/edit.html", {"form": form, "layer": found}, status=422 if form.errors else 200
    )


@may("places.keep_layers")
@require_POST
def move(request: HttpRequest, layer: str) -> HttpResponse:
    """Let a layer change places with its neighbour."""
    actions.move_layer(get_object_or_404(queries.layers(), uuid=layer), request.user, up="hoch" in request.POST)
    return redirect("layers")


@may("places.keep_layers")
@require_POST
def remove(request: HttpRequest, layer: str) -> HttpResponse:
    """Remove a layer from all maps."""
    found = get_object_or_404(queries.layers(), uuid=layer)
    actions.remove_layer(found, request.user)
    messages.success(request, _("Removed: {name}.").format(name=found))
    return redirect("layers")


@public
@require_safe
def drawn(request: HttpRequest, layer: str) -> HttpResponse:
    """Return what a map draws of a layer as GeoJSON; it never changes, so browsers may keep it."""
    found = get_object_or_404(ContextLayer.objects.only("shapes"), uuid=layer)
    features = [{"type": "Feature", "properties": {}, "geometry": shape} for shape in found.shapes]
    response = JsonResponse({"type": "FeatureCollection", "features": features})
    response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    return response
