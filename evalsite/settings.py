"""Every knob of the site, read from the environment (see README, Settings)."""

import hashlib
import hmac
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import django_stubs_ext
from django.templatetags.static import static

from evalsite.databases import database
from evalsite.env import (
    env_bool,
    env_choice,
    env_int,
    env_list,
    env_path,
    env_secret,
    env_str,
    env_url,
)
from evalsite.log import log_of
from evalsite.mail import read_mail_server

django_stubs_ext.monkeypatch()

BASE_DIR = Path(__file__).resolve().parent.parent
DATA_DIR = env_path("DATA_DIR", BASE_DIR / "var")

# --- Where the site is, and who may talk to it ------------------------------
DEBUG = env_bool("DEBUG", default=False)
SECRET_KEY = env_secret("SECRET_KEY", DATA_DIR / "secret-key")
SITE_URL = env_url("SITE_URL", "http://localhost:8000", schemes=("http", "https"))
# Another host name for the same machine: the rater's frame then is of another
# site than the marketplace around it, as it is on every real marketplace.
MARKETPLACE_URL = env_url(
    "MARKETPLACE_URL",
    "http://127.0.0.1:8000/marketplace",
    schemes=("http", "https"),
)
SECURE = urlsplit(SITE_URL).scheme == "https"
ALLOWED_HOSTS = env_list("ALLOWED_HOSTS") or sorted(
    {urlsplit(url).hostname or "localhost" for url in (SITE_URL, MARKETPLACE_URL)}
    | (set() if SECURE else {"localhost", "127.0.0.1", "[::1]"})
)
CSRF_TRUSTED_ORIGINS = [
    f"{parts.scheme}://{parts.netloc}"
    for parts in (urlsplit(SITE_URL), urlsplit(MARKETPLACE_URL))
]
SECURE_SSL_REDIRECT = SECURE
SESSION_COOKIE_SECURE = SECURE
CSRF_COOKIE_SECURE = SECURE
SECURE_HSTS_SECONDS = 31_536_000 if SECURE else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE
SECURE_HSTS_PRELOAD = SECURE
BEHIND_TLS_PROXY = env_bool("BEHIND_TLS_PROXY", default=False)
SECURE_PROXY_SSL_HEADER = (
    ("HTTP_X_FORWARDED_PROTO", "https") if BEHIND_TLS_PROXY else None
)

# --- Applications ------------------------------------------------------------
INSTALLED_APPS = [
    "unfold",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "rest_framework",
    "rest_framework.authtoken",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "evalsite.apps.EvalsiteConfig",
    "studies.apps.StudiesConfig",
    "marketplace.apps.MarketplaceConfig",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "evalsite.refusals.refuse_nul",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
ROOT_URLCONF = "evalsite.urls"
WSGI_APPLICATION = "evalsite.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
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
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
LANGUAGE_CODE = "en-gb"
FORMAT_MODULE_PATH = "evalsite.formats"  # dates as 20 Nov 2026, 17:08
TIME_ZONE = "UTC"
USE_TZ = True
X_FRAME_OPTIONS = "DENY"
CSRF_FAILURE_VIEW = "evalsite.refusals.foreign_form"
UNFOLD = {
    "SITE_TITLE": "Real or fake",
    "SITE_HEADER": "Real or fake",
    "SITE_SUBHEADER": "Studies of generated sound and video",
    "SITE_URL": "",  # no "return to site": the admin is where / leads
    "SHOW_HISTORY": True,
    "SITE_SYMBOL": "graphic_eq",
    "SITE_FAVICONS": [
        {
            "rel": "icon",
            "type": "image/svg+xml",
            "href": lambda _request: static("studies_admin/favicon.svg"),
        }
    ],
    "DASHBOARD_CALLBACK": "studies.admin.dashboard.dashboard",
    "SIDEBAR": {"navigation": "evalsite.sidebar.navigation"},
}


# --- Database ----------------------------------------------------------------
DATABASES = {"default": database("DATABASE_URL", DATA_DIR / "db.sqlite3")}

# --- Files -------------------------------------------------------------------
MEDIA_ROOT = env_path("MEDIA_ROOT", DATA_DIR / "media")
MEDIA_URL = "/media/"
STATIC_URL = "/static/"
STATIC_ROOT = DATA_DIR / "static"
STATIC_ROOT.mkdir(parents=True, exist_ok=True)  # WhiteNoise warns where it is missing
S3_BUCKET = env_str("S3_BUCKET")
STORAGES: dict[str, dict[str, Any]] = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if (STATIC_ROOT / "staticfiles.json").exists() and not DEBUG
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}
if S3_BUCKET:
    STORAGES["default"] = {
        "BACKEND": "storages.backends.s3.S3Storage",
        "OPTIONS": {
            "bucket_name": S3_BUCKET,
            "endpoint_url": env_url("S3_ENDPOINT_URL", "", schemes=("http", "https"))
            or None,
            "region_name": env_str("AWS_DEFAULT_REGION", "us-east-1"),
            # buckets made since 2020 take no older kind of signature
            "signature_version": "s3v4",
            "querystring_auth": True,
            "querystring_expire": 6 * 3600,
            "file_overwrite": True,
        },
    }
