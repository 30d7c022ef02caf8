"""What views get from the app that serves the request: the database and the time."""

from datetime import datetime

from flask import current_app

from database import Database

# Keys of `app.extensions`.
DATABASE = "database"
NOW = "now"


def database() -> Database:
    """The database of the app."""
    found: Database = current_app.extensions[DATABASE]
    return found


def now() -> datetime:
    """The time by the clock of the app."""
    time: datetime = current_app.extensions[NOW]()
    return time
