"""The app that the environment configures."""

import os

from conduit import create_app

app = create_app(os.environ.get("DATABASE_PATH") or "conduit.sqlite3", os.environ.get("APP_JWT_SECRET"))
