"""The first pages of a started server, opened before anybody asks: templates and modules are loaded by then."""

from __future__ import annotations

import io
import logging
import re
from collections.abc import Callable, Iterable
from typing import Any
from wsgiref.util import setup_testing_defaults

from django.conf import settings
from django.db import connections

PAGES = ("/", "/gebiete/", "/atlas/", "/methode/", "/bericht/")
AREA = re.compile(rb'href="(/gebiete/[^/"?]+/)"')
Application = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]

logger = logging.getLogger(__name__)


def warm(application: Application, host: str, port: int) -> None:
    """Open every kind of public page, and one area; what fails here fails for its first visitor, who is told."""
    hosts = settings.ALLOWED_HOSTS
    address = f"{host}:{port}" if host in hosts else hosts[0].removeprefix(".")
    scheme = "https" if settings.HTTPS else "http"
    try:
        found = [_opened(application, path, address, scheme) for path in PAGES]
        for area in AREA.findall(found[1])[-1:]:
            _opened(application, area.decode(), address, scheme)
    except Exception:
        logger.warning("could not open the first pages", exc_info=True)
    finally:
        connections.close_all()  # every thread of the server opens its own


def _opened(application: Application, path: str, address: str, scheme: str) -> bytes:
    environ: dict[str, Any] = {"PATH_INFO": path, "HTTP_HOST": address, "wsgi.url_scheme": scheme}
    environ |= {"HTTP_X_FORWARDED_PROTO": scheme, "REMOTE_ADDR": "127.0.0.1", "wsgi.input": io.BytesIO()}
    setup_testing_defaults(environ)
    answer = application(environ, lambda _status, _headers: None)
    try:
        return b"".join(answer)
    finally:
        getattr(answer, "close", lambda: None)()
