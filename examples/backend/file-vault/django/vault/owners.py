"""Who sends a request."""

from hashlib import sha256

from django.conf import settings
from django.utils.crypto import constant_time_compare

from vault.problems import ProblemError


def identify_owner(authorization: str) -> str:
    """The owner whose key the value of an ``Authorization`` header holds.

    Raises:
        ProblemError: it holds none.
    """
    scheme, _, key = authorization.partition(" ")
    digest = _digest(key)
    # All keys are compared, so that the time tells neither how much is right nor whose it is.
    found = [
        owner
        for owner, known in settings.VAULT.keys.items()
        if constant_time_compare(digest, _digest(known))
    ]
    if scheme != "Bearer" or not found:
        raise ProblemError("unauthorized", WWW_Authenticate="Bearer")
    return found[0]


def _digest(key: str) -> str:
    # All digests have one length, which that of a key would give away.
    return sha256(key.encode()).hexdigest()
