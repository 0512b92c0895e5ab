"""Every setting from outside, in one list; docs/handbuch/betrieb.md shows the same (a test compares)."""

from __future__ import annotations

import os
import re
import secrets
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

#: What the address of the database may say after its question mark; libpq's own words.
WORDS_OF_LIBPQ = {
    "application_name", "channel_binding", "connect_timeout", "gssencmode", "keepalives", "keepalives_count",
    "keepalives_idle", "keepalives_interval", "krbsrvname", "options", "passfile", "sslcert", "sslcrl", "sslkey",
    "sslmode", "sslrootcert", "target_session_attrs", "tcp_user_timeout",
}  # fmt: skip


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
        name="NAHRAUM_PROXIES",
        default="0",
        meaning="Zahl der eigenen Proxys davor; nur dann wird deren Angabe der Besucheradresse geglaubt",
    ),
    Setting(
        name="NAHRAUM_IDLE_MINUTES", default="60", meaning="Minuten ohne Lebenszeichen, nach denen eine Sitzung endet"
    ),
    Setting(name="NAHRAUM_SESSION_HOURS", default="12", meaning="Stunden, nach denen jede Sitzung endet"),
    Setting(
        name="NAHRAUM_MAIL",
        default="",
        meaning="Mailserver, als smtp://name:passwort@rechner:587; leer: keine Mails, die Administration gibt Links",
    ),
    Setting(name="NAHRAUM_MAIL_FROM", default="nahraum@localhost", meaning="Absender der Mails"),
    Setting(name="NAHRAUM_OIDC", default="", meaning="Adresse eines OpenID-Connect-Anbieters; leer: ausgeschaltet"),
    Setting(name="NAHRAUM_OIDC_NAME", default="OpenID Connect", meaning="Name des Anbieters auf der Anmeldeseite"),
    Setting(name="NAHRAUM_OIDC_CLIENT", default="nahraum", meaning="Kennung dieser Seite beim Anbieter"),
    Setting(name="NAHRAUM_OIDC_SECRET", default="", meaning="Datei, in der das Geheimnis für den Anbieter steht"),
    Setting(
        name="NAHRAUM_PASSKEY_HOST",
        default="localhost",
        meaning="Name, für den Passkeys gelten (WebAuthn RP-ID); hinter TLS der Name der Seite",
    ),
    Setting(name="NAHRAUM_LOG_DAYS", default="730", meaning="Tage, die das Protokoll aufbewahrt wird"),
    Setting(name="NAHRAUM_FILE_MB", default="500", meaning="Größte Datei, die eingelesen werden kann, in Megabyte"),
    Setting(
        name="NAHRAUM_EMBED",
        default="",
        meaning="Adressen, die Karten einbetten dürfen, durch Komma getrennt, wie https://www.stadt.de; leer: keine",
    ),
    Setting(
        name="NAHRAUM_WMS",
        default="",
        meaning="Hintergrundkarten der Stadt (WMS oder WMTS), siehe unten; leer: keine",
    ),
    Setting(name="NAHRAUM_DEBUG", default="0", meaning="1: ausführliche Fehlerseiten, nur für die Entwicklung"),
)


def read(name: str) -> str:
    """Return a setting; KeyError for a name that is not in the list."""
    known = {setting.name: setting for setting in SETTINGS}
    return os.environ.get(name, known[name].default)


def whole(name: str) -> int:
    """Return a setting that is a whole number; SystemExit that names it if it is not."""
    try:
        return int(read(name))
    except ValueError:
        raise SystemExit(f"{name}: eine ganze Zahl wird erwartet, gefunden wurde „{read(name)}“.") from None


def _address(name: str) -> tuple[SplitResult, int | None]:
    """Return the address that a setting holds, and its port; SystemExit, without the value, where signs of a password
    take it apart. What follows the host holds no @: it would belong to such a password.
    """
    try:
        parts = urlsplit(read(name))
        port, rest = parts.port, parts.path + parts.query + parts.fragment
    except ValueError:  # its sentence would repeat a part of the password
        port, rest = None, "@"
    if "@" in rest or "#" in read(name):
        raise SystemExit(
            f"{name}: Die Adresse ist nicht zu verstehen. Schreiben Sie Sonderzeichen in Name und Passwort so: "
            "% als %25, / als %2F, # als %23, ? als %3F, @ als %40, : als %3A, [ als %5B, ] als %5D."
        )
    return parts, port


def mail() -> dict[str, object]:
    """Return Django's mail settings; without a server nothing is ever sent."""
    parts, port = _address("NAHRAUM_MAIL")
    return {
        "EMAIL_HOST": parts.hostname or "",
        "EMAIL_PORT": port or 587,
        "EMAIL_HOST_USER": unquote(parts.username or ""),
        "EMAIL_HOST_PASSWORD": unquote(parts.password or ""),
        "EMAIL_USE_TLS": parts.scheme == "smtp" and bool(parts.username),
        "EMAIL_USE_SSL": parts.scheme == "smtps",
        "DEFAULT_FROM_EMAIL": read("NAHRAUM_MAIL_FROM"),
    }


def identity_provider() -> list[dict[str, object]]:
    """Return the one OpenID Connect provider as allauth wants it, or none."""
    address = read("NAHRAUM_OIDC")
    if not address:
        return []
    secret = Path(read("NAHRAUM_OIDC_SECRET")).read_text().strip() if read("NAHRAUM_OIDC_SECRET") else ""
    return [
        {
            "provider_id": "oidc",
            "name": read("NAHRAUM_OIDC_NAME"),
            "client_id": read("NAHRAUM_OIDC_CLIENT"),
            "secret": secret,
            "settings": {"server_url": address, "fetch_userinfo": True, "oauth_pkce_enabled": True},
        }
    ]


