"""``python -m django permissions``: the matrix role x action as docs/reference/permissions.md shows it."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from nahraum_site.accounts.matrix import as_markdown


class Command(BaseCommand):
    """Print the matrix, read from the rules."""

    help = "Prints docs/reference/permissions.md: who may do what, read from the rules."

    def handle(self, *arguments: Any, **options: Any) -> None:
        """Print it."""
        self.stdout.write(as_markdown(), ending="")
