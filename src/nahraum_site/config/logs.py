"""What the program says while it runs: one JSON object per line on stderr, without personal data.

A line holds time, level, event and, for requests, number, method, path, status and milliseconds. It never holds an
address of a visitor, an e-mail, a name, a secret, what was typed, or the message of an exception (which may quote
what was typed): of an exception it tells kind and places in the code. Sentences of other libraries are told as their
template, without what was filled in.
"""

from __future__ import annotations

import json
import logging
import traceback
from collections.abc import Callable
from contextvars import ContextVar
from datetime import UTC, datetime
from time import perf_counter
from typing import TYPE_CHECKING, Any
from uuid import uuid4

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

OURS = ("nahraum", "nahraum_site")
TOLD = ("method", "path", "status", "ms", "child", "code", "seconds")  # what our own lines may add
MASKED = {"secret", "name"}  # parts of our addresses that are secret or were chosen by people
UNKNOWN = "/…"
request_number: ContextVar[str] = ContextVar("request_number", default="")
logger = logging.getLogger(__name__)

LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"json": {"()": "nahraum_site.config.logs.JsonLines"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "json"}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    "loggers": {
        "nahraum_site": {"level": "INFO"},
        # Its own handlers would print what we leave out; that an address is not found is told by our line.
        "django": {"handlers": [], "level": "ERROR", "propagate": True},
        "django.server": {"handlers": [], "propagate": True},
    },
}


class JsonLines(logging.Formatter):
    """Write a record as one line of JSON, from a list of what may be told."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line."""
        line: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "event": _event(record),
        }
        if number := request_number.get():
            line["request"] = number
        if _is_ours(record):
            line |= {name: record.__dict__[name] for name in TOLD if name in vars(record)}
        else:
            line["source"] = record.name
        if record.exc_info and record.exc_info[1]:
            line["exception"] = _story(record.exc_info[1])
        return json.dumps(line, ensure_ascii=False)


def _is_ours(record: logging.LogRecord) -> bool:
    return record.name.partition(".")[0] in OURS


def _event(record: logging.LogRecord) -> str:
    if _is_ours(record):
        return record.getMessage()
    return str(record.msg) if record.args else record.name


def _story(error: BaseException) -> list[dict[str, Any]]:
    """Return kinds and places, the cause last; neither messages nor values of variables."""
    story: list[dict[str, Any]] = []
    seen: set[int] = set()
    while error and id(error) not in seen:
        seen.add(id(error))
        frames = traceback.extract_tb(error.__traceback__)
        places = [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames]
        story.append({"kind": f"{type(error).__module__}.{type(error).__qualname__}", "places": places})
        error = error.__cause__ or error.__context__  # type: ignore[assignment]
    return story


class RequestLog:
    """Tell every answer, and give every request a number that its lines share."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer, and say what was asked and how long it took."""
        number = uuid4().hex[:12]
        mark = request_number.set(number)
        began = perf_counter()
        try:
            response = self.get_response(request)
            response.headers["X-Request-Id"] = number
            told = {
                "method": request.method if request.method in _METHODS else "?",
                "path": path_told(request),
                "status": response.status_code,
                "ms": round((perf_counter() - began) * 1000, 1),
            }
            if not request.path.startswith("/static/"):
                logger.info("request", extra=told)
            return response
        finally:
            request_number.reset(mark)


_METHODS = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}


def path_told(request: HttpRequest) -> str:
    """Return the path without what is secret in it; of an address that leads nowhere, nothing."""
    match = request.resolver_match
    if match is None:
        return UNKNOWN
    path = request.path
    ours = getattr(match.func, "__module__", "").startswith("nahraum_site.")
    for name, value in match.kwargs.items():
        if not ours or name in MASKED:
            path = path.replace(str(value), "…")
    return path