WHITENOISE_USE_FINDERS = True
MAX_UPLOAD_MB = env_int("MAX_UPLOAD_MB", 2048, minimum=1)
# Folders in which a manifest may be pointed to from the admin; empty: anywhere
INGEST_ROOTS = [Path(folder) for folder in env_list("INGEST_ROOTS")]
RUNS_ROOT = env_path("RUNS_ROOT", DATA_DIR / "runs")  # of python -m generation train
FILE_UPLOAD_PERMISSIONS = 0o640
DATA_UPLOAD_MAX_NUMBER_FILES = 1000
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024

# --- Background work ---------------------------------------------------------
CELERY_BROKER_URL = env_url(
    "CELERY_BROKER_URL",
    "filesystem://localhost",
    schemes=("filesystem", "redis", "rediss", "amqp", "amqps"),
)
if CELERY_BROKER_URL.startswith("filesystem"):
    _broker = DATA_DIR / "broker"
    (_broker / "control").mkdir(parents=True, exist_ok=True)
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "data_folder_in": str(_broker),
        "data_folder_out": str(_broker),
        "control_folder": str(_broker / "control"),
    }
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ALWAYS_EAGER = env_bool("CELERY_TASK_ALWAYS_EAGER", default=False)
CELERY_TASK_ACKS_LATE = True
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
ADVANCE_EVERY_SECONDS = env_int("ADVANCE_EVERY_SECONDS", 30, minimum=1)
MARKETPLACE_NOTIFY_EVERY_SECONDS = env_int(
    "MARKETPLACE_NOTIFY_EVERY_SECONDS", 5, minimum=1
)
CELERY_BEAT_SCHEDULE = {
    "advance-all": {
        "task": "studies.tasks.advance_all",
        "schedule": float(ADVANCE_EVERY_SECONDS),
    },
    "deliver-notifications": {
        "task": "evalsite.deliver_notifications",
        "schedule": float(MARKETPLACE_NOTIFY_EVERY_SECONDS),
        # a nudge that waited until the next one came is worth nothing
        "options": {"expires": MARKETPLACE_NOTIFY_EVERY_SECONDS},
    },
}
BUILD_WORKERS = env_int("BUILD_WORKERS", 0)  # 0: as many as there are cores


# --- Recruiting --------------------------------------------------------------
def _derived(purpose: str) -> str:
    return hmac.new(SECRET_KEY.encode(), purpose.encode(), hashlib.sha256).hexdigest()


