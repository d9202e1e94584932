"""Every setting. What may differ between two places comes from the environment."""

import logging
import secrets
from pathlib import Path
from urllib.parse import urlsplit

import django_stubs_ext
from django.core.exceptions import ImproperlyConfigured

from config import env
from config.data_dir import keep_secret_key, kept_secret_key
from config.postgres.cluster import Cluster

django_stubs_ext.monkeypatch()

VERSION = "0.1.0"

BASE_DIR = Path(__file__).resolve().parent.parent
DATA_DIR = BASE_DIR / env.text("DATA_DIR", ".data")

# The server.

HOST = env.text("HOST", "127.0.0.1")
PORT = env.number("PORT", 8000, least=1, most=65535)
WORKERS = env.number("WORKERS", min(env.processors(), 8), least=1)
THREADS = env.number("THREADS", 2, least=1)
"""How many requests each process works on at once."""
WAITING_THREADS = env.number("WAITING_THREADS", 256, least=0)
"""How many more may be on their way in, each held by a client that sends slowly."""
KEEP_ALIVE = env.number("KEEP_ALIVE", 75, least=1)
"""Seconds for which a connection is kept for the next request."""
FEED_WAITERS = env.number("FEED_WAITERS", 8, least=0)
"""How many requests of each process may wait for changes at the same time."""

DEBUG = env.flag("DEBUG", default=False)
SECRET_KEY = env.text("SECRET_KEY", "")
SECRET_KEY_FALLBACKS = env.items("SECRET_KEY_FALLBACKS", "")
"""Former secret keys, which still read what they signed or encrypted."""
ALLOWED_HOSTS = env.items("ALLOWED_HOSTS", "localhost,127.0.0.1,[::1]")
PUBLIC_URL = env.origin("PUBLIC_URL")
"""What absolute links begin with; if it is not set, the host that was asked."""
if PUBLIC_URL:
    ALLOWED_HOSTS.append(str(urlsplit(PUBLIC_URL).hostname))
BEHIND_PROXY = env.flag("BEHIND_PROXY", default=False)
CLIENT_ADDRESS = "HTTP_X_FORWARDED_FOR" if BEHIND_PROXY else "REMOTE_ADDR"
"""Where a request says from which address it came."""
if BEHIND_PROXY:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    USE_X_FORWARDED_HOST = True
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = BEHIND_PROXY
SECURE_HSTS_SECONDS = env.number("HSTS_SECONDS", 0)
SECURE_CONTENT_TYPE_NOSNIFF = True
X_FRAME_OPTIONS = "DENY"

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
APPEND_SLASH = False
USE_TZ = True
TIME_ZONE = "UTC"
LANGUAGE_CODE = "en-us"
FORMAT_MODULE_PATH = ["config.formats"]

INSTALLED_APPS = [
    "config",
    "interfaces",
    "webhooks",
    "records",
    "objects",
    "jobs",
    "crm",
    "procrastinate.contrib.django",
    "unfold",
    "interfaces.admin.app.KithAdmin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "rest_framework",
]
MIDDLEWARE = [
    "crm.request_ids.identify_request",
    "crm.trailing_slashes.drop_trailing_slash",
    "config.content_policy.send_content_policy",
    "config.debugging.answer_documents",
    "config.health.answer_probes",
    "config.hosts.check_host",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.common.CommonMiddleware",
    "interfaces.api.compression.CompressionMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "config.lanes.PagesMiddleware",
    "interfaces.admin.pages.OutageMiddleware",
]
PAGE_MIDDLEWARE = [
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
]
"""What stands only before the addresses of pages."""

SILENCED_SYSTEM_CHECKS = ["admin.E408", "admin.E409", "admin.E410"]
"""They look in MIDDLEWARE for what stands in PAGE_MIDDLEWARE."""

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]
STATIC_URL = "/static/"
WHITENOISE_USE_FINDERS = True

# The admin.

AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
UNFOLD = {
    "SITE_TITLE": "Kith",
    "SITE_HEADER": "Kith",
    "SITE_SYMBOL": "hub",
    "SITE_URL": None,
    "SHOW_HISTORY": True,
    "SHOW_VIEW_ON_SITE": False,
    "DASHBOARD_CALLBACK": "interfaces.admin.home.home",
    "LOGIN": {"form": "interfaces.admin.login.LoginForm"},
    "SIDEBAR": {"navigation": "interfaces.admin.home.navigation"},
    "STYLES": ["/static/kith/admin.css"],
    "SCRIPTS": ["/static/kith/admin.js"],
}

# The database.

EMBEDDED_POSTGRES = Cluster(DATA_DIR / "postgres")
DATABASE_URL = env.url("DATABASE_URL")
DATABASE_WAIT = env.number("DATABASE_WAIT", 30)
"""Seconds for which a start waits until the database of DATABASE_URL answers."""

STATEMENT_TIMEOUT_MS = env.number("STATEMENT_TIMEOUT_MS", 10_000)


def database(parts: dict[str, str]) -> dict[str, object]:
    """Return Django's settings for a database, from libpq's names for its parts."""
    ours = {"dbname": "NAME", "user": "USER", "password": "PASSWORD"}
    ours |= {"host": "HOST", "port": "PORT"}
    return {
        "ENGINE": "django.db.backends.postgresql",
        **{ours[key]: value for key, value in parts.items() if key in ours},
        "CONN_MAX_AGE": None,
        "OPTIONS": {
            "options": f"-c statement_timeout={STATEMENT_TIMEOUT_MS}",
            "prepare_threshold": 0,  # Only for what asks to be prepared.
            **{key: value for key, value in parts.items() if key not in ours},
        },
    }


DATABASES = {"default": database(DATABASE_URL or EMBEDDED_POSTGRES.address)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

COUNTS_FILE = DATA_DIR / "request_counts"
"""Where the processes of this machine count requests together."""

CACHE_URL = env.text("CACHE_URL", "")
if CACHE_URL and not CACHE_URL.startswith(("redis://", "rediss://", "unix://")):
    raise ImproperlyConfigured("CACHE_URL must be a redis:// URL.")
CACHES = {
    "default": (
        {
            "BACKEND": "django.core.cache.backends.redis.RedisCache",
            "LOCATION": CACHE_URL,
        }
        if CACHE_URL
        else {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}
    )
}

# Jobs.

JOBS = env.flag("JOBS", default=True)
"""Whether ``manage.py start`` runs a worker beside the server."""
JOB_THREADS = env.number("JOB_THREADS", 4, least=1)
"""How many jobs a worker runs at once."""
JOB_HEARTBEAT_S = env.number("JOB_HEARTBEAT_S", 30, least=3)
"""Seconds after which a worker that does not show itself is taken for gone."""
PROCRASTINATE_AUTODISCOVER_MODULE_NAME = ""  # Workers alone need to know tasks.

# The secret key.

try:
    if not SECRET_KEY and not DATABASE_URL and EMBEDDED_POSTGRES.is_made:
        # A shell, and other servers of the same data, must sign what the others read.
        SECRET_KEY = keep_secret_key(DATA_DIR)
    SECRET_KEY = SECRET_KEY or kept_secret_key(DATA_DIR)
except OSError as error:
    raise ImproperlyConfigured(
        "DATA_DIR must be a directory that can be read and written to, or SECRET_KEY "
        f"be set: {error.strerror}: {error.filename}."
    ) from error
HAS_SECRET_KEY = bool(SECRET_KEY)
SECRET_KEY = SECRET_KEY or secrets.token_urlsafe(48)

# The API.

REST_FRAMEWORK = {
    "EXCEPTION_HANDLER": "crm.jsonapi.errors.answer_exception",
    "UNAUTHENTICATED_USER": None,
    "URL_FORMAT_OVERRIDE": None,
}

RATE_LIMIT = env.number("RATE_LIMIT", 3000)
"""Requests a minute for each workspace and view. 0 means without a limit."""

IDEMPOTENCY_HOURS = env.number("IDEMPOTENCY_HOURS", 24, least=1)
BULK_LIMIT = env.number("BULK_LIMIT", 25, least=1)
PAGE_LIMIT = env.number("PAGE_LIMIT", 1000, least=1)
LIST_LIMIT = env.number("LIST_LIMIT", 1000, least=1)
"""Values in the lists of one filter, and links in one relationship of a write."""
BODY_LIMIT = env.number("BODY_LIMIT", 8 * 1024 * 1024, least=1)
BODY_TIMEOUT = env.number("BODY_TIMEOUT", 30, least=1)
"""How many seconds a body may take to arrive."""
TEXT_LIMIT = env.number("TEXT_LIMIT", 10_000, least=1)
MULTILINE_TEXT_LIMIT = env.number("MULTILINE_TEXT_LIMIT", 100_000, least=1)
COLLECTION_LIMIT = env.number("COLLECTION_LIMIT", 100, least=1)
JSON_LIMIT = env.number("JSON_LIMIT", 64 * 1024, least=1)
DATA_UPLOAD_MAX_MEMORY_SIZE = BODY_LIMIT

# Pages of other origins.

CORS_ORIGINS = env.origins("CORS_ORIGINS")
"""The origins whose pages may call the API from a browser."""
CORS_ALLOW_ALL_ORIGINS = CORS_ORIGINS == ["*"]
CORS_ALLOWED_ORIGINS = [] if CORS_ALLOW_ALL_ORIGINS else CORS_ORIGINS
CORS_URLS_REGEX = "^/v1/"
CORS_PREFLIGHT_MAX_AGE = 600
CORS_ALLOW_METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "QUERY"]
CORS_ALLOW_HEADERS = [
    *("Accept", "Authorization", "Content-Type", "Idempotency-Key", "If-Match"),
    *("If-None-Match", "Prefer", "X-API-Key", "X-Request-Id"),
]
CORS_EXPOSE_HEADERS = [
    *("Accept-Query", "Content-Location", "Deprecation", "ETag"),
    *("Idempotency-Replayed", "Link", "Location", "RateLimit", "RateLimit-Policy"),
    *("Retry-After", "Sunset", "X-Change-Id", "X-RateLimit-Limit"),
    *("X-RateLimit-Remaining", "X-RateLimit-Reset", "X-Request-Id"),
]
if CORS_ORIGINS:
    MIDDLEWARE.insert(1, "corsheaders.middleware.CorsMiddleware")

