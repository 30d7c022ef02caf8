"""The ASGI application; importing this module makes tables and folder that are missing."""

import os
from concurrent.futures import ThreadPoolExecutor

from django.conf import settings
from django.core.asgi import get_asgi_application
from django.core.management import call_command

from config.bodies import cut_bodies

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
application = cut_bodies(get_asgi_application(), settings.VAULT.max_file_bytes)


def _prepare() -> None:
    # Can be imported only now that Django is set up.
    from vault.storage import prepare_folder

    call_command("migrate", verbosity=0)
    prepare_folder()


# In a thread, because a server may import this module inside its event loop, where Django refuses
# to use the database.
with ThreadPoolExecutor(max_workers=1) as _pool:
    _pool.submit(_prepare).result()
