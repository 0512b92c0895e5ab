"""The one catalogue of sentences: English in the code, German by default on screen, on paper and in the terminal.

The catalogue's domain is ``django`` because Django reads no other (docs/decisions); command line, reports and site
share it. ``speak`` chooses the language for this context (thread or task), so that a server may serve two at once.
"""

from __future__ import annotations

import gettext as _gettext
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from pathlib import Path

DOMAIN = "django"
LOCALES = Path(__file__).resolve().parent.parent / "locale"
DEFAULT = "de"

_language: ContextVar[str] = ContextVar("nahraum_language", default=DEFAULT)


@cache
def _catalogue(language: str) -> _gettext.NullTranslations:
    return _gettext.translation(DOMAIN, LOCALES, languages=[language], fallback=True)


def language() -> str:
    """Return the language spoken in this context (``de`` or ``en``)."""
    return _language.get()


def speak(language: str) -> None:
    """Speak this language from now on in this context."""
    _language.set(language)


@contextmanager
def speaking(language: str) -> Iterator[None]:
    """Speak this language inside the block."""
    token = _language.set(language)
    try:
        yield
    finally:
        _language.reset(token)


def gettext(message: str) -> str:
    """Return the sentence in the language spoken here."""
    return _catalogue(language()).gettext(message) if message else ""


def gettext_noop(message: str) -> str:
    """Mark a sentence for the catalogue that is translated only when it is shown."""
    return message


def ngettext(singular: str, plural: str, number: int) -> str:
    """Return the singular or plural sentence in the language spoken here."""
    return _catalogue(language()).ngettext(singular, plural, number)


def quoted(names: Iterable[str]) -> str:
    """Return names as a sentence lists them, each in the quotation marks of the language spoken here."""
    return ", ".join(gettext("“{name}”").format(name=name) for name in names)


def number(value: float, digits: int = 1, *, sign: bool = False) -> str:
    """Write a number as the language spoken here does: ``1.234,5`` in German, ``1,234.5`` in English.

    A value that rounds to zero has no minus sign; minus is U+2212, so that screen readers say it.
    """
    text = f"{abs(value):,.{digits}f}"
    if language() == "de":
        text = text.translate({ord(","): ".", ord("."): ","})
    is_zero = not any(c in "123456789" for c in text)
    if value < 0 and not is_zero:
        return "\u2212" + text
    return "+" + text if sign and not is_zero else text