# The marketplace inside this site, and the requester account the studies use there.
MARKETPLACE_LOCAL_REQUESTER = {
    "name": "This site's studies",
    "access_key_id": "LOCALSTUDIES00000000",
    "secret_access_key": _derived("local requester")[:40],
    "balance": "10000.00",
}
MARKETPLACE_OPEN_SIGNUP = env_bool("MARKETPLACE_OPEN_SIGNUP", default=True)
MARKETPLACE_ALLOW_UNSIGNED = env_bool("MARKETPLACE_ALLOW_UNSIGNED", default=False)
MARKETPLACE_ALLOW_HTTP_LOOPBACK = not SECURE
# For tests: refused at the start unless this machine alone is served (or DEBUG).
MARKETPLACE_FAULTS = env_str("MARKETPLACE_FAULTS")
MARKETPLACE_CLOCK_FILE = env_str("MARKETPLACE_CLOCK_FILE")
MARKETPLACE_REUSE_ASSIGNMENT_IDS = env_bool(
    "MARKETPLACE_REUSE_ASSIGNMENT_IDS", default=True
)
# What the marketplace tells requesters by webhook, and by Amazon's queues and topics.
MARKETPLACE_ALLOW_LOOPBACK_WEBHOOKS = env_bool(
    "MARKETPLACE_ALLOW_LOOPBACK_WEBHOOKS", default=False
)
MARKETPLACE_NOTIFY_ACCESS_KEY_ID = env_str("MARKETPLACE_NOTIFY_ACCESS_KEY_ID")
MARKETPLACE_NOTIFY_SECRET_ACCESS_KEY = env_str("MARKETPLACE_NOTIFY_SECRET_ACCESS_KEY")
MARKETPLACE_NOTIFY_ENDPOINT_URL = env_url(
    "MARKETPLACE_NOTIFY_ENDPOINT_URL", "", schemes=("http", "https")
)
# Unset: the marketplace of this site. Set: there, with the usual AWS credentials.
MTURK_ENDPOINT_URL = env_url("MTURK_ENDPOINT_URL", "", schemes=("http", "https"))
MTURK_WORKER_URL = env_url("MTURK_WORKER_URL", "", schemes=("http", "https"))
MTURK_ALLOW_AMAZON = env_bool("MTURK_ALLOW_AMAZON", default=False)
# Unset: Prolific is not offered. Its money is always real.
PROLIFIC_TOKEN = env_str("PROLIFIC_TOKEN")
PROLIFIC_API_URL = env_url(
    "PROLIFIC_API_URL", "https://api.prolific.com/api/v1", schemes=("http", "https")
)
PROLIFIC_APP_URL = env_url(
    "PROLIFIC_APP_URL", "https://app.prolific.com", schemes=("http", "https")
)
PROLIFIC_PROJECT = env_str("PROLIFIC_PROJECT")
PROLIFIC_WORKSPACE = env_str("PROLIFIC_WORKSPACE")

MARKETPLACE_VERIFY_EMAIL = env_bool("MARKETPLACE_VERIFY_EMAIL", default=False)

# --- Mail --------------------------------------------------------------------
_mail = read_mail_server("EMAIL_URL", env_str("EMAIL_URL"))
EMAIL_BACKEND = _mail.backend
EMAIL_HOST, EMAIL_PORT = _mail.host, _mail.port
EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = _mail.user, _mail.password
EMAIL_USE_TLS, EMAIL_USE_SSL = _mail.starts_tls, _mail.within_tls
EMAIL_TIMEOUT = 10  # seconds; somebody waits for the page
DEFAULT_FROM_EMAIL = env_str("EMAIL_FROM", "marketplace@localhost")

# --- REST API ----------------------------------------------------------------
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "rest_framework.authentication.TokenAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAdminUser"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "DEFAULT_PAGINATION_CLASS": "rest_framework.pagination.PageNumberPagination",
    "PAGE_SIZE": 100,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Real or fake: studies of generated sound and video",
    "VERSION": "1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "REDOC_DIST": "SIDECAR",
}

# --- Log ---------------------------------------------------------------------
LOG_LEVEL = env_choice(
    "LOG_LEVEL", "WARNING", ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")
)
LOGGING = log_of(LOG_LEVEL)
