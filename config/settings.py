"""Settings. Each comes from the environment or ``.env``; docs/configuration.md describes them all."""

from pathlib import Path

from config import env
from config.databases import database_from
from config.mail import mail_from
from config.oidc import providers_from
from config.prices import prices_from
from config.secret_key import secret_key

BASE_DIR = Path(__file__).resolve().parent.parent
env.read_file(BASE_DIR / ".env")

# Where things lie, and where the server listens

DATA_DIR = env.writable_folder("DATA_DIR", env.folder("DATA_DIR", BASE_DIR / "var", below=BASE_DIR))
HOST = env.text("HOST", "127.0.0.1")
PORT = env.number("PORT", 8000, least=1, most=65535)
DEBUG = env.flag("DEBUG", default=False)

# Who may come in

PARLEY_MODE = env.choice("PARLEY_MODE", "personal", ("personal", "team"))
PERSONAL = PARLEY_MODE == "personal"
PERSONAL_CLIENTS = env.networks("PERSONAL_CLIENTS", "127.0.0.0/8,::1")
LOOPBACK_NAMES = ("localhost", ".localhost", "127.0.0.1", "[::1]")
ALLOWED_HOSTS = env.words("ALLOWED_HOSTS", ",".join(LOOPBACK_NAMES))
CSRF_TRUSTED_ORIGINS = env.origins("CSRF_TRUSTED_ORIGINS")
TRUSTED_PROXIES = env.networks("TRUSTED_PROXIES", "")
SECRET_KEY = secret_key(DATA_DIR / "secret_key", personal=PERSONAL)
SECRET_KEY_FALLBACKS = env.words("SECRET_KEY_FALLBACKS")
ACCESS_TOKEN_MINUTES = env.number("ACCESS_TOKEN_MINUTES", 15, least=1, most=1440)
REFRESH_TOKEN_DAYS = env.number("REFRESH_TOKEN_DAYS", 14, least=1, most=365)
SIGN_UP = env.choice("SIGN_UP", "invitation", ("open", "invitation", "closed"))
OIDC_PROVIDERS = providers_from(env.text("OIDC_PROVIDERS"))

# How mail goes out; without a server it is written to the log of ours

EMAIL_URL = env.text("EMAIL_URL")
vars().update(mail_from(EMAIL_URL))
DEFAULT_FROM_EMAIL = SERVER_EMAIL = env.text("EMAIL_FROM", "parley@localhost")
EMAIL_CONFIRMATION = env.flag("EMAIL_CONFIRMATION", default=bool(EMAIL_URL))

# How often one may, in a minute; 0 is as often as one likes

API_RATE = env.number("API_RATE", 60_000 if PERSONAL else 12_000, least=0, most=10**9)
SEND_RATE = env.number("SEND_RATE", 0 if PERSONAL else 300, least=0, most=10**9)
SIGN_IN_RATE = env.number("SIGN_IN_RATE", 10, least=0, most=10**9)

# Pages elsewhere that may call the API from a browser

CORS_ALLOWED_ORIGINS = env.origins("CORS_ORIGINS", anybody=True)
CORS_ALLOW_ALL_ORIGINS = "*" in CORS_ALLOWED_ORIGINS
if CORS_ALLOW_ALL_ORIGINS:
    CORS_ALLOWED_ORIGINS = []
CORS_URLS_REGEX = r"^/(api|v1)/"
CORS_ALLOW_CREDENTIALS = False  # they call with a key or a token: cookies are for pages of ours
CORS_ALLOW_HEADERS = (
    "accept",
    "authorization",
    "content-type",
    "idempotency-key",
    "if-match",
    "if-none-match",
    "if-range",
    "last-event-id",
    "range",
)
CORS_EXPOSE_HEADERS = (
    "Accept-Ranges",
    "Content-Range",
    "ETag",
    "RateLimit-Limit",
    "RateLimit-Remaining",
    "RateLimit-Reset",
    "Retry-After",
    "X-Request-ID",
)

# Models that answer

