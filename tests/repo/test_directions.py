"""Foreign keys point the same way as the site's imports; what imports may do is checked by import-linter."""

from __future__ import annotations

import os
from importlib.util import find_spec

import pytest

from tests.repo.tree import layers


def against_the_order(links: list[tuple[str, str]], order: list[list[str]]) -> list[str]:
    """Return the links (slice that points, slice pointed to) that do not point to the same slice or a lower layer."""
    height = {slice_: len(order) - level for level, layer in enumerate(order) for slice_ in layer}
    return [f"{here} -> {there}" for here, there in links if here != there and height[here] <= height[there]]


def slice_of(module: str) -> str:
    return module.split(".")[1]


def test_foreign_keys_point_the_same_way_as_the_imports() -> None:
    if find_spec("nahraum_site.config") is None or find_spec("nahraum_site.config.settings") is None:
        pytest.skip("the site has no settings yet")
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "nahraum_site.config.settings")
    import django
    from django.apps import apps

    django.setup()
    ours = [
        model for model in apps.get_models(include_auto_created=True) if model.__module__.startswith("nahraum_site.")
    ]
    links = [
        (slice_of(model.__module__), slice_of(field.related_model.__module__))
        for model in ours
        for field in model._meta.get_fields(include_hidden=True)
        if field.is_relation and field.concrete and field.related_model in ours
    ]
    assert ours
    assert against_the_order(links, layers("nahraum_site")) == []


def test_a_key_from_below_to_above_is_found() -> None:
    order = layers("nahraum_site")
    assert against_the_order([("accounts", "reports")], order) == ["accounts -> reports"]
    assert against_the_order([("voices", "cases")], order) == ["voices -> cases"]
    assert against_the_order([("reports", "accounts"), ("voices", "places"), ("places", "places")], order) == []


def test_the_contract_tells_the_story_in_its_order() -> None:
    story = [
        "cli",
        "projects",
        "reports",
        "planning",
        "findings",
        "evidence",
        "sources",
        "places",
        "disclosure",
        "base",
    ]
    assert [layer for (layer,) in layers("nahraum")] == story
    assert sorted(layers("nahraum.evidence")[0]) == ["cases", "indicators", "network", "offers", "voices"]
