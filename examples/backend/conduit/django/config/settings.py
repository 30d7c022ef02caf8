"""Settings; the environment says where the data is and what signs the tokens."""

import os

from django.core.management.utils import get_random_secret_key

from conduit.tokens import signing_key

# Django itself signs nothing here, so that a key of this process alone will do.
SECRET_KEY = get_random_secret_key()
TOKEN_KEY = signing_key(os.environ.get("APP_JWT_SECRET"))
ALLOWED_HOSTS = ["127.0.0.1", "localhost"]
INSTALLED_APPS = ["conduit"]
MIDDLEWARE = ["conduit.errors.ErrorMiddleware"]
ROOT_URLCONF = "config.urls"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
USE_TZ = True
DATA_UPLOAD_MAX_MEMORY_SIZE = 102_400
PASSWORD_HASHERS = ["conduit.passwords.QuickScryptHasher"]
DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": os.environ.get("DATABASE_PATH") or "conduit.sqlite3",
        # Each view is a transaction, undone when it raises; IMMEDIATE, so that nobody writes between its queries.
        "ATOMIC_REQUESTS": True,
        "OPTIONS": {"transaction_mode": "IMMEDIATE"},
    }
}
