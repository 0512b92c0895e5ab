"""Segregation: how differently groups live over the areas of a town. One measure, one function; two doors for all.

Five dimensions (Massey and Denton 1988): evenness, exposure, concentration, centralisation, clustering. Measures are
pure functions over numbers of people per area and the `Layout` of the areas; `docs/methods/segregation.md` says what
each may be used to claim. A difference in where people live is no judgement on the people.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import ArrayLike

from nahraum.evidence.indicators.segregation import several_groups as several
from nahraum.evidence.indicators.segregation.as_in_pysal import pysal_clustering
from nahraum.evidence.indicators.segregation.bordering import (
    dissimilarity_by_shape,
    dissimilarity_of_neighbours,
    dissimilarity_over_borders,
)
from nahraum.evidence.indicators.segregation.centralisation import absolute_centralisation, relative_centralisation
from nahraum.evidence.indicators.segregation.chance import (
    Simulated,
    bias_corrected_dissimilarity,
    density_corrected_dissimilarity,
    modified_dissimilarity,
    modified_gini,
)
from nahraum.evidence.indicators.segregation.clustering import (
    absolute_clustering,
    proximity_profile,
    relative_clustering,
    spatial_proximity,
)
from nahraum.evidence.indicators.segregation.concentration import (
    absolute_concentration,
    concentration_profile,
    delta,
    relative_concentration,
)
from nahraum.evidence.indicators.segregation.evenness import atkinson, dissimilarity, gini, information, min_max
from nahraum.evidence.indicators.segregation.exposure import (
    correlation_ratio,
    interaction,
    interaction_nearby,
    isolation,
    isolation_nearby,
)
from nahraum.evidence.indicators.segregation.layout import Layout, layout, proximity

__all__ = [
    "DIMENSIONS",
    "Layout",
    "Simulated",
    "absolute_centralisation",
    "absolute_clustering",
    "absolute_concentration",
    "atkinson",
    "bias_corrected_dissimilarity",
    "concentration_profile",
    "correlation_ratio",
    "delta",
    "density_corrected_dissimilarity",
    "dissimilarity",
    "dissimilarity_by_shape",
    "dissimilarity_of_neighbours",
    "dissimilarity_over_borders",
    "gini",
    "information",
    "interaction",
    "interaction_nearby",
    "isolation",
    "isolation_nearby",
    "layout",
    "min_max",
    "modified_dissimilarity",
    "modified_gini",
    "multi_group",
    "proximity",
    "proximity_profile",
    "pysal_clustering",
    "relative_centralisation",
    "relative_clustering",
    "relative_concentration",
    "several",
    "simulated",
    "single_group",
    "spatial_proximity",
]

DIMENSIONS: Mapping[str, tuple[str, ...]] = {
    "evenness": (
        "dissimilarity",
        "gini",
        "information",
        "atkinson",
        "min_max",
        "concentration_profile",
        "density_corrected_dissimilarity",
        "dissimilarity_of_neighbours",
        "dissimilarity_over_borders",
        "dissimilarity_by_shape",
    ),
    "exposure": ("isolation", "interaction", "correlation_ratio", "isolation_nearby", "interaction_nearby"),
    "concentration": ("delta", "absolute_concentration", "relative_concentration"),
    "centralisation": ("absolute_centralisation", "relative_centralisation"),
    "clustering": ("absolute_clustering", "relative_clustering", "spatial_proximity", "proximity_profile"),
}


def single_group(
    group: ArrayLike,
    total: ArrayLike,
    ground: Layout | None = None,
    *,
    reach_km: float = 1.0,
    centre: tuple[float, float] | None = None,
) -> dict[str, float]:
    """Return every measure of one group against the rest that needs no chance, by the names in `DIMENSIONS`.

    ``group``, ``total``: A numbers of people. Without ``ground`` the spatial ones are left out. ``reach_km``: see
    `proximity`; ``centre``: x and y in metres, without it the mean of the centroids.
    """
    plain = {
        measure.__name__: measure(group, total)
        for measure in (
            dissimilarity,
            gini,
            information,
            atkinson,
            min_max,
            concentration_profile,
            density_corrected_dissimilarity,
            isolation,
            interaction,
            correlation_ratio,
        )
    }
    if ground is None:
        return plain
    near = proximity(ground, reach_km=reach_km)
    away = ground.from_centre_m(centre)
    close = (isolation_nearby, interaction_nearby, absolute_clustering, relative_clustering, spatial_proximity)
    spread = (delta, absolute_concentration, relative_concentration)
    return (
        plain
        | {measure.__name__: measure(group, total, near) for measure in close}
        | {measure.__name__: measure(group, total, ground.area_m2) for measure in spread}
        | {
            "dissimilarity_of_neighbours": dissimilarity_of_neighbours(group, total, ground.links),
            "dissimilarity_over_borders": dissimilarity_over_borders(group, total, ground.border_m),
            "dissimilarity_by_shape": dissimilarity_by_shape(
                group, total, ground.border_m, perimeter_m=ground.perimeter_m, area_m2=ground.area_m2
            ),
            "absolute_centralisation": absolute_centralisation(group, total, ground.area_m2, away),
            "relative_centralisation": relative_centralisation(group, total, away),
            "proximity_profile": proximity_profile(group, total, ground.links),
        }
    )


def simulated(group: ArrayLike, total: ArrayLike, *, random: np.random.Generator) -> dict[str, Simulated]:
    """Return the measures that take chance in small numbers out by simulation, each with its Monte-Carlo error."""
    measures = (bias_corrected_dissimilarity, modified_dissimilarity, modified_gini)
    return {measure.__name__: measure(group, total, random=random) for measure in measures}


def multi_group(groups: ArrayLike, ground: Layout | None = None) -> dict[str, float]:
    """Return every measure of several groups; ``groups``: K x A. Without ``ground`` distortion is left out."""
    measures = (
        several.dissimilarity_of_groups,
        several.gini_of_groups,
        several.information_of_groups,
        several.divergence,
        several.diversity,
        several.exposure_of_groups,
        several.relative_diversity,
        several.squared_variation,
        several.simpson_concentration,
        several.simpson_interaction,
    )
    found = {measure.__name__: measure(groups) for measure in measures}
    return found if ground is None else found | {"distortion": several.distortion(groups, ground.x_m, ground.y_m)}
