"""Settings of the project."""

import os

# No SECRET_KEY and no ALLOWED_HOSTS: nothing is signed, and no answer depends on the host that a request names.
ROOT_URLCONF = "config.urls"
INSTALLED_APPS = ["accounts"]
MIDDLEWARE = ["accounts.middleware.NoStoreMiddleware", "accounts.middleware.ProblemMiddleware"]
USE_TZ = True
DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.sqlite3",
        # Every thread has its own connection; with a shared cache all of them see one database.
        "NAME": os.environ.get("DATABASE_PATH") or "file:accounts?mode=memory&cache=shared",
        "OPTIONS": {"transaction_mode": "IMMEDIATE"},
    }
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 8192

PASSWORD_HASHERS = ["accounts.hashers.ConfiguredScryptHasher"]
# N of scrypt, a power of two.
PASSWORD_COST = int(os.environ.get("PASSWORD_COST") or 16384)
# How long a username stays locked after too many failed attempts.
LOGIN_LOCK_SECONDS = int(os.environ.get("LOGIN_LOCK_SECONDS") or 60)
# Whether browsers send the cookie over HTTPS only.
COOKIE_SECURE = os.environ.get("COOKIE_SECURE") != "0"
