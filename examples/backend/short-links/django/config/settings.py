"""Settings of the project."""

import os

# Nothing here signs anything, but Django does not start without a key.
SECRET_KEY = "not used"
ALLOWED_HOSTS = ["127.0.0.1", "localhost"]
ROOT_URLCONF = "config.urls"
INSTALLED_APPS = ["shortener"]
MIDDLEWARE = ["shortener.problems.ProblemMiddleware"]
USE_TZ = True
DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.sqlite3",
        # Every thread has its own connection; with a shared cache all of them see one database.
        "NAME": os.environ.get("DATABASE_PATH") or "file:links?mode=memory&cache=shared",
        "OPTIONS": {"transaction_mode": "IMMEDIATE"},
    }
}
