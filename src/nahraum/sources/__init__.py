"""Files become tidy tables and issues; the only place that reads the outside."""

from nahraum.sources.attributes import AttributeTable, read_attributes
from nahraum.sources.sniff import Detected, sniff
from nahraum.sources.table import read_table
from nahraum.sources.terms import Reading, SourceFile, TableSpec

__all__ = [
    "AttributeTable",
    "Detected",
    "Reading",
    "SourceFile",
    "TableSpec",
    "read_attributes",
    "read_table",
    "sniff",
]
