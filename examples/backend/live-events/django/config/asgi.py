"""The ASGI application."""

import os
from concurrent.futures import ThreadPoolExecutor

from django.core.asgi import get_asgi_application
from django.core.management import call_command
from django.db import connection

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
application = get_asgi_application()

if connection.is_in_memory_db():
    # Its tables must be made in this process, but not in the thread of the event loop, where Django refuses to use a
    # database. The thread stays, and with it the connection without which the database would be gone.
    keeper = ThreadPoolExecutor(1)
    keeper.submit(call_command, "migrate", verbosity=0).result()
