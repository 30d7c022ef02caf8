"""Settings of the project."""

import os

ROOT_URLCONF = "config.urls"
INSTALLED_APPS = ["teams"]
MIDDLEWARE = ["teams.middleware.OneAtATimeMiddleware", "teams.middleware.ProblemMiddleware"]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
DATA_UPLOAD_MAX_MEMORY_SIZE = 16384
DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.sqlite3",
        # Every thread has a connection of its own; with a shared cache all of them see one database in memory.
        "NAME": os.environ.get("DATABASE_PATH") or "file:teams?mode=memory&cache=shared",
        "OPTIONS": {"transaction_mode": "IMMEDIATE"},
        # A view is a transaction: what it has written is undone when it raises.
        "ATOMIC_REQUESTS": True,
    }
}
