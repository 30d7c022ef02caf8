"""The ASGI application."""

import os
from concurrent.futures import ThreadPoolExecutor

from django.core.asgi import get_asgi_application
from django.core.management import call_command
from django.db import connection

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
application = get_asgi_application()

if connection.is_in_memory_db():
    # `manage.py migrate` is another process and can't have made these tables. The ORM refuses to work in the thread
    # of an event loop, so a thread of its own makes them; it lives on, and with it the connection without which
    # SQLite would drop the database.
    database_keeper = ThreadPoolExecutor(1)
    database_keeper.submit(call_command, "migrate", verbosity=0).result()
