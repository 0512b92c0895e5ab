"""The lists of words, read once."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path


@cache
def words(*names: str) -> frozenset[str]:
    """Return one list of `lists.toml`, or several together."""
    return frozenset(word for name in names for word in _all()[name].split())


@cache
def _all() -> dict[str, str]:
    return tomllib.loads(Path(__file__).with_name("lists.toml").read_text(encoding="utf-8"))
