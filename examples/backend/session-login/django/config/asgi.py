"""The ASGI application; importing this module creates the tables that are missing."""

import os
import sqlite3
from threading import Thread

from django.conf import settings
from django.core.asgi import get_asgi_application
from django.core.management import call_command

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
application = get_asgi_application()

# A database in memory lasts as long as a connection to it is open; Django closes its own after each request.
_anchor = sqlite3.connect(settings.DATABASES["default"]["NAME"], uri=True)

# In a thread of its own, because a server may import this module in its event loop, where Django uses no database.
_migration = Thread(target=call_command, args=["migrate"], kwargs={"verbosity": 0})
_migration.start()
_migration.join()