OPENAI_BASE_URL = env.web_address("OPENAI_BASE_URL")
OPENAI_API_KEY = env.key("OPENAI_API_KEY")
OPENAI_MODEL = env.text("OPENAI_MODEL", "gpt-4o-mini")
MODEL_TIMEOUT = env.seconds("MODEL_TIMEOUT", 30, least=0.1, most=3600)
MODEL_FIRST_TOKEN_TIMEOUT = env.seconds("MODEL_FIRST_TOKEN_TIMEOUT", 60, least=0.1, most=3600)
MODEL_TOTAL_TIMEOUT = env.seconds("MODEL_TOTAL_TIMEOUT", 900, least=1, most=86_400)
TRANSCRIPTION_BASE_URL = env.web_address("TRANSCRIPTION_BASE_URL")
TRANSCRIPTION_API_KEY = env.key("TRANSCRIPTION_API_KEY")
TRANSCRIPTION_MODEL = env.text("TRANSCRIPTION_MODEL", "whisper-1")
TRANSCRIPTION_TIMEOUT = env.seconds("TRANSCRIPTION_TIMEOUT", 60, least=0.1, most=3600)
SPEECH_BASE_URL = env.web_address("SPEECH_BASE_URL")
SPEECH_API_KEY = env.key("SPEECH_API_KEY")
SPEECH_MODEL = env.text("SPEECH_MODEL", "tts-1")
SPEECH_TIMEOUT = env.seconds("SPEECH_TIMEOUT", 30, least=0.1, most=3600)
OFFLINE_DELAY = env.seconds("OFFLINE_DELAY", 0.015, least=0, most=10)
MAX_MESSAGE_CHARS = env.number("MAX_MESSAGE_CHARS", 10_000, least=1, most=1_000_000)

# Voice: whether there is any, whether one reads what was understood before it is sent, how long one speaks

VOICE = env.flag("VOICE", default=True)
VOICE_REVIEW = env.flag("VOICE_REVIEW", default=False)
MAX_AUDIO_SECONDS = env.number("MAX_AUDIO_SECONDS", 120, least=1, most=3600)
MAX_AUDIO_BYTES = env.number(
    "MAX_AUDIO_BYTES", 5 * 1024**2, least=1, most=9 * 1024**2
)  # a request has at most 10

# Reading aloud: at once in one process, and characters of one message

MAX_READINGS = env.number("MAX_READINGS", 20, least=1, most=1000)
MAX_SPEECH_CHARS = env.number("MAX_SPEECH_CHARS", 20_000, least=100, most=1_000_000)

# What answers cost, and how much one may use

PRICES = prices_from(
    env.folder("PRICES", DATA_DIR / "prices.yaml", below=BASE_DIR), required=bool(env.text("PRICES"))
)
MAX_RUN_TOKENS = env.number("MAX_RUN_TOKENS", 0, least=0, most=10**9)
MAX_RUN_COST = env.amount("MAX_RUN_COST")

# Programs at a socket: seconds they may say nothing (0: any) and read nothing, messages a second and at once

SOCKET_IDLE = env.seconds("SOCKET_IDLE", 1800, least=0, most=10**6)
SOCKET_PATIENCE = env.seconds("SOCKET_PATIENCE", 20, least=0.1, most=3600)
SOCKET_RATE = env.seconds("SOCKET_RATE", 20, least=0.01, most=10**6)
SOCKET_BURST = env.number("SOCKET_BURST", 100, least=1, most=10**6)

# Searching the web: none of them, and agents cannot

SEARXNG_URL = env.web_address("SEARXNG_URL")
BRAVE_API_KEY = env.key("BRAVE_API_KEY")

# Days after which the log of an answer is cut to its text by `manage.py prune`; 0 keeps it

EVENT_RETENTION_DAYS = env.number("EVENT_RETENTION_DAYS", 0, least=0, most=36_500)

# Files that agents write, in bytes

MAX_FILE_BYTES = env.number("MAX_FILE_BYTES", 1_000_000, least=1, most=100_000_000)
MAX_SOCKETS = env.number("MAX_SOCKETS", 500, least=1, most=1_000_000)
MAX_STREAMS = env.number("MAX_STREAMS", 500, least=1, most=1_000_000)
MAX_WORKSPACE_BYTES = env.number("MAX_WORKSPACE_BYTES", 10_000_000, least=1, most=10**12)
MAX_PERSON_BYTES = env.number("MAX_PERSON_BYTES", 100_000_000, least=1, most=10**15)

# Documents that agents are given: bytes of one, and how many an agent has

