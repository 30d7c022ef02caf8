"""Settings; the environment variable DATABASE_PATH names the SQLite file."""

import os

from django.core.management.utils import get_random_secret_key

# Cursors outlive the process, so they are signed with a key from the database instead.
SECRET_KEY = get_random_secret_key()
ALLOWED_HOSTS = ["127.0.0.1", "localhost"]
INSTALLED_APPS = ["library"]
MIDDLEWARE = ["library.problems.ProblemMiddleware"]
ROOT_URLCONF = "config.urls"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
DATA_UPLOAD_MAX_MEMORY_SIZE = 65536
USE_TZ = True
DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.sqlite3",
        # Each thread has its own connection, and with a shared cache they all see one database in memory.
        "NAME": os.environ.get("DATABASE_PATH") or "file:library?mode=memory&cache=shared",
        "OPTIONS": {"transaction_mode": "IMMEDIATE"},
    }
}
