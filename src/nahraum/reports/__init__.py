"""Chapters, tables, maps and slides: results told to the council, to professionals and to residents."""

from nahraum.reports.write import write_report

__all__ = ["write_report"]
