"""Settings, read from the environment (see .env.example). Names of ours begin with CLINIC_."""

import os
import secrets
import sys
import zoneinfo
from pathlib import Path

import environ
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()
environ.Env.read_env(BASE_DIR / ".env")

#: Everything the product writes: database, uploaded files, keys, outgoing mail of the demo, compressed static files.
CLINIC_DATA = Path(env("CLINIC_DATA", default=str(BASE_DIR / ".data")))


def _switch(name: str, default: str = "off") -> bool:
    """An on/off setting; a word that is neither is refused, since it may have meant "on"."""
    said = env(name, default=default).strip().lower()
    if said not in ("0", "1", "no", "yes", "off", "on", "false", "true"):
        raise ImproperlyConfigured(f"{name} is set to {said!r}. Set it to 1 or 0.")
    return said in ("1", "yes", "on", "true")


def _number(name: str) -> int:
    """A whole number, 0 when absent."""
    said = env(name, default="0").strip()
    if not (said.isascii() and said.isdigit()):
        raise ImproperlyConfigured(f"{name} is set to {said!r}. Set it to a whole number.")
    return int(said)


def _time_zone(name: str, default: str) -> str:
    """A zone by its name in the time zone database."""
    said = env(name, default=default)
    if said not in zoneinfo.available_timezones():
        raise ImproperlyConfigured(f"{name} is set to {said!r}. Set it to a zone such as Europe/London.")
    return said


def _secret_key() -> str:
    """The signing key: from the environment, else made once and kept readable by this user only."""
    if key := env("SECRET_KEY", default=""):
        if len(key) < 50:
            raise ImproperlyConfigured(
                "SECRET_KEY is shorter than 50 characters. Set a longer random one, or remove it."
            )
        return key
    path = CLINIC_DATA / "keys" / "secret_key"
    try:
        if not path.exists():
            CLINIC_DATA.mkdir(mode=0o700, parents=True, exist_ok=True)
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(handle, "w") as file:
                file.write(secrets.token_urlsafe(64))
        return path.read_text()
    except OSError as error:
        raise ImproperlyConfigured(
            f"The key file {path} cannot be read or made ({error.strerror}). "
            "It belongs to the user who started first: run as that user, or set CLINIC_DATA to a folder of your own."
        ) from error


SECRET_KEY = _secret_key()
DEBUG = _switch("DEBUG")
#: True when people reach the pages through HTTPS (a proxy in front, or the local TLS proxy of the README).
CLINIC_HTTPS = _switch("HTTPS")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"])
CSRF_TRUSTED_ORIGINS = [f"https://{host.lstrip('.')}" for host in ALLOWED_HOSTS if host != "*"] if CLINIC_HTTPS else []

INSTALLED_APPS = [
    "clinic.apps.ClinicConfig",
    "intake.apps.IntakeConfig",
    "sessions.apps.SessionsConfig",
    "clinic.admin_site.ClinicAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.postgres",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django.forms",
    "crispy_forms",
    "crispy_bootstrap5",
    "django_htmx",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "pgtrigger",
    "pghistory",
    "csp",
    "django_tasks",
    "django_tasks_db",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.gzip.GZipMiddleware",  # pads at random; secrets in pages are masked anew each time
    "clinic.middleware.PrivateResponses",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "clinic.middleware.SessionClock",
    "clinic.middleware.ConfinedSessions",
    "clinic.middleware.OneTimePasswords",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "csp.middleware.CSPMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
    "clinic.middleware.HistoryContext",
]

ROOT_URLCONF = "clinic.urls"
WSGI_APPLICATION = "clinic.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "clinic.context.practice",
            ],
        },
    },
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
CRISPY_ALLOWED_TEMPLATE_PACKS = "bootstrap5"
CRISPY_TEMPLATE_PACK = "bootstrap5"

# Database: the embedded PostgreSQL by default, any PostgreSQL >= 14 by DATABASE_URL.
if env("DATABASE_URL", default=""):
    DATABASES = {"default": env.db_url("DATABASE_URL")}
    if DATABASES["default"].get("ENGINE") not in (
        "django.db.backends.postgresql",
        "django.db.backends.postgresql_psycopg2",
    ):
        raise ImproperlyConfigured("DATABASE_URL must name a PostgreSQL database: postgres://user:password@host/name")
else:
    DATABASES = {"default": {"ENGINE": "clinic.database", "NAME": "clinic", "TEST": {"TEMPLATE": "clinic_template"}}}
    DATABASES["default"]["PGDATA"] = str(CLINIC_DATA / "pg")
