"""The ASGI application; importing this module creates the tables that are missing."""

import os
from concurrent.futures import ThreadPoolExecutor

from django.core.asgi import get_asgi_application
from django.core.management import call_command
from django.db import connection

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
application = get_asgi_application()


def _migrate() -> object:
    call_command("migrate", verbosity=0)
    return connection.connection


# A server may import this module inside its event loop, where Django refuses to use a database;
# hence the thread. Its connection is kept, because a database in memory ends with the last one.
with ThreadPoolExecutor(max_workers=1) as _executor:
    _kept_open = _executor.submit(_migrate).result()
