"""Settings of the project."""

import os
from pathlib import Path
from tempfile import TemporaryDirectory

from config.environment import read_settings

_path = os.environ.get("DATABASE_PATH")
if not _path:
    # Removed when the process ends.
    _temporary = TemporaryDirectory()
    _path = os.path.join(_temporary.name, "database")

# Nothing here signs anything, but Django does not start without a key.
SECRET_KEY = "not used"
ALLOWED_HOSTS = ["127.0.0.1", "localhost"]
ROOT_URLCONF = "config.urls"
INSTALLED_APPS = ["vault"]
MIDDLEWARE = ["vault.problems.ProblemMiddleware"]
DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": _path,
        # What a transaction has read stays true until it ends.
        "OPTIONS": {"transaction_mode": "IMMEDIATE"},
    }
}
# Larger bodies go to disk while they arrive.
FILE_UPLOAD_MAX_MEMORY_SIZE = 65_536
FILES_FOLDER = Path(f"{_path}.files")
VAULT = read_settings(os.environ)