DATABASES["default"]["CONN_MAX_AGE"] = 60
DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
#: Limits of the pages' own connections: a hung server answers "not saved", it does not hang the tablet.
DATABASES["default"].setdefault("OPTIONS", {}).update(
    {
        "connect_timeout": 3,
        "options": "-c statement_timeout=8s -c lock_timeout=4s -c idle_in_transaction_session_timeout=15s",
    }
)
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Accounts (django-allauth): staff by password and second factor, clients by e-mailed code, nobody signs up.
AUTH_USER_MODEL = "clinic.User"
#: What the rules of the intake read of the treatment room (``intake.queries.FindingsSource``).
FINDINGS_SOURCE = "sessions.queries.assessment.SOURCE"
AUTHENTICATION_BACKENDS = [
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
PASSWORD_HASHERS = [
    "clinic.hashers.Argon2",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = [
    "email*",
    "password1*",
    "password2*",
]  # without password1 the login form loses its password box
ACCOUNT_ADAPTER = "clinic.accounts.AccountAdapter"
ACCOUNT_FORMS = {
    "login": "clinic.accounts.SignInForm",
    "reauthenticate": "clinic.accounts.PasswordAgainForm",
    "change_password": "clinic.accounts.NewPasswordForm",
    "request_login_code": "clinic.accounts.RequestCodeForm",
    "confirm_login_code": "clinic.accounts.TypeCodeForm",
}
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = 600  # seconds; also how long a code printed by the desk is good
ACCOUNT_LOGIN_BY_CODE_MAX_ATTEMPTS = 5
ACCOUNT_LOGIN_BY_CODE_FORMAT = {"numeric": True, "length": 8, "dashed": True}  # 26.6 bits, typed on a number pad
#: Counted in the cache (``clinic.tries``). The last three are our own: django-allauth has no limit on typing codes.
ACCOUNT_RATE_LIMITS = {
    "request_login_code": "30/h/ip",
    "codes_of_address": "5/h/key",
    "tries_of_code": "5/h/key",
    "tries_of_address": "20/d/key",
}
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_EMAIL_VERIFICATION = "none"  # the practice makes the accounts; a code proves the address
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_REAUTHENTICATION_TIMEOUT = 300
ACCOUNT_CHANGE_EMAIL = False
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_PASSKEY_SIGNUP_ENABLED = False
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not CLINIC_HTTPS
MFA_TOTP_ISSUER = "Massage clinic"
ALLAUTH_TRUSTED_PROXY_COUNT = _number("TRUSTED_PROXIES")

# Sign-in lifetimes (reliability figures): staff 15 minutes idle and 12 hours in all, portal 30 days on the device.
CLINIC_STAFF_IDLE_SECONDS = 15 * 60
CLINIC_STAFF_SESSION_SECONDS = 12 * 60 * 60
CLINIC_PORTAL_SESSION_SECONDS = 30 * 24 * 60 * 60
#: Forms, consents and "my data" ask a client for a code no older than this.
CLINIC_FRESH_CODE_SECONDS = 30 * 60
SESSION_COOKIE_AGE = CLINIC_STAFF_SESSION_SECONDS
#: The long-lived cookie of the practice's own tablets: it says which tablet this is and opens nothing (seconds).
CLINIC_TABLET_COOKIE = "tablet"
CLINIC_TABLET_COOKIE_SECONDS = 400 * 24 * 60 * 60
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "clinic.views.public.csrf_failure"

SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
if CLINIC_HTTPS:
    SECURE_SSL_REDIRECT = _switch("SSL_REDIRECT", default="on")
    SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = True
    SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = "__Host-session", "__Host-csrf"
    CLINIC_TABLET_COOKIE = "__Host-tablet"
    SECURE_HSTS_SECONDS = 31_536_000
    SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = True
    if ALLAUTH_TRUSTED_PROXY_COUNT:
        SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "connect-src": [SELF],
        "font-src": [SELF],
        "manifest-src": [SELF],
        "worker-src": [SELF],
        "object-src": [NONE],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "form-action": [SELF],
    }
}
#: A letter of 15 MB and its form; everything else is far smaller (bytes).
CLINIC_LARGEST_BODY = 16_000_000
DATA_UPLOAD_MAX_MEMORY_SIZE = 1_000_000
DATA_UPLOAD_MAX_NUMBER_FIELDS = 600
FILE_UPLOAD_PERMISSIONS = 0o600
FILE_UPLOAD_DIRECTORY_PERMISSIONS = 0o700

# Language and time: stored in UTC, shown in the practice's zone.
LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_I18N = True
FORMAT_MODULE_PATH = "clinic.formats"
USE_TZ = True
TIME_ZONE = _time_zone("TIME_ZONE", default="Europe/London")
CLINIC_PHONE_REGION = env("PHONE_REGION", default="GB")

# Files. Uploads are never served by the web server, only through a view that asks who wants them.
STATIC_URL = "/static/"
STATIC_ROOT = CLINIC_DATA / "static"
MEDIA_ROOT = CLINIC_DATA / "files"
_TESTING = "pytest" in sys.modules
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": (
            "django.contrib.staticfiles.storage.StaticFilesStorage"
            if _TESTING or DEBUG
            else "whitenoise.storage.CompressedManifestStaticFilesStorage"
        )
    },
}

