"""Settings of the project."""

import os
from urllib.parse import unquote, urlsplit

# Nothing here signs anything, but Django does not start without a key.
SECRET_KEY = "not used"
ALLOWED_HOSTS = ["127.0.0.1", "localhost"]
ROOT_URLCONF = "config.urls"
INSTALLED_APPS = ["ledger"]
MIDDLEWARE = ["ledger.problems.ProblemMiddleware"]
USE_TZ = True
# Unknown query parameters are ignored, however many there are.
DATA_UPLOAD_MAX_NUMBER_FIELDS = None


def _database() -> dict[str, object]:
    if url := os.environ.get("DATABASE_URL"):
        parts = urlsplit(url)
        return {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": unquote(parts.path.removeprefix("/")),
            "USER": unquote(parts.username or ""),
            "PASSWORD": unquote(parts.password or ""),
            "HOST": parts.hostname,
            "PORT": parts.port,
        }
    return {
        "ENGINE": "django.db.backends.sqlite3",
        # Every thread has its own connection; with a shared cache all of them see one database.
        "NAME": os.environ.get("DATABASE_PATH") or "file:transfers?mode=memory&cache=shared",
        "OPTIONS": {"transaction_mode": "IMMEDIATE"},
    }


DATABASES = {"default": _database()}
