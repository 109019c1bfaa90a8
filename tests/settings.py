"""The project's settings with a known environment: what a developer has in ``.env`` must not change a test.

``DATABASE_URL``, ``REDIS_URL`` and ``TURNS`` are kept, so that the same suite runs both ways.
"""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

from config import env

KEPT = {name: os.environ.get(name, "") for name in ("DATABASE_URL", "REDIS_URL", "TURNS")}
FOLDER = Path(tempfile.mkdtemp(prefix="parley-tests-"))
atexit.register(shutil.rmtree, FOLDER, ignore_errors=True)

env.read_file = lambda path: None  # what the developer's .env says is for the developer's server
os.environ.update(
    KEPT,
    DATA_DIR=str(FOLDER),
    PARLEY_MODE="team",
    SECRET_KEY="a key for tests, long enough to be taken",
    SECRET_KEY_FALLBACKS="",
    ACCESS_TOKEN_MINUTES="",
    REFRESH_TOKEN_DAYS="",
    SIGN_UP="",
    OIDC_PROVIDERS="",
    EMAIL_URL="memorymail://",
    EMAIL_FROM="",
    EMAIL_CONFIRMATION="",
    OPENAI_BASE_URL="",
    OPENAI_API_KEY="",
    OPENAI_MODEL="",
    **{f"{of}_{what}": "" for of in ("TRANSCRIPTION", "SPEECH") for what in ("BASE_URL", "API_KEY", "MODEL")},
    OFFLINE_DELAY="0",
    PRICES="",
    MAX_RUN_TOKENS="",
    MAX_RUN_COST="",
    VOICE="",
    VOICE_REVIEW="",
    MAX_AUDIO_SECONDS="",
    MAX_AUDIO_BYTES="",
    MAX_DOCUMENT_BYTES="",
    MAX_DOCUMENTS="",
    TOOL_NETWORKS="",
    MCP_STDIO_COMMANDS="",
    SOCKET_IDLE="",
    SOCKET_PATIENCE="",
    SOCKET_RATE="",
    SOCKET_BURST="",
    LOG_LEVEL="WARNING",
    LOG_FORMAT="",
    OTEL_EXPORTER_OTLP_ENDPOINT="",
    EVENT_RETENTION_DAYS="",
    ACCESS_LOG="",
    METRICS_CLIENTS="",
    METRICS_TOKEN="",
    METRICS_PORT="",
    CORS_ORIGINS="",
    API_RATE="0",
    SEND_RATE="0",
    WEBHOOK_RATE="",
    SIGN_IN_RATE="0",
)

from config.settings import *  # noqa: E402 (the environment comes first)

if EMBEDDED:
    # Threads share a file as the server's do; Django's in-memory database locks whole tables between them.
    DATABASES["default"]["TEST"] = {"NAME": str(FOLDER / "tests.sqlite3")}
DATABASES["default"]["CONN_MAX_AGE"] = 0  # a kept one would keep the test database from being dropped

# The files as they are written: nothing is collected for a test.
STORAGES = {**STORAGES, "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = True

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # slow ones are for passwords of people

#: The variables the project reads; tests of the readers add names of their own to ``env.asked`` later.
READ = frozenset(env.asked)
