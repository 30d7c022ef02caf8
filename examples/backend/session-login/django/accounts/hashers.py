"""How passwords are hashed."""

from django.conf import settings
from django.contrib.auth.hashers import ScryptPasswordHasher


class ConfiguredScryptHasher(ScryptPasswordHasher):
    """Django's scrypt at the cost that the settings name; hashes of another cost stay valid."""

    parallelism = 1
    # No limit of OpenSSL's: the cost of a stored hash may be higher than the configured one.
    maxmem = 2**31 - 1

    @property
    def work_factor(self) -> int:
        """N of scrypt for new hashes."""
        return settings.PASSWORD_COST
