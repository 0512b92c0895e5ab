"""Sozialatlas Darmstadt 2025: 36 z values per indicator and the index."""

import json

import numpy as np
import pytest

PUBLISHED = {"children": "kinderarmut", "adults": "erwachsenenarmut", "older": "altersarmut"}


@pytest.mark.real_data
def test_every_published_z_value_and_the_index(edition, shared):
    text = (shared / "data/darmstadt/darmstadt_sozialatlas2025_districts.json").read_text(encoding="utf-8")
    published = {row["id"]: row for row in json.loads(text)}
    (index,) = edition("darmstadt-2025").indices
    assert len(index.areas) == 36
    for n, leaf in enumerate(index.recipe.tree.at(0)):
        expected = [published[area][PUBLISHED[leaf.id]] for area in index.areas]
        # The official city rate is published with six digits; through the scale that is some 6e-6 in z.
        tolerance = 1e-5 if leaf.id == "adults" else 1e-6
        assert np.allclose(index.leaf[n, 0], expected, rtol=0, atol=tolerance)
    expected = [published[area]["armutsindex"] for area in index.areas]
    assert np.allclose(index.root[0], expected, rtol=0, atol=5e-6)
