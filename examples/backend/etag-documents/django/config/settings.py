"""Settings; the database is the only thing that the environment decides."""

import os

# Nothing here signs anything.
SECRET_KEY = "unused"
ALLOWED_HOSTS = ["127.0.0.1", "localhost"]
INSTALLED_APPS = ["documents"]
MIDDLEWARE = ["documents.problems.ProblemMiddleware"]
ROOT_URLCONF = "config.urls"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
USE_TZ = True
DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.sqlite3",
        # Requests run in threads, each with a connection of its own: a database in memory needs a shared cache.
        "NAME": os.environ.get("DATABASE_PATH") or "file:documents?mode=memory&cache=shared",
        "OPTIONS": {"transaction_mode": "IMMEDIATE"},
    }
}