# Webhooks.

WEBHOOK_SENDERS = env.number("WEBHOOK_SENDERS", 8, least=1)
"""How many messages are on their way at once."""
WEBHOOK_POLL_MS = env.number("WEBHOOK_POLL_MS", 250, least=10)
WEBHOOK_TIMEOUT_S = env.number("WEBHOOK_TIMEOUT_S", 15, least=1)
"""Seconds that an attempt may take in all."""
WEBHOOK_LEASE_S = env.number(
    "WEBHOOK_LEASE_S", max(60, 2 * WEBHOOK_TIMEOUT_S), least=WEBHOOK_TIMEOUT_S + 1
)
"""Seconds after which a message is sent by another if its sender says nothing."""
WEBHOOK_LOG_DAYS = env.number("WEBHOOK_LOG_DAYS", 14, least=1)
WEBHOOK_HTTP = env.flag("WEBHOOK_HTTP", default=False)
"""Whether messages may be sent without encryption."""
WEBHOOK_NETWORKS = env.networks("WEBHOOK_NETWORKS")
"""Networks of the owner's own that messages may be sent to."""

# Logging.

PROBES = {"/healthz", "/readyz"}
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"},
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {
        "handlers": ["console"],
        "level": env.choice("LOG_LEVEL", "INFO", logging.getLevelNamesMapping()),
    },
    "filters": {
        "new": {
            "()": "django.utils.log.CallbackFilter",
            # An outage is logged where it is met.
            "callback": lambda record: getattr(record, "status_code", 0) != 503,
        },
        "no_probes": {
            "()": "django.utils.log.CallbackFilter",
            "callback": lambda record: record.args["path"] not in PROBES,
        },
    },
    "loggers": {
        "procrastinate": {"level": "WARNING"},
        "django.request": {"level": "ERROR", "filters": ["new"]},
        "granian.access": {
            "handlers": ["console"],
            "propagate": False,
            "filters": ["no_probes"],
        },
    },
}