MAX_DOCUMENT_BYTES = env.number("MAX_DOCUMENT_BYTES", 20 * 1024**2, least=1, most=100 * 1024**2)
MAX_DOCUMENTS = env.number("MAX_DOCUMENTS", 100, least=1, most=10_000)

# Tools elsewhere

TOOL_NETWORKS = env.networks("TOOL_NETWORKS", "")
MCP_STDIO_COMMANDS = env.commands("MCP_STDIO_COMMANDS")

# Webhooks: how many one process sends in a second

WEBHOOK_RATE = env.number("WEBHOOK_RATE", 10, least=1, most=1000)

# Rows, pushes, sessions

DATABASES = {"default": database_from(env.text("DATABASE_URL"), folder=DATA_DIR)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
#: One process holds everything: SQLite, its own channel layer, turns as tasks of the server.
EMBEDDED = DATABASES["default"]["ENGINE"].endswith("sqlite3")

REDIS_URL = env.redis_address("REDIS_URL")
if REDIS_URL:
    CHANNEL_LAYERS = {
        "default": {
            "BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer",
            # Without a limit for a write: up to Python 3.11 the limit's ``wait_for`` can lose a cancelling.
            "CONFIG": {
                "hosts": [{"address": REDIS_URL, "socket_timeout": None, "socket_connect_timeout": 5}],
                "prefix": "parley",
            },
        }
    }
    CACHES = {"default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": REDIS_URL}}
else:
    CHANNEL_LAYERS = {
        "default": {"BACKEND": "config.channel_layer.InProcessLayer", "CONFIG": {"capacity": 1000}}
    }
    CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}

TURNS = env.choice("TURNS", "here", ("here", "queue"))
WORKER_CONCURRENCY = env.number("WORKER_CONCURRENCY", 100, least=1, most=10_000)
if TURNS == "queue" and (EMBEDDED or not REDIS_URL):
    raise env.WrongSetting("TURNS", "here, unless DATABASE_URL names PostgreSQL and REDIS_URL a Redis", TURNS)

# A cache that can be away, or keep what was deleted while it was, must not say who is signed in.
SESSION_ENGINE = f"django.contrib.sessions.backends.{'cached_db' if EMBEDDED else 'db'}"

# Apps and the way of a request

INSTALLED_APPS = [
    "config",
    "voice",
    "chat",
    "webhooks",
    "agents",
    "accounts",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "channels",
    "corsheaders",
]
if TURNS == "queue":
    INSTALLED_APPS.append("procrastinate.contrib.django")  # its tables
if not PERSONAL:
    INSTALLED_APPS += [
        "django.contrib.humanize",  # in templates of the next
        "allauth",
        "allauth.account",
        "allauth.mfa",
        "allauth.socialaccount",
        "allauth.socialaccount.providers.openid_connect",
        "allauth.usersessions",
    ]

MIDDLEWARE = [
    "corsheaders.middleware.CorsMiddleware",  # first: a preflight is answered, whatever comes after
    "django.middleware.security.SecurityMiddleware",
    "config.middleware.security_headers",
    "config.middleware.forms_in_utf8",
    "config.middleware.GZipPages",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "accounts.middleware.PersonalOwner",
    "accounts.middleware.preferred_language",
    "config.middleware.text_as_it_was_sent",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
]
if not PERSONAL:
    MIDDLEWARE += ["allauth.account.middleware.AccountMiddleware", "accounts.team.last_seen.last_seen"]

ROOT_URLCONF = "config.urls"
ASGI_APPLICATION = "config.asgi.application"
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
                "config.context.parley",
            ]
        },
    }
]

# Accounts and cookies

AUTH_USER_MODEL = "accounts.User"
LOGIN_URL = "accounts:login"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "accounts:login"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
if not PERSONAL:
    AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
