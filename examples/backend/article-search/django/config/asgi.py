"""The ASGI application; importing this module brings the database up to date."""

import os
from concurrent.futures import ThreadPoolExecutor

from django.core.asgi import get_asgi_application
from django.core.management import call_command

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
application = get_asgi_application()

# Django keeps the ORM out of threads with an event loop, such as the one that may import this. The thread goes on
# living, and so does its connection, without which a database in memory would be gone.
_keeper = ThreadPoolExecutor(1)
_keeper.submit(call_command, "migrate", verbosity=0).result()
