"""Settings of the project."""

import os

from django.core.management.utils import get_random_secret_key

from config.environment import read_token_settings

TOKENS = read_token_settings(os.environ)

# Nothing is signed with this one, but Django does not start without it.
SECRET_KEY = get_random_secret_key()
ALLOWED_HOSTS = ["127.0.0.1", "localhost"]
ROOT_URLCONF = "config.urls"
INSTALLED_APPS = ["accounts"]
MIDDLEWARE = ["accounts.problems.ProblemMiddleware"]
PASSWORD_HASHERS = ["accounts.hashers.ScryptHasher"]
DATA_UPLOAD_MAX_MEMORY_SIZE = 8192
USE_I18N = False
DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.sqlite3",
        # Only a shared cache makes one database in memory out of the threads' connections.
        "NAME": os.environ.get("DATABASE_PATH") or "file:accounts?mode=memory&cache=shared",
        "OPTIONS": {"transaction_mode": "IMMEDIATE"},
    }
}
