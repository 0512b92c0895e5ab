"""Every setting from outside, in one list; docs/handbuch/betrieb.md shows the same (a test compares)."""

from __future__ import annotations

import os
import re
import secrets
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """One environment variable: its name, its default and what it does."""

    name: str
    default: str
    meaning: str


SETTINGS = (
    Setting(name="NAHRAUM_VAR", default="var/site", meaning="Ordner für Datenbank, Dateien und Geheimschlüssel"),
    Setting(
        name="NAHRAUM_DATABASE",
        default="",
        meaning="PostgreSQL, als postgresql://name:passwort@rechner/datenbank; leer: SQLite im Ordner NAHRAUM_VAR",
    ),
    Setting(
        name="NAHRAUM_HOSTS",
        default="localhost,127.0.0.1,[::1]",
        meaning="Namen, unter denen die Seiten erreichbar sind",
    ),
    Setting(name="NAHRAUM_HTTPS", default="0", meaning="1: hinter TLS; Cookies nur verschlüsselt, HSTS"),
    Setting(
        name="NAHRAUM_EMBED",
        default="",
        meaning="Adressen, die Karten einbetten dürfen, durch Komma getrennt, wie https://www.stadt.de; leer: keine",
    ),
    Setting(name="NAHRAUM_DEBUG", default="0", meaning="1: ausführliche Fehlerseiten, nur für die Entwicklung"),
)


def read(name: str) -> str:
    """Return a setting; KeyError for a name that is not in the list."""
    known = {setting.name: setting for setting in SETTINGS}
    return os.environ.get(name, known[name].default)


def embed_origins() -> list[str]:
    """Return the sites that may show a map in a frame; SystemExit for anything that is not the address of one site."""
    found = [each.strip().rstrip("/") for each in read("NAHRAUM_EMBED").split(",") if each.strip()]
    for each in found:
        if not re.fullmatch(r"https?://[a-z0-9.-]+(:\d{1,5})?", each):
            raise SystemExit(f"NAHRAUM_EMBED: {each!r} ist keine Adresse wie https://www.stadt.de")
    return found


def var_folder() -> Path:
    """Return the folder for everything that is written; made if need be."""
    folder = Path(read("NAHRAUM_VAR")).resolve()
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def secret_key() -> str:
    """Return the secret key of this installation; made at the first start, readable by the owner only."""
    path = var_folder() / "secret-key"
    if not path.exists():
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w") as stream:
            stream.write(secrets.token_urlsafe(48))
    return path.read_text()


def database() -> dict[str, object]:
    """Return Django's database setting: SQLite in WAL mode with immediate transactions, or PostgreSQL."""
    from urllib.parse import unquote, urlsplit

    address = read("NAHRAUM_DATABASE")
    if not address:
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": var_folder() / "nahraum.sqlite3",
            "OPTIONS": {
                "transaction_mode": "IMMEDIATE",
                "timeout": 20,
                "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON;",
            },
        }
    parts = urlsplit(address)
    if parts.scheme not in ("postgresql", "postgres"):
        raise SystemExit("NAHRAUM_DATABASE: postgresql://name:passwort@rechner/datenbank wird erwartet.")
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": parts.path.lstrip("/"),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": unquote(parts.hostname or ""),
        "PORT": str(parts.port or ""),
    }
