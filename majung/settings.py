"""All settings of Majung, read strictly from the environment (``docs/settings.md`` explains them).

Mistakes are collected in ``MAJUNG_MISTAKES``: ``majung check`` prints them, and nothing starts
while there are any.
"""

import os
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from majung.core import key_file
from majung.core.blob_settings import blob_storage
from majung.core.databases import POSTGRES, database
from majung.core.environment import Environment
from majung.core.keys import django_keys
from majung.core.logs import logging_config

_env = Environment(os.environ)

# Where data lives, and under which address people reach it
MAJUNG_HOME = _env.folder("MAJUNG_HOME", "var")
MAJUNG_HOST = _env.text("MAJUNG_HOST", "127.0.0.1")
MAJUNG_PORT = _env.integer("MAJUNG_PORT", 8000, least=1, most=65535)
MAJUNG_URL = _env.url(
    "MAJUNG_URL",
    f"http://127.0.0.1:{MAJUNG_PORT}",
    schemes=["http", "https"],
    example="https://desk.example.com",
)
MAJUNG_TRUSTED_PROXIES = _env.networks("MAJUNG_TRUSTED_PROXIES")
MAJUNG_WEB_THREADS = _env.integer("MAJUNG_WEB_THREADS", 8, least=1, most=200)
MAJUNG_JOB_THREADS = _env.integer("MAJUNG_JOB_THREADS", 2, least=1, most=200)
MAJUNG_PULL_THREADS = _env.integer("MAJUNG_PULL_THREADS", 20, least=0, most=500)
MAJUNG_LEASE_SECONDS = _env.integer("MAJUNG_LEASE_SECONDS", 60, least=2, most=3600)
MAJUNG_MAIL_LISTEN = _env.listening(
    "MAJUNG_MAIL_LISTEN", schemes=["smtp", "lmtp"], example="smtp://127.0.0.1:2525"
)
MAJUNG_MAIL_TLS_CERT = _env.text("MAJUNG_MAIL_TLS_CERT")
MAJUNG_MAIL_TLS_KEY = _env.text("MAJUNG_MAIL_TLS_KEY")
MAJUNG_MAIL_MOST_BYTES = _env.integer(
    "MAJUNG_MAIL_MOST_BYTES", 36_700_160, least=65_536, most=67_108_864
)
MAJUNG_LOG_LEVEL = _env.choice(
    "MAJUNG_LOG_LEVEL", "INFO", choices=["DEBUG", "INFO", "WARNING", "ERROR"]
)
MAJUNG_METRICS_TOKEN = _env.text("MAJUNG_METRICS_TOKEN")
MAJUNG_METRICS_ALLOW = _env.networks("MAJUNG_METRICS_ALLOW", ["127.0.0.0/8", "::1/128"])
MAJUNG_OUTBOUND_ALLOW = _env.names("MAJUNG_OUTBOUND_ALLOW")
MAJUNG_SCAN_COMMAND = _env.command("MAJUNG_SCAN_COMMAND")
MAJUNG_SCAN_TIMEOUT = _env.integer("MAJUNG_SCAN_TIMEOUT", 120, least=1, most=3600)
MAJUNG_BLOBS_URL = _env.text("MAJUNG_BLOBS_URL")
MAJUNG_CHANNELS = _env.pairs("MAJUNG_CHANNELS", example="telegram=my_package.telegram")
DEBUG = _env.flag("MAJUNG_DEBUG", default=False)
MAJUNG_DEMO = _env.flag("MAJUNG_DEMO", default=False)
MAJUNG_LIVE_STREAMS = _env.integer("MAJUNG_LIVE_STREAMS", 1000, least=1, most=100_000)
LIVE_URL = _env.text("LIVE_URL", "memory:")
if urlsplit(LIVE_URL).scheme not in {"memory", "redis", "rediss"}:
    _env.mistake(
        "LIVE_URL",
        f"{LIVE_URL!r} is no live broker.",
        "Remove it for one process, or write redis://127.0.0.1:6379/0.",
    )
    LIVE_URL = "memory:"

STATIC_ROOT = MAJUNG_HOME / "static"
try:
    STATIC_ROOT.mkdir(parents=True, exist_ok=True)
except OSError as error:
    _env.mistake(
        "MAJUNG_HOME",
        f"{MAJUNG_HOME} cannot be written ({error.strerror}).",
        "Name a folder that the user running Majung may write to.",
    )

# Keys
MAJUNG_SECRET_KEYS = _env.names("MAJUNG_SECRET_KEYS")
MAJUNG_KEY_FILE = None if MAJUNG_SECRET_KEYS else MAJUNG_HOME / "keys"
if MAJUNG_KEY_FILE:
    try:
        MAJUNG_SECRET_KEYS = key_file.read_or_make(MAJUNG_KEY_FILE)
    except OSError as error:
        _env.mistake(
            "MAJUNG_SECRET_KEYS",
            f"there are none, and {MAJUNG_KEY_FILE} cannot be used ({error.strerror}).",
            "Make the file readable for the user running Majung, or set the keys.",
        )
        MAJUNG_SECRET_KEYS = [key_file.new_key()]
