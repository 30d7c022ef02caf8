"""The ASGI application; its import makes the tables that are missing."""

import os
from concurrent.futures import ThreadPoolExecutor

from django.core.asgi import get_asgi_application
from django.core.management import call_command

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
application = get_asgi_application()

# Not in this thread, which may have an event loop already: Django keeps databases away from those.
# The thread and its connection stay, and so does a database in memory.
_keeper = ThreadPoolExecutor(max_workers=1)
_keeper.submit(call_command, "migrate", verbosity=0).result()
