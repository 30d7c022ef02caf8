"""Settings; the environment variable DATABASE_PATH names the SQLite file."""

import os

# Nothing here signs anything; an application with sessions takes its key from the environment alone.
SECRET_KEY = os.environ.get("SECRET_KEY", "development only")
ALLOWED_HOSTS = ["127.0.0.1", "localhost"]
INSTALLED_APPS = ["notes"]
MIDDLEWARE = ["notes.errors.ApiErrorMiddleware"]
ROOT_URLCONF = "config.urls"
APPEND_SLASH = False
USE_TZ = True
# Unknown query parameters are ignored, however many there are.
DATA_UPLOAD_MAX_NUMBER_FIELDS = None
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.sqlite3",
        # Every thread has a connection of its own: only with a shared cache do they see one database in memory.
        "NAME": os.environ.get("DATABASE_PATH") or "file:notes?mode=memory&cache=shared",
        "OPTIONS": {"transaction_mode": "IMMEDIATE"},
    }
}
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"console": {"class": "logging.StreamHandler"}},
    "loggers": {"django.request": {"handlers": ["console"], "level": "ERROR", "propagate": False}},
}
