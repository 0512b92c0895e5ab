"""A view of the atlas as files: the core writes them, each with source, date, licence and state of protection."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from nahraum.base import State
from nahraum.places.boundaries import Boundaries
from nahraum.places.degrees import metric_boundaries
from nahraum.reports.pdf import FONTS
from nahraum.reports.shown import Shown, shown_csv, shown_geopackage, shown_xlsx
from nahraum.reports.svg_map import MapData, svg_map
from nahraum.reports.tables import DataTable, Value
from nahraum_site.indicators import beneath
from nahraum_site.indicators.levels import outlines
from nahraum_site.indicators.picture import Picture

KINDS = {
    "png": gettext_noop("Map as a picture (PNG)"),
    "svg": gettext_noop("Map to draw on (SVG)"),
    "csv": gettext_noop("Table (CSV)"),
    "xlsx": gettext_noop("Table (Excel workbook)"),
    "gpkg": gettext_noop("Map with values for GIS (GeoPackage)"),
}
PAPER = r'\1<rect width="100%" height="100%" fill="#fff"/>'  # or the letters are lost on a dark slide
DRAWN = ("png", "svg", "gpkg")  # what costs the server more than a page
SCALE = 2  # of a PNG: 1440 pixels wide, sharp on paper half a page wide
DECIMALS = 6


def file_of(picture: Picture, kind: str, *, second: bool, address: str) -> bytes | None:
    """Return a view as a file of this kind; None for a map without boundaries. ``address``: its lasting link."""
    number = 1 if second and len(picture.maps) > 1 else 0
    writers: dict[str, Callable[[], bytes | None]] = {
        "csv": lambda: shown_csv(shown(picture, address)),
        "xlsx": lambda: shown_xlsx(shown(picture, address)),
        "gpkg": lambda: _geopackage(picture, address),
        "svg": lambda: _encoded(map_svg(picture, number, address=address)),
        "png": lambda: _png(map_svg(picture, number, address=address)),
    }
    return writers[kind]()


def name_of(picture: Picture, kind: str) -> str:
    """Return a file name of plain letters that says what the file holds."""
    parts = [picture.view.layer.key, picture.view.period.period, *([picture.level.id] if picture.level else [])]
    if picture.beside:
        parts += [picture.beside.layer.key] * (not picture.same) + [picture.beside.period.period]
    plain = unicodedata.normalize("NFKD", "-".join(parts)).encode("ascii", "ignore").decode()
    return f"{re.sub('[^A-Za-z0-9]+', '-', plain).strip('-')[:80] or 'ansicht'}.{kind}"


def shown(picture: Picture, address: str) -> Shown:
    """Return the table of a view with its origin."""
    edition = picture.edition
    notes = [picture.painted.note, *picture.level_notes, *picture.no_difference]
    if picture.filtered:
        notes.append(
            _("Only {space}; ranks and classes are those of the whole city.").format(space=picture.asked.space)
        )
    if edition.fictional:
        notes.append(_("Fictional city: none of these numbers is real."))
    if address:
        notes.append(_("This view: {address}").format(address=address))
    return Shown(
        table=_table(picture),
        source=edition.publisher,
        day=edition.date,
        licence=edition.licence,
        protection=edition.spoken["protection"],
        notes=tuple(filter(None, notes)),
    )


def _table(picture: Picture) -> DataTable:
    layer, period = picture.view.layer, picture.view.period.period
    above = "" if picture.level else picture.edition.system.above
    head = [_("No."), _("Area"), *([above] if above else []), _("Indicator"), _("Period"), _("Value"), _("Unit")]
    head += [_("State"), _("Class"), _("Rank")]
    if picture.beside:
        head += [_("Second indicator"), _("Second period"), _("Second value"), _("Second state")]
        head += [_("Difference"), _("Why no difference")]
    rows: list[tuple[Value, ...]] = []
    for row in picture.rows:
        found: list[Value] = [row["key"], row["name"], *([row["parent"]] if above else [])]
        found += [
            layer.name,
            period,
            _rounded(row["value"]),
            layer.unit,
            _state(row["state"]),
            row["class"],
            row["rank"],
        ]
        if picture.beside:
            change = row["change"]
            found += [picture.beside.layer.name, picture.beside.period.period, _rounded(row["second"])]
            found += [_state(row["second_state"]), _rounded(change.value) if change else None]
            found.append(change.reason if change else "")
        rows.append(tuple(found))
    title = picture.title if picture.beside is None else f"{picture.title} – {picture.maps[1].title}"
    return DataTable(name="ansicht", title=title, head=tuple(head), rows=tuple(rows))


def _state(state: State) -> str:
    return _("number") if state is State.NUMBER else state.label


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, DECIMALS)


def map_svg(picture: Picture, number: int = 0, *, address: str = "", alone: bool = True) -> str | None:
    """Return one map of a view as SVG; ``alone``: with its title and its origin printed on it."""
    layers = picture.drawn_layers
    bounds = _boundaries(picture, [(layer.kind, shape) for layer in layers for shape in layer.shapes])
    if bounds is None:
        return None
    side = picture.maps[number]
    painted = side.painted
    reaches = [
        f"{label} ({reach}{f' {painted.unit}' if painted.unit else ''})"
        if reach and reach != label
        else f"{label} {painted.unit}".strip()
        if reach
        else label
        for label, reach in zip(painted.labels, painted.reaches, strict=True)
    ]
    data = MapData(
        numbers=painted.numbers,
        states=painted.states,
        labels=reaches,
        limits=(),
        title=f"{picture.view.layer.name}: {side.title}" if number and picture.shows_change else side.title,
        names={cell.area.key: cell.area.name for cell in picture.view.cells},
        marked=picture.selected,
        colours=painted.palette,
        blank=" / ".join(entry.label for entry in side.legend if entry.pattern == "missing"),
        outside=frozenset(bounds.keys) - set(picture.inside),
        lines=(*beneath.source_lines(layers), *(_origin(picture, number, address) if alone else ())),
        heading=alone,
    )
    return svg_map(bounds, data)


def _origin(picture: Picture, number: int, address: str) -> tuple[str, ...]:
    note = picture.maps[number].painted.note if number else ""
    return (*filter(None, [note]), *shown(picture, address).lines)


def _boundaries(picture: Picture, layers: Sequence[tuple[str, Any]] = ()) -> Boundaries | None:
    context = [*picture.edition.system.context, *layers]
    return metric_boundaries(outlines(picture.edition, picture.level), context)


def _geopackage(picture: Picture, address: str) -> bytes | None:
    bounds = _boundaries(picture)
    return shown_geopackage(shown(picture, address), bounds) if bounds else None


def _encoded(svg: str | None) -> bytes | None:
    return svg.encode() if svg else None


def _png(svg: str | None) -> bytes | None:
    if svg is None:
        return None
    import vl_convert  # loads a browser's drawing engine: only when a picture is asked for

    vl_convert.register_font_directory(str(FONTS))
    on_paper = re.sub("(<svg[^>]*>)", PAPER, svg, count=1)
    found: bytes = vl_convert.svg_to_png(on_paper, scale=SCALE)
    return found
