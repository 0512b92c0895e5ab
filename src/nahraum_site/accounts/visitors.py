"""How often somebody may ask for what costs the server much; counted for a minute, in memory, by address."""

from __future__ import annotations

from ipaddress import ip_address, ip_network

from allauth.account.adapter import get_adapter
from django.core.cache import cache
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest

A_MINUTE = 60


def may_ask(request: HttpRequest, what: str, *, each: int, all_together: int) -> bool:
    """Count one more question of a kind; say whether this visitor, and all together, asked few enough this minute."""
    visitor = _network(request)
    # whoever asked too often does not use up what is there for all
    return _counted(f"{what}:{visitor}") <= each and _counted(f"{what}:all") <= all_together


def _network(request: HttpRequest) -> str:
    """Return the visitor's address, of IPv6 the part that a household has alone; empty where none can be told."""
    try:
        found = ip_address(get_adapter(request).get_client_ip(request))
    except (PermissionDenied, ValueError):
        return ""
    return str(ip_network((found, 64), strict=False)) if found.version == 6 else str(found)


def _counted(key: str) -> int:
    if cache.add(key, 1, A_MINUTE):
        return 1
    try:
        return int(cache.incr(key))
    except ValueError:  # its minute ended just now
        return 1