elif any(len(key) < key_file.KEY_BYTES for key in MAJUNG_SECRET_KEYS):
    _env.mistake(
        "MAJUNG_SECRET_KEYS",
        f"a key is shorter than {key_file.KEY_BYTES} characters.",
        "Make one with: python -c 'import secrets; print(secrets.token_urlsafe(32))'",
    )
SECRET_KEY, SECRET_KEY_FALLBACKS = django_keys(MAJUNG_SECRET_KEYS)

# The database
try:
    _database = database(_env.text("DATABASE_URL"), home=MAJUNG_HOME)
except ValueError as error:
    _env.mistake("DATABASE_URL", f"{error}.", "Remove it to use SQLite in MAJUNG_HOME.")
    _database = database("", home=MAJUNG_HOME)
DATABASES: dict[str, dict[str, Any]] = {"default": _database}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
# Caches hold what may be lost. Several processes must share the counts that sign-in keeps there.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "core_cache",
    }
    if _database["ENGINE"] == POSTGRES
    else {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}
}

# Files
try:
    _blobs = blob_storage(MAJUNG_BLOBS_URL, home=MAJUNG_HOME)
except ValueError as error:
    _env.mistake("MAJUNG_BLOBS_URL", f"{error}.", "Remove it to keep files in MAJUNG_HOME/blobs.")
    _blobs = blob_storage("", home=MAJUNG_HOME)
STORAGES: dict[str, dict[str, Any]] = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "majung.core.static.HashedFiles"},
    "blobs": _blobs,
}
STATIC_URL = "/static/"
FILE_UPLOAD_TEMP_DIR = None

# Django
INSTALLED_APPS = [
    "majung.core",
    "majung.accounts",
    "majung.customers",
    "majung.conversations",
    "majung.channels",
    "majung.web",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "csp",
    "django_htmx",
    "template_partials",
    "whitenoise.runserver_nostatic",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
]
MIDDLEWARE = [
    "majung.core.request_log.RequestLogMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "majung.web.packing.PackingMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "majung.web.middleware.AgentMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "majung.core.problems.ProblemMiddleware",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "django.template.context_processors.i18n",
            ],
        },
    },
]
ROOT_URLCONF = "majung.urls"
WSGI_APPLICATION = None
LOGGING = logging_config(MAJUNG_LOG_LEVEL)
TEST_RUNNER = "django.test.runner.DiscoverRunner"

# Language and time: Korean is the source language; stored times are UTC.
USE_TZ = True
TIME_ZONE = "UTC"
LANGUAGE_CODE = "ko"
LANGUAGES = [("ko", "한국어"), ("en", "English")]
LOCALE_PATHS = [Path(__file__).parent / "locale"]

# Sign-in
AUTH_USER_MODEL = "accounts.Agent"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_SESSION_REMEMBER = True
# There is no mail channel for it yet, so sign-in mails nobody; wrong attempts are counted by us.
ACCOUNT_ADAPTER = "majung.web.setup.sign_in.SignInAdapter"
ACCOUNT_FORMS = {
    "login": "majung.web.setup.forms.account.SignInForm",
    "change_password": "majung.web.setup.forms.account.PasswordForm",
    "reauthenticate": "majung.web.setup.forms.account.AgainForm",
}
ACCOUNT_RATE_LIMITS = {"login": None, "login_failed": "5/5m/key"}
ACCOUNT_EMAIL_NOTIFICATIONS = False
ACCOUNT_LOGOUT_REDIRECT_URL = "/accounts/login/"
LOGIN_REDIRECT_URL = "/"
MFA_ADAPTER = "majung.web.setup.sign_in.MfaAdapter"
MFA_FORMS = {
    "authenticate": "majung.web.setup.forms.account.CodeForm",
    "reauthenticate": "majung.web.setup.forms.account.CodeAgainForm",
    "activate_totp": "majung.web.setup.forms.account.ActivateForm",
}
MFA_TOTP_ISSUER = "Majung"
MFA_ALLOW_UNVERIFIED_EMAIL = True
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]

# Safety of the pages
_site = urlsplit(MAJUNG_URL)
_is_https = _site.scheme == "https"
ALLOWED_HOSTS = ["*"] if DEBUG else [_site.hostname or "", "localhost", "127.0.0.1", "[::1]"]
CSRF_TRUSTED_ORIGINS = [f"{_site.scheme}://{_site.netloc}"]
CSRF_COOKIE_SECURE = SESSION_COOKIE_SECURE = _is_https
CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_HTTPONLY = True
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_HSTS_SECONDS = 31_536_000 if _is_https else 0
X_FRAME_OPTIONS = "DENY"
DATA_UPLOAD_MAX_MEMORY_SIZE = 1_048_576
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'", "data:", "blob:"],
        "font-src": ["'self'"],
        "media-src": ["'self'"],
        "connect-src": ["'self'"],
        "manifest-src": ["'self'"],
        "worker-src": ["'self'"],
        "frame-src": ["'self'"],
        "form-action": ["'self'"],
        "frame-ancestors": ["'none'"],
        "base-uri": ["'none'"],
    }
}

_env.finish()
MAJUNG_MISTAKES = tuple(_env.mistakes)
MAJUNG_SETTING_NAMES = _env.names_read
