"""The ASGI application; importing this module makes the tables that are missing."""

import os
from concurrent.futures import ThreadPoolExecutor

from django.core.asgi import get_asgi_application
from django.core.management import call_command

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
application = get_asgi_application()

# A thread of its own, because a server may import this module inside its event loop, where Django
# refuses to use the database. It stays, and with it its connection: a database in memory lasts no
# longer than the last connection to it.
_migrator = ThreadPoolExecutor(max_workers=1)
_migrator.submit(call_command, "migrate", verbosity=0).result()