ACCOUNT_ADAPTER = "accounts.team.adapter.AccountAdapter"
ACCOUNT_FORMS = {
    "login": "accounts.team.forms.SignInForm",
    "signup": "accounts.team.forms.SignUpForm",
    "reset_password": "accounts.team.forms.ResetPasswordForm",
}
ACCOUNT_LOGIN_METHODS = {"email", "username"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "mandatory" if EMAIL_CONFIRMATION else "none"
# Without confirmation a second account with the same address is made: nobody learns that there is a first.
ACCOUNT_PREVENT_ENUMERATION: bool | str = True if EMAIL_CONFIRMATION else "strict"
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False  # or anybody could have us write to strangers
ACCOUNT_CHANGE_EMAIL = True
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_LOGOUT_REDIRECT_URL = LOGOUT_REDIRECT_URL
MFA_ADAPTER = "accounts.team.mfa.SealedSecrets"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes", "webauthn"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = "Parley"
MFA_ALLOW_UNVERIFIED_EMAIL = not EMAIL_CONFIRMATION
SOCIALACCOUNT_ADAPTER = "accounts.team.providers.ProviderAdapter"
SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"OAUTH_PKCE_ENABLED": True, "APPS": OIDC_PROVIDERS}}
SOCIALACCOUNT_REQUESTS_TIMEOUT = 10
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS = env.flag("HTTPS", default=False)
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "https" if HTTPS else "http"
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not HTTPS
SECURE_SSL_REDIRECT = HTTPS
SECURE_REDIRECT_EXEMPT = ["^api/health$", "^metrics$"]  # asked for on the machine itself, past the proxy
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
# What other hosts of the domain do is for their operators to say, so HSTS speaks for this one only.
SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W021"]

# Languages and times

LANGUAGES = [("en", "English"), ("de", "German")]
LANGUAGE_CODE = env.choice("LANGUAGE_CODE", "en", [code for code, _name in LANGUAGES])
LOCALE_PATHS = [BASE_DIR / "locale"]
if not PERSONAL:
    LOCALE_PATHS.append(BASE_DIR / "accounts/team/words")  # for texts of django-allauth
TIME_ZONE = env.time_zone("TIME_ZONE", "UTC")
USE_TZ = True
FORMAT_MODULE_PATH = ["config.formats"]

# Files

STATIC_URL = "static/"
STATIC_ROOT = DATA_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
MEDIA_ROOT = DATA_DIR / "media"
WHITENOISE_ALLOW_ALL_ORIGINS = False
WHITENOISE_KEEP_ONLY_HASHED_FILES = True  # half the work of a first start; pages name no others
PAGE_STORAGE = (
    "django.contrib.staticfiles.storage.StaticFilesStorage" if DEBUG else "config.static.BundledStorage"
)
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": PAGE_STORAGE},
}

# The numbers of this process at /metrics, for whom these name; for nobody where they are empty

METRICS_CLIENTS = env.networks("METRICS_CLIENTS", "")
METRICS_TOKEN = env.key("METRICS_TOKEN")
METRICS_PORT = env.number("METRICS_PORT", 0, least=0, most=65535)

# Where traces go; without it nothing of OpenTelemetry is imported

OTEL_EXPORTER_OTLP_ENDPOINT = env.web_address("OTEL_EXPORTER_OTLP_ENDPOINT")

# What the server says of itself, one line each on stderr

LOG_LEVEL = env.choice("LOG_LEVEL", "INFO", ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"))
LOG_FORMAT = env.choice("LOG_FORMAT", "text", ("text", "json"))
ACCESS_LOG = env.flag("ACCESS_LOG", default=False)
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"text": {"()": "config.logs.OneLine"}, "json": {"()": "config.logs.Json"}},
    "filters": {"refusals": {"()": "config.logs.Refusals"}},
    "handlers": {
        "stderr": {"class": "logging.StreamHandler", "formatter": LOG_FORMAT, "filters": ["refusals"]},
    },
    "root": {"handlers": ["stderr"], "level": LOG_LEVEL},
    "loggers": {
        "django": {"handlers": [], "level": LOG_LEVEL, "propagate": True},
        "parley.access": {"level": "INFO"},
        # They tell of their own steps at INFO, where nobody has to do anything.
        "daphne": {"level": LOG_LEVEL if LOG_LEVEL != "INFO" else "WARNING"},
        "procrastinate": {"level": LOG_LEVEL if LOG_LEVEL != "INFO" else "WARNING"},
        # The MCP client repeats what servers send, with a traceback; what matters of it is told by our tools.
        "mcp": {"level": "CRITICAL"},
        # Addresses and headers of what we ask others, keys in them included.
        "httpx2": {"level": "WARNING"},
        "httpcore2": {"level": "WARNING"},
        "client": {"level": "CRITICAL"},
    },
}
