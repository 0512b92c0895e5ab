"""Frozen nouns from readable files: a mapping becomes a dataclass, and whatever does not fit is refused by name.

Used for everything a person writes by hand (project files, recipes): an unknown key is never dropped, a wrong type is
named with the place where it stands, and the nearest known key is suggested.
"""

from __future__ import annotations

import dataclasses
import math
import types
import typing
from collections.abc import Hashable, Mapping
from datetime import date, datetime
from difflib import get_close_matches
from enum import Enum
from functools import cache
from typing import Any, TypeVar, cast

from nahraum.base.errors import WrongRequest
from nahraum.base.language import gettext as _
from nahraum.base.periods import Period

T = TypeVar("T")
LIMITS = "limits"


def within(default: float | None, low: float, high: float) -> Any:
    """Return a dataclass field whose value must lie from ``low`` to ``high``; ``build`` refuses anything else.

    Where a number has no natural upper limit, the limit is what a mistyped figure would exceed: a million runs would
    take days and all memory.
    """
    return dataclasses.field(default=default, metadata={LIMITS: (low, high)})


def build(kind: type[T], given: object, where: str) -> T:
    """Return the dataclass ``kind`` built from a mapping; ``where`` names the place in the file for messages.

    Raises WrongRequest for an unknown key, a missing key without default or a value of the wrong type.
    """
    if not isinstance(given, Mapping):
        raise WrongRequest(_("{where}: a table of keys and values is expected.").format(where=where))
    hints = _hints(cast(Hashable, kind))
    refuse_unknown(given, tuple(hints), where)
    fields = {f.name: f for f in dataclasses.fields(kind)}  # type: ignore[arg-type]
    values = {name: convert(hints[name], value, f"{where}.{name}") for name, value in given.items()}
    for name, value in values.items():
        low, high = fields[name].metadata.get(LIMITS, (None, None))
        if low is not None and not low <= value <= high:
            raise WrongRequest(
                _("{where}: a number from {low} to {high} is expected, found “{value}”.").format(
                    where=f"{where}.{name}", low=f"{low:g}", high=f"{high:g}", value=value
                ),
                f"{where}.{name}",
            )
    for name, spec in fields.items():
        if name not in values and spec.default is dataclasses.MISSING and spec.default_factory is dataclasses.MISSING:
            raise WrongRequest(_("{where}: the key “{key}” is missing.").format(where=where, key=name))
    return kind(**values)


def refuse_unknown(given: Mapping[str, object], known: tuple[str, ...], where: str) -> None:
    """Raise WrongRequest for the first key that is not known, with the nearest known one."""
    for key in given:
        if key in known:
            continue
        message = _("{where}: the key “{key}” is unknown.").format(where=where, key=key)
        near = get_close_matches(key, known, n=1)
        hint = (
            _("Did you mean “{near}”?").format(near=near[0])
            if near
            else _("Known keys: {known}.").format(known=", ".join(known))
        )
        raise WrongRequest(f"{message} {hint}")


@cache
def _hints(kind: Any) -> dict[str, Any]:
    names = {f.name for f in dataclasses.fields(kind) if f.init}
    return {name: hint for name, hint in typing.get_type_hints(kind).items() if name in names}


def convert(hint: Any, value: object, where: str) -> Any:
    """Return the value as the annotated type; raises WrongRequest where it does not fit."""
    if hint is Any:
        return value
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if origin in (types.UnionType, typing.Union):
        return _convert_union(arguments, value, where)
    if origin is tuple:
        return _convert_tuple(arguments[0], value, where)
    if origin is not None and issubclass(origin, Mapping):
        if not isinstance(value, Mapping):
            raise _wrong_type(where, value, _("a table"))
        return {str(key): convert(arguments[1], item, f"{where}.{key}") for key, item in value.items()}
    if dataclasses.is_dataclass(hint) and isinstance(hint, type) and hint is not Period:
        return build(hint, value, where)
    return _convert_scalar(hint, value, where)


def _convert_union(arguments: tuple[Any, ...], value: object, where: str) -> Any:
    if value is None and type(None) in arguments:
        return None
    first_error: WrongRequest | None = None
    for argument in arguments:
        if argument is type(None):
            continue
        try:
            return convert(argument, value, where)
        except WrongRequest as error:
            first_error = first_error or error
    assert first_error is not None
    raise first_error


def _convert_tuple(item: Any, value: object, where: str) -> tuple[Any, ...]:
    if not isinstance(value, list | tuple):
        raise _wrong_type(where, value, _("a list"))
    return tuple(convert(item, each, f"{where}[{n}]") for n, each in enumerate(value, start=1))


def _convert_scalar(hint: Any, value: object, where: str) -> Any:
    if hint is Period:
        return Period.parse(str(value))
    if isinstance(hint, type) and issubclass(hint, Enum):
        try:
            return hint(value)
        except ValueError:
            known = ", ".join(str(member.value) for member in hint)
            raise WrongRequest(
                _("{where}: “{value}” is not possible here. Possible: {known}.").format(
                    where=where, value=value, known=known
                ),
                where,
            ) from None
    if hint is float and isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value):
        return float(value)
    if hint is str and isinstance(value, str):
        return value
    if hint is int and isinstance(value, int) and not isinstance(value, bool):
        return value
    if hint is bool and isinstance(value, bool):
        return value
    if hint is date and isinstance(value, date) and not isinstance(value, datetime):
        return value
    words = {float: _("a number"), str: _("a text in quotation marks"), int: _("a whole number"), bool: "true / false"}
    raise _wrong_type(where, value, words.get(hint, _("a date such as 2025-03-31")))


def _wrong_type(where: str, value: object, expected: str) -> WrongRequest:
    return WrongRequest(
        _("{where}: {expected} is expected, found “{value}”.").format(where=where, expected=expected, value=value),
        where,
    )
