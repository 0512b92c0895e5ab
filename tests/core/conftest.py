"""Musterstadt for the tests of the core."""

from tests.town_fixtures import published, town, town_project

__all__ = ["published", "town", "town_project"]
