"""Settings; the environment decides where the data is and what the staff token is."""

import os

from django.core.management.utils import get_random_secret_key

# Nothing is signed, so that a key of this process alone will do.
SECRET_KEY = get_random_secret_key()
STAFF_TOKEN = os.environ.get("STAFF_TOKEN", "")
INSTALLED_APPS = ["shop"]
MIDDLEWARE = ["shop.problems.ProblemMiddleware"]
ROOT_URLCONF = "config.urls"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
USE_TZ = True
DATA_UPLOAD_MAX_MEMORY_SIZE = 16_384
DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": os.environ.get("DATABASE_PATH", "shop.sqlite3"),
        # IMMEDIATE: with a deferred BEGIN two requests could read the same stock before either of them writes.
        "OPTIONS": {"transaction_mode": "IMMEDIATE", "timeout": 30},
    }
}
