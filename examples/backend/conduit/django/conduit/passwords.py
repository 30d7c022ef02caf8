"""How passwords are hashed."""

from django.contrib.auth.hashers import ScryptPasswordHasher


class QuickScryptHasher(ScryptPasswordHasher):
    """Scrypt with N=16384 and r=8 like Django's, but done once in place of five times."""

    parallelism = 1
