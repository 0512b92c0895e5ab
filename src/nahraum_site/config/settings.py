"""Django settings; what differs between installations comes from ``environment``."""

from __future__ import annotations

from pathlib import Path

from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _

from nahraum.base.language import LOCALES
from nahraum_site.config import environment, logs

BASE = Path(__file__).resolve().parent.parent
environment.write_privately()
VAR = environment.var_folder()
FILES = VAR / "files"  # downloads; outside anything that is served as a static file
KEPT = VAR / "kept"  # deliveries, exactly as they came
SEALED = VAR / "sealed"  # files of collections, each sealed with its collection's key
KEYS = VAR / "keys"  # of what is sealed; never in a backup (ADR 0015)
TILES = VAR / "tiles"  # pictures from the map services; can be thrown away at any time
WORK = VAR / "work"  # project folders as they are computed from; can be thrown away at any time
READINGS = VAR / "readings"  # rows of large tables between check and confirmation; may be thrown away
LARGEST_FILE = environment.whole("NAHRAUM_FILE_MB") * 1_000_000
LARGEST_REQUEST = max(1 << 30, 2 * LARGEST_FILE + (16 << 20))  # bytes: two files, and what stands around them
LOG_DAYS = environment.whole("NAHRAUM_LOG_DAYS")

SECRET_KEY = environment.secret_key()
DEBUG = environment.read("NAHRAUM_DEBUG") == "1"
ALLOWED_HOSTS = environment.read("NAHRAUM_HOSTS").split(",")
HTTPS = environment.read("NAHRAUM_HTTPS") == "1"
EMBED = environment.embed_origins()  # sites that may show a map in a frame
MAP_SERVICES = environment.map_services()

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "csp",
    "django_htmx",
    "rules.apps.AutodiscoverRulesConfig",
    "nahraum_site.shell",
    "nahraum_site.accounts",  # before allauth: its pages are ours
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "allauth.usersessions",
    "nahraum_site.records",
    "nahraum_site.places",
    "nahraum_site.sources",
    "nahraum_site.indicators",
    "nahraum_site.voices",
    "nahraum_site.voices.texts",
    "nahraum_site.voices.categories",
    "nahraum_site.voices.releases",
    "nahraum_site.voices.coding",
    "nahraum_site.voices.results",
    "nahraum_site.voices.exchange",
    "nahraum_site.voices.agreement",
    "nahraum_site.voices.condensing",
    "nahraum_site.voices.away",
    "nahraum_site.reports",
]
MIDDLEWARE = [
    "nahraum_site.config.logs.RequestLog",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "django.middleware.http.ConditionalGetMiddleware",
    "csp.middleware.CSPMiddleware",  # before all that may fail: pages of errors keep to it too
    "django.contrib.sessions.middleware.SessionMiddleware",
    "nahraum_site.shell.middleware.LanguageMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
    "nahraum_site.shell.middleware.NamingMiddleware",
    "nahraum_site.accounts.gate.GateMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "nahraum_site.records.unopened.UnopenedMiddleware",
]
ROOT_URLCONF = "nahraum_site.config.urls"
WSGI_APPLICATION = "nahraum_site.config.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "nahraum_site.accounts.context.visitor",
                "nahraum_site.config.navigation.places_to_go",
                "nahraum_site.indicators.context.current_edition",
            ]
        },
    }
]
DATABASES = {"default": environment.database()}
# Holds what is counted about visitors. With the usual 300 entries, many visitors would push out who guessed passwords.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        "OPTIONS": {"MAX_ENTRIES": 100_000},
    }
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Who signs in, and how. People are invited; an identity provider only opens what was invited.
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "rules.permissions.ObjectPermissionBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in ("UserAttributeSimilarityValidator", "MinimumLengthValidator", "CommonPasswordValidator")
]
AUTH_PASSWORD_VALIDATORS[1]["OPTIONS"] = {"min_length": 12}
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "landing"
ACCOUNT_ADAPTER = "nahraum_site.accounts.adapters.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"  # an invitation is handed over by the administration, which vouches for it
ACCOUNT_LOGOUT_REDIRECT_URL = "start"
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = False
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_RATE_LIMITS = {"login": "30/m/ip", "login_failed": "20/5m/ip,5/5m/key", "reset_password": "10/h/ip,3/h/key"}
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False  # nobody is written to who has no account
ALLAUTH_TRUSTED_PROXY_COUNT = environment.whole("NAHRAUM_PROXIES")
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = "Nahraum"
MFA_TOTP_TOLERANCE = 1  # a code typed at the end of its half minute, or on a phone whose clock is a little off
MFA_ADAPTER = "nahraum_site.accounts.second_factor.Adapter"
PASSKEY_HOST = environment.read("NAHRAUM_PASSKEY_HOST")
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = PASSKEY_HOST == "localhost"
SOCIALACCOUNT_ADAPTER = "nahraum_site.accounts.adapters.SocialAccountAdapter"
SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"APPS": environment.identity_provider()}}
SOCIALACCOUNT_LOGIN_ON_GET = False
OIDC_NAME = environment.read("NAHRAUM_OIDC_NAME") if environment.read("NAHRAUM_OIDC") else ""
globals().update(environment.mail())

SESSION_COOKIE_AGE = environment.whole("NAHRAUM_IDLE_MINUTES") * 60
LONGEST_SESSION = environment.whole("NAHRAUM_SESSION_HOURS") * 3600
SESSION_EXPIRE_AT_BROWSER_CLOSE = False
SESSION_COOKIE_SAMESITE = "Lax"
MESSAGE_STORAGE = "nahraum_site.accounts.gate.Messages"

DATA_UPLOAD_MAX_NUMBER_FIELDS = 10_000  # the form that describes a table has two fields for each column

LANGUAGE_CODE = "de"
FORMAT_MODULE_PATH = "nahraum_site.config.formats"
LANGUAGES = [("de", _("German")), ("en", _("English"))]
LOCALE_PATHS = [LOCALES]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Europe/Berlin"

STATIC_URL = "static/"
STATICFILES_DIRS = [BASE / "static"]
STATIC_ROOT = VAR / "static"
STATIC_ROOT.mkdir(
    parents=True, exist_ok=True, mode=0o700
)  # whitenoise looks for it, although the finders serve all files
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = DEBUG

# Nothing from outside, nothing inline: a page can neither ask a third party nor be made to run foreign code.
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "worker-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "media-src": [SELF],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CSRF_FAILURE_VIEW = "nahraum_site.accounts.gate.wrong_mark"
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Strict"
LANGUAGE_COOKIE_NAME = "nahraum_language"
LANGUAGE_COOKIE_SAMESITE = "Lax"
if HTTPS:
    SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = True
    SECURE_HSTS_SECONDS = 31_536_000
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

LOGGING = logs.LOGGING
