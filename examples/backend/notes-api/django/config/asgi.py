"""The application for an ASGI server."""

import os
from concurrent.futures import ThreadPoolExecutor

from django.core.asgi import get_asgi_application
from django.core.management import call_command
from django.db import connection

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
application = get_asgi_application()

if connection.is_in_memory_db():
    # Such a database ends with its last connection, so no other process can make the tables. The thread keeps its
    # connection for good, and it is one where Django's ORM works: servers import this module in their event loop.
    keeper = ThreadPoolExecutor(1)
    keeper.submit(call_command, "migrate", verbosity=0).result()
