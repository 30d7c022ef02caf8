"""The ASGI application."""

import os
from concurrent.futures import ThreadPoolExecutor

from django.core.asgi import get_asgi_application
from django.core.management import call_command
from django.db import connection

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
application = get_asgi_application()

if connection.is_in_memory_db():
    # Nobody can have migrated it before. The thread and its connection stay, because the database is gone when the
    # last connection to it is; and this thread may run an event loop, in which Django refuses to use a database.
    _keeper = ThreadPoolExecutor()
    _keeper.submit(call_command, "migrate", verbosity=0).result()
