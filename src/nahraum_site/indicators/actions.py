"""Every write: an edition is stored whole or not at all."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from typing import Any

from django.conf import settings
from django.db import transaction

from nahraum.base.language import speaking
from nahraum.evidence.indicators.edition import Edition as CoreEdition
from nahraum.evidence.indicators.show import maps, rows, store
from nahraum_site.indicators.models import Cell, Edition, Layer, LayerPeriod
from nahraum_site.places.models import Area, AreaSystem

BATCH = 1000


@transaction.atomic
def store_edition(core: CoreEdition, *, fingerprint: str, protection: Callable[[CoreEdition], str]) -> Edition:
    """Store a protected edition as a new publication; ``protection`` says in a sentence how it is protected.

    AssertionError if the edition is not protected: nothing unprotected is ever stored.
    """
    assert core.is_protected
    areas = _store_areas(core)
    edition = Edition.objects.create(
        key=core.imprint.id,
        title=core.imprint.title,
        city=core.imprint.city,
        publisher=core.imprint.publisher,
        date=core.imprint.date,
        licence=core.imprint.licence,
        fictional=core.imprint.fictional,
        intro=core.intro,
        words=_in_every_language(lambda: _words(core, protection)),
        high_is=core.indices[0].recipe.high_is.value,
        fingerprint=fingerprint,
        system=next(iter(areas.values())).system,
        profile_period=str(core.profile.period),
        selected=list(core.profile.selected),
        sources=[asdict(source) for source in core.sources],
        reconciliation=_reconciliation(core),
        recipe=core.recipe_toml,
    )
    _store_layers(core, edition, areas)
    return edition


def _in_every_language(say: Callable[[], Any]) -> dict[str, Any]:
    """Return what is said, by language."""
    found = {}
    for language, _name in settings.LANGUAGES:
        with speaking(language):
            found[language] = say()
    return found


def _words(core: CoreEdition, protection: Callable[[CoreEdition], str]) -> dict[str, Any]:
    return {
        "method": rows.method_sentences(core),
        "protection": protection(core),
        "key_figures": {key: rows.key_figures(core, key) for key in core.panel.areas},
        "issues": [
            {"severity": issue.severity.label, "place": issue.place, "sentence": issue.sentence}
            for issue in core.issues
        ],
    }


def _store_areas(core: CoreEdition) -> dict[str, Area]:
    levels = core.system.levels
    bounds = core.boundaries
    system = AreaSystem.objects.create(
        key=core.system.id,
        name=core.system.name,
        finest=levels[0].name,
        above=levels[1].name if len(levels) > 2 else "",
        context=maps.context_geojson(bounds) if bounds else [],
    )
    shapes = maps.geojson_by_key(bounds) if bounds else {}
    found = [Area(system=system, geometry=shapes.get(row.key), **asdict(row)) for row in store.area_rows(core)]
    return {area.key: area for area in Area.objects.bulk_create(found, batch_size=BATCH)}


def _store_layers(core: CoreEdition, edition: Edition, areas: dict[str, Area]) -> None:
    said = _in_every_language(lambda: store.layer_rows(core))
    found = [
        Layer(
            edition=edition,
            words={
                language: {"labels": layers[n].labels, "sheet": layers[n].sheet} for language, layers in said.items()
            },
            **{
                name: getattr(row, name)
                for name in ("key", "kind", "name", "unit", "digits", "position", "colours", "breaks")
            },
        )
        for n, row in enumerate(said[settings.LANGUAGE_CODE])
    ]
    layers = {layer.key: layer for layer in Layer.objects.bulk_create(found, batch_size=BATCH)}
    LayerPeriod.objects.bulk_create(
        (
            LayerPeriod(layer=layers[row.layer], period=row.period, limits=list(row.limits), city=row.city)
            for row in store.period_rows(core)
        ),
        batch_size=BATCH,
    )
    Cell.objects.bulk_create(
        (
            Cell(
                layer=layers[row.layer],
                area=areas[row.area],
                period=row.period,
                state=row.state,
                value=row.value,
                class_number=row.class_number,
                rank=row.rank,
                rank_low=row.rank_low,
                rank_high=row.rank_high,
                numerator=row.numerator,
                denominator=row.denominator,
                z=row.z,
                small=row.small,
                origin=list(row.origin),
            )
            for row in store.cell_rows(core)
        ),
        batch_size=BATCH,
    )


def _reconciliation(core: CoreEdition) -> list[dict[str, object]]:
    names = {indicator.id: indicator.name for indicator in core.panel.indicators}

    def plain(value: float) -> float | None:
        return value if value == value else None

    return [
        {
            "indicator": names[row.indicator],
            "part": row.part,
            "sum": plain(row.areas_sum),
            "official": plain(row.official),
            "difference": plain(row.difference),
            "covered": row.covered,
            "expected": row.expected,
        }
        for row in core.reconciliation
        if row.period == core.profile.period
    ]
