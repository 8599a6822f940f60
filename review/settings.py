"""Settings of the workbench, from the environment; ``fuhe serve`` sets it.

FUHE_DATA: folder of the database, the files and the secret. FUHE_DATABASE: URL, SQLite in that folder if unset.
FUHE_USERS: "many" asks for passwords, "one" (default) is for this machine alone. FUHE_HOSTS: names the server answers
to, with commas. FUHE_HTTPS: "1" behind a proxy that speaks TLS, hands on the name it was asked for (Host) and says
X-Forwarded-Proto and X-Forwarded-For itself, whatever came in under these names; FUHE_PROXY is its address as the
server sees it (127.0.0.1 if unset). FUHE_LOG: "json" writes a JSON object for each request, document and job, and for
whatever goes wrong, to standard error.
"""

from __future__ import annotations

import os
import secrets
import tempfile
from pathlib import Path
from typing import Any

import dj_database_url

DATA = Path(os.environ.get("FUHE_DATA") or Path.home() / ".fuhe" / "workbench")
MANY_USERS = os.environ.get("FUHE_USERS", "one") == "many"
HTTPS = os.environ.get("FUHE_HTTPS") == "1"


def _secret(folder: Path) -> str:
    """The key that signs sessions, made once and readable by its owner alone; of two who make it, one does."""
    path = folder / "secret.key"
    if not path.is_file():
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle, made = tempfile.mkstemp(dir=folder, prefix=".secret-")
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(secrets.token_urlsafe(64))
        try:
            os.link(made, path)
        except FileExistsError:
            pass
        finally:
            os.unlink(made)
    return path.read_text(encoding="utf-8")


def _database(url: str | None) -> dict[str, Any]:
    """SQLite writes in WAL and takes its lock when a transaction begins, so that waiting is all that happens."""
    if url:
        return dict(dj_database_url.parse(url, conn_max_age=60, conn_health_checks=True))
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": DATA / "fuhe.sqlite3",
        "OPTIONS": {
            "timeout": 20,
            "transaction_mode": "IMMEDIATE",
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA cache_size=-32000;",
        },
        "CONN_MAX_AGE": None,
    }


SECRET_KEY = _secret(DATA)
DATABASES = {"default": _database(os.environ.get("FUHE_DATABASE"))}
DEBUG = False
ALLOWED_HOSTS = [
    *(["127.0.0.1", "localhost", "[::1]"]),
    *filter(None, map(str.strip, os.environ.get("FUHE_HOSTS", "").split(","))),
]
INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django_htmx",
    "django_tasks_db",
    "ninja",  # for its static files: the page on the API loads nothing from elsewhere
    "axes",
    "csp",
    "review",
]
MIDDLEWARE = [
    "review.log_lines.RequestsToldMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "review.guards.GuardMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "review.rights.RightsMiddleware",
    "axes.middleware.AxesMiddleware",
]
ROOT_URLCONF = "review.urls"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "review.shell.shell_context",
            ],
        },
    }
]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "review.User"
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "django.contrib.auth.backends.ModelBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "review.passwords.LongEnough", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "projects"
LOGOUT_REDIRECT_URL = "login"
AXES_FAILURE_LIMIT = 8
AXES_COOLOFF_TIME = 0.25  # hours
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_LOCKOUT_CALLABLE = "review.views.errors.locked_out"
AXES_CLIENT_IP_CALLABLE = "review.entry.request_to_address"  # never a header that anybody can write
AXES_RESET_ON_SUCCESS = True
AXES_VERBOSE = False

TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": ["default"]}}

LANGUAGE_CODE = "zh-hans"
TIME_ZONE = os.environ.get("FUHE_TIME_ZONE", "Asia/Shanghai")
USE_TZ = True
STATIC_URL = "static/"
STATIC_ROOT = None
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = False

# Names of our own: cookies do not know ports, and other programs serve this machine too. A browser takes a name with
# __Host- only over TLS, for this host alone.
COOKIE_PREFIX = "__Host-" if HTTPS else ""
SESSION_COOKIE_NAME = f"{COOKIE_PREFIX}fuhe-session"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = HTTPS
SESSION_COOKIE_AGE = 12 * 3600  # seconds from login, a long working day; the heartbeat of an open page adds nothing
SESSION_SAVE_EVERY_REQUEST = False
CSRF_COOKIE_NAME = f"{COOKIE_PREFIX}fuhe-csrf"
CSRF_COOKIE_HTTPONLY = True  # pages hand the token to scripts themselves
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SECURE = HTTPS
CSRF_FAILURE_VIEW = "review.views.errors.csrf_failure"
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
SECURE_SSL_REDIRECT = HTTPS
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if HTTPS else 0
SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W021"]  # what names below and above this one do is not ours to say
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "font-src": ["'self'"],
        "connect-src": ["'self'"],
        "form-action": ["'self'"],
        "base-uri": ["'none'"],
        "frame-ancestors": ["'none'"],
    }
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 8 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 10_000
FILE_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024

LOG_FORMAT = "json" if os.environ.get("FUHE_LOG") == "json" else "line"
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"},
        "json": {"()": "review.log_lines.JsonLines"},
    },
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": LOG_FORMAT}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    "loggers": {
        "django": {"handlers": [], "level": "WARNING", "propagate": True},  # nothing is sent by mail
        "review": {"level": "INFO" if LOG_FORMAT == "json" else "WARNING"},  # each request, document and job on a line
        "django.security.DisallowedHost": {"level": "CRITICAL"},  # answered with 400; scanners would fill the log
    },
}
