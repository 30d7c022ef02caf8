"""Settings; the environment decides about the database, the key and the limits."""

import os

from config.environment import number

SECRET_KEY = "signs nothing"
ALLOWED_HOSTS = ["127.0.0.1", "localhost"]
INSTALLED_APPS = ["live"]
MIDDLEWARE = ["live.problems.ProblemMiddleware"]
ROOT_URLCONF = "config.urls"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
DATA_UPLOAD_MAX_MEMORY_SIZE = 65_536
DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.sqlite3",
        # Requests run in threads, each with a connection of its own: a database in memory needs a shared cache.
        "NAME": os.environ.get("DATABASE_PATH") or "file:live?mode=memory&cache=shared",
        "OPTIONS": {"transaction_mode": "IMMEDIATE"},
    }
}

PUBLISH_KEY = os.environ.get("APP_PUBLISH_KEY", "")
HEARTBEAT_MS = number("APP_HEARTBEAT_MS", 15_000, least=10, most=60_000)
RETRY_MS = number("APP_RETRY_MS", 2_000, least=1, most=600_000)
HISTORY = number("APP_HISTORY", 100, least=1, most=10_000)
MAX_LISTENERS = number("APP_MAX_LISTENERS", 100, least=1, most=1_000)
QUEUE = number("APP_QUEUE", 100, least=1, most=1_000)