# Mail: by EMAIL_URL, else shown on the console and kept under CLINIC_DATA/mail/ so that the demo's codes can be read.
if env("EMAIL_URL", default=""):
    vars().update(env.email_url("EMAIL_URL"))
else:
    EMAIL_BACKEND = "clinic.mail.ReadableBackend"
EMAIL_TIMEOUT = 20  # seconds that a mail server may take for one step
#: Sign-in mail leaves beside the request, so that no answer is slower for an address that has an account.
CLINIC_MAIL_BESIDE = not _TESTING
DEFAULT_FROM_EMAIL = env("FROM_EMAIL", default="practice@localhost")
#: Where people reach the pages, as mail names it. Without ADDRESS `demo` and `serve` put in where they listen.
CLINIC_ADDRESS = env("ADDRESS", default="http://127.0.0.1:8000")
CLINIC_MAIL_FOLDER = CLINIC_DATA / "mail"

# Work that may wait (mail): a table, worked off by the thread of `serve` or by `db_worker`.
TASKS = {
    "default": {
        "BACKEND": "django_tasks.backends.immediate.ImmediateBackend" if _TESTING else "django_tasks_db.DatabaseBackend"
    }
}
CACHES = {
    "default": (
        {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}
        if _TESTING
        else {
            "BACKEND": "django.core.cache.backends.db.DatabaseCache",
            "LOCATION": "clinic_cache",
            # Beyond its 300 rows the default throws rows away: whoever makes many would clear the counts of tries.
            "OPTIONS": {"MAX_ENTRIES": 200_000},
        }
    )
}

PGHISTORY_APPEND_ONLY = True
TEST_RUNNER = "django.test.runner.DiscoverRunner"

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"()": "clinic.logs.OneLine"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {
        "django": {"handlers": ["console"], "level": "WARNING", "propagate": False},
        "clinic": {"handlers": ["console"], "level": "INFO", "propagate": False},
    },
}

# Wiring: the ground floor knows the other apps only by these strings.
#: Start page of each role; with several roles the first that fits.
CLINIC_START_PAGES = {
    "therapist": "sessions:my_day",
    "front_desk": "intake:today",
    "owner": "setup",
    "client": "sessions:portal",
}
#: Where a tablet of the practice waits for its next form.
CLINIC_TABLET_PAGE = "intake:tablet"
#: Top navigation: label, page, roles.
CLINIC_NAVIGATION = [
    (_("My day"), "sessions:my_day", ("therapist",)),
    (_("Inbox"), "sessions:inbox", ("therapist",)),
    (_("Today"), "intake:today", ("front_desk", "owner")),
    (_("Diary"), "diary", ("front_desk", "therapist", "owner")),
    (_("Clients"), "clients", ("front_desk", "therapist", "owner")),
    (_("Records"), "admin:index", ("owner", "therapist")),
    (_("Set-up"), "setup", ("owner",)),
]
#: Mail by template: its name, whether it leaves at night because somebody waits for it, what the link in it stops, who
#: is asked just before it leaves whether it is still wanted and for the words in it (clinic.rules.post.Kind).
CLINIC_MAIL_KINDS = {
    "portal_open": {"name": _("the way into the portal"), "at_night": True},
    "form_missing": {
        "name": _("the form for a visit is missing"),
        "stops": _("mails about a form before a visit"),
        "still_wanted": "intake.reminder_queries.form_still_missing",
        "words": "intake.reminder_queries.form_words",
    },
    "plan_reminder": {
        "name": _("a reminder the client chose"),
        "at_night": True,  # at the hour they chose
        "stops": _("the reminders you asked for"),
        "still_wanted": "sessions.queries.reminder.reminder_still_wanted",
    },
    "form_link": {
        "name": _("a link to a form"),
        "at_night": True,
        "still_wanted": "intake.access_queries.link_is_open",
        "words": "intake.access_queries.link_in_mail",
    },
    "plan_changed": {
        "name": _("the plan has changed"),
        "stops": _("mails when something on your page has changed"),
        "still_wanted": "sessions.queries.reminder.change_still_told",
    },
}
#: Asked at every round of the post: write the messages that are wanted by now, (by=, at=).
CLINIC_MAIL_ROUNDS = ["intake.reminder_actions.write_form_mails", "sessions.actions.reminder.write_reminders"]
#: The clinical catalogues whose wording is stored with answers, flags, notes and plans.
CLINIC_CATALOGUES = {
    "questions": "intake/catalogue/questions.toml",
    "consents": "intake/catalogue/consents.toml",
    "contraindications": "intake/catalogue/contraindications.toml",
    "stretches": "sessions/catalogue/stretches.toml",
    "tests": "sessions/catalogue/tests.toml",
}
#: Gives the stretch levels that a decision freezes: (limits, bed=) -> {stretch: {"L": 0-3, "R": 0-3}}.
CLINIC_STRETCH_LEVELS = "sessions.rules.stretches.levels_to_freeze"
