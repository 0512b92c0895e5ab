"""What a form or an address sends beside what somebody typed into it."""

from __future__ import annotations

from django.http import HttpRequest


def version_of(request: HttpRequest) -> int:
    """Return the version of the thing that the page was made from; 0 for what is none."""
    return whole(request.POST.get("version", ""))


def whole(text: str) -> int:
    """Return the number that a page itself wrote into a form or an address; 0 for what is none."""
    return int(text) if is_whole(text) else 0


def is_whole(text: str) -> bool:
    """Say whether this is a number that a page itself may have written."""
    return text.isascii() and text.isdigit() and len(text) < 10
