"""A city of 100 x 100 crooked blocks in 10 x 10 districts, as boundary files."""

from __future__ import annotations

import json

import numpy as np

SIDE = 100
WIDTH_M = 200.0
CRS = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::25832"}}


def corners(seed: int = 1) -> np.ndarray:
    """Return the corners of the blocks (rows x columns x east, north); those on the border of a district are even."""
    steps = np.arange(SIDE + 1)
    east, north = np.meshgrid(steps * WIDTH_M, steps * WIDTH_M)
    moved = np.random.default_rng(seed).uniform(-60, 60, (2, *east.shape))
    even = steps % 10 == 0
    moved[0][:, even] = 0
    moved[1][even, :] = 0
    return np.stack([400_000 + east + moved[0], 5_600_000 + north + moved[1]], axis=-1).round(2)


def boundary_file(*, merged: bool = False, seed: int = 1) -> bytes:
    """Return the blocks; ``merged``: the first two of every row are one."""
    at = corners(seed)
    features = []
    for r in range(SIDE):
        for c in range(SIDE):
            if merged and c == 1:
                continue
            last = c + 2 if merged and c == 0 else c + 1
            ring = [*at[r, c : last + 1], *at[r + 1, c : last + 1][::-1], at[r, c]]
            known = {"nr": f"{r:02}{c:02}", "name": f"Block {r}-{c}", "bez": f"{r // 10}{c // 10}"}
            features.append(feature(known, [[float(x), float(y)] for x, y in ring]))
    return collection(features)


def district_file() -> bytes:
    """Return the 100 districts."""
    at = corners()
    features = []
    for r in range(0, SIDE, 10):
        for c in range(0, SIDE, 10):
            ring = [at[r, c], at[r, c + 10], at[r + 10, c + 10], at[r + 10, c], at[r, c]]
            features.append(feature({"id": f"{r // 10}{c // 10}"}, [[float(x), float(y)] for x, y in ring]))
    return collection(features)


def feature(known: dict[str, str], ring: list[list[float]]) -> dict[str, object]:
    """Return one area."""
    return {"type": "Feature", "properties": known, "geometry": {"type": "Polygon", "coordinates": [ring]}}


def collection(features: list[dict[str, object]]) -> bytes:
    """Return a GeoJSON file in UTM 32."""
    return json.dumps({"type": "FeatureCollection", "crs": CRS, "features": features}).encode()
