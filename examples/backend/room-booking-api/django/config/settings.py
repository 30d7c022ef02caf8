"""Settings of the project."""

import os

# Nothing here signs anything, but Django does not start without a key.
SECRET_KEY = "not used"
ALLOWED_HOSTS = ["127.0.0.1", "localhost"]
ROOT_URLCONF = "config.urls"
INSTALLED_APPS = ["bookings"]
MIDDLEWARE = ["bookings.errors.ApiErrorMiddleware"]
USE_I18N = False
USE_TZ = True
# Unknown query parameters are ignored, however many there are.
DATA_UPLOAD_MAX_NUMBER_FIELDS = None
DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.sqlite3",
        # Every thread has a connection of its own; a shared cache gives all of them one memory.
        "NAME": os.environ.get("DATABASE_PATH") or "file:bookings?mode=memory&cache=shared",
        "OPTIONS": {"transaction_mode": "IMMEDIATE"},
    }
}
