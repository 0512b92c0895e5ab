"""What the sixteen indicators of Musterstadt mean: names, definitions, holders (``meaning.toml``). All is fictional."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Meaning:
    """An indicator of the town: what is counted out of what, and how it is described."""

    id: str
    name: str
    domain: str
    numerator: str
    denominator: str
    definition: str
    holder: str
    better: bool = False
    per: int = 100
    comment: str = ""

    @property
    def direction(self) -> str:
        return "higher_is_better" if self.better else "higher_is_worse"

    @property
    def unit(self) -> str:
        return "%" if self.per == 100 else "je 1.000"


_TOLD = tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))
LABELS: dict[str, str] = _TOLD["labels"]
DOMAINS: list[dict[str, str]] = _TOLD["domains"]
MEANINGS = tuple(Meaning(**told) for told in _TOLD["indicators"])
