"""Category systems: trees of categories in versions, what may be changed in them, and where the codings stand then."""

from nahraum.evidence.voices.categories.changes import (
    Add,
    Change,
    Decide,
    Describe,
    Merge,
    Move,
    Remove,
    Rename,
    Replace,
    Split,
    apply,
    told,
)
from nahraum.evidence.voices.categories.history import (
    Followed,
    Lineage,
    Standing,
    Version,
    elsewhere,
    follow,
    history,
    lineage,
)
from nahraum.evidence.voices.categories.recoding import NONE, Progress, Recoding, beside, progress
from nahraum.evidence.voices.categories.terms import Category, Kind, System

__all__ = [
    "NONE",
    "Add",
    "Category",
    "Change",
    "Decide",
    "Describe",
    "Followed",
    "Kind",
    "Lineage",
    "Merge",
    "Move",
    "Progress",
    "Recoding",
    "Remove",
    "Rename",
    "Replace",
    "Split",
    "Standing",
    "System",
    "Version",
    "apply",
    "beside",
    "elsewhere",
    "follow",
    "history",
    "lineage",
    "progress",
    "told",
]