def embed_origins() -> list[str]:
    """Return the sites that may show a map in a frame; SystemExit for anything that is not the address of one site."""
    found = [each.strip().rstrip("/") for each in read("NAHRAUM_EMBED").split(",") if each.strip()]
    for each in found:
        if not re.fullmatch(r"https?://[a-z0-9.-]+(:\d{1,5})?", each):
            raise SystemExit(f"NAHRAUM_EMBED: {each!r} ist keine Adresse wie https://www.stadt.de")
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class MapService:
    """A map service: its name in addresses, where it is and whom to name as its source.

    ``address``: of a WMS, with its layers, or of tiles (WMTS), with {z}, {x} and {y}.
    """

    name: str
    address: str
    origin: str

    @property
    def words(self) -> str:
        """Return the name for readers."""
        return self.name.replace("_", " ")

    @property
    def is_tiled(self) -> bool:
        """Say whether the service delivers tiles of its own."""
        return all(part in self.address for part in ("{z}", "{x}", "{y}"))


def map_services() -> dict[str, MapService]:
    """Return the map services by name; SystemExit, with an example, for what is none."""
    found = {}
    for each in filter(None, map(str.strip, read("NAHRAUM_WMS").split("|"))):
        name, _equals, rest = each.partition("=")
        address, _mark, origin = rest.strip().partition("#")
        service = MapService(name=name.strip(), address=address.strip(), origin=origin.strip())
        if not re.fullmatch(r"[\w-]{1,40}", service.name) or service.name in found or not _is_map_service(service):
            raise SystemExit(
                f"NAHRAUM_WMS: „{each}“ ist keine Hintergrundkarte. Beispiel: "
                "Stadtplan=https://geo.stadt.de/wms?layers=plan#© Stadt 2026 | Luftbild=https://geo.stadt.de/{z}/{x}/{y}.png"
            )
        found[service.name] = service
    return found


def _is_map_service(service: MapService) -> bool:
    """Say whether an address can be asked: a fixed host, no password in it, layers named or tiles."""
    try:
        parts = urlsplit(service.address)
        fixed = re.fullmatch(r"([A-Za-z0-9.-]+|\[[0-9a-f:]+\])(:\d{1,5})?", parts.netloc)
        port = parts.port
    except ValueError:
        return False
    layers = any(key.lower() == "layers" and value for key, value in parse_qsl(parts.query))
    return parts.scheme in ("http", "https") and bool(fixed) and port != 0 and (service.is_tiled or layers)


def write_privately() -> None:
    """Let whatever this process writes be readable for its own user only, wherever the administration puts it."""
    os.umask(0o077)


def var_folder() -> Path:
    """Return the folder for everything that is written; made if need be."""
    folder = Path(read("NAHRAUM_VAR")).resolve()
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    if os.name == "posix" and folder.stat().st_mode & 0o077 and folder.stat().st_uid == os.getuid():
        folder.chmod(0o700)  # database, sessions and deliveries are nobody else's business on this machine
    return folder


def secret_key() -> str:
    """Return the secret key of this installation; made at the first start, readable by the owner only.

    It appears whole or not at all: server, worker and commands may start at the same moment and must use the same one.
    """
    path = var_folder() / "secret-key"
    if not path.exists():
        fresh = path.with_name(f"secret-key-{secrets.token_hex(8)}")
        handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w") as stream:
            stream.write(secrets.token_urlsafe(48))
        with suppress(FileExistsError):  # somebody was faster
            os.link(fresh, path)
        fresh.unlink()
    return path.read_text()


def database() -> dict[str, object]:
    """Return Django's database setting: SQLite in WAL mode with immediate transactions, or PostgreSQL."""
    if not read("NAHRAUM_DATABASE"):
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": var_folder() / "nahraum.sqlite3",
            "CONN_MAX_AGE": None,  # each thread of the server keeps its connection
            "OPTIONS": {
                "transaction_mode": "IMMEDIATE",
                "timeout": 20,
                "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON; "
                "PRAGMA secure_delete=ON; "  # what is deleted is overwritten, not left in free pages
                "PRAGMA cache_size=-32000;",  # kB; an import of a million values touches more than the usual 2 MB
            },
        }
    parts, port = _address("NAHRAUM_DATABASE")
    if parts.scheme not in ("postgresql", "postgres"):
        raise SystemExit("NAHRAUM_DATABASE: postgresql://name:passwort@rechner/datenbank wird erwartet.")
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": unquote(parts.hostname or ""),
        "PORT": str(port or ""),
        "CONN_MAX_AGE": 600,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": _options(parts.query),
    }


def _options(query: str) -> dict[str, str]:
    """Return what the address asks of libpq; SystemExit for a word that it would silently not follow."""
    found = {}
    for name, _equals, value in (each.partition("=") for each in query.split("&") if each):
        if name not in WORDS_OF_LIBPQ or not value:
            raise SystemExit(
                f"NAHRAUM_DATABASE: „{name}“ hinter dem Fragezeichen ist unbekannt oder leer. Möglich sind "
                f"{', '.join(sorted(WORDS_OF_LIBPQ))}. Gehört das Fragezeichen zum Passwort, schreiben Sie %3F."
            )
        found[name] = unquote(value)
    return found
