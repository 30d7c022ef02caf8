"""What the API does with tenants and links."""

import secrets
import string
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from threading import Lock

from django.db import transaction
from django.utils import timezone

from shortener.models import Link, Tenant
from shortener.problems import CodeTakenError, ExpiredError, NotFoundError

_MADE_CODE_LENGTH = 8
_MADE_CODE_CHARACTERS = string.ascii_letters + string.digits

_lock = Lock()


@contextmanager
def _transaction() -> Iterator[None]:
    # SQLite waits for another connection to a file, but fails at once for one to the same memory.
    with _lock, transaction.atomic():
        yield


def add_tenant(name: str) -> tuple[Tenant, str]:
    """Store a new tenant, and give its key; nowhere else is the key seen."""
    key = secrets.token_urlsafe(32)
    with _transaction():
        return Tenant.objects.create(name=name, key_hash=_hash(key)), key


def find_tenant(key: str) -> Tenant | None:
    """The tenant with that key, if there is one."""
    with _transaction():
        return Tenant.objects.filter(key_hash=_hash(key)).first()


def add_link(tenant: Tenant, url: str, code: str | None, expires_at: str | None) -> Link:
    """Store a new link; without a code it gets one that is free.

    Raises:
        CodeTakenError: a link has or had the code.
    """
    with _transaction():
        if code is None:
            code = _free_code()
        elif _is_used(code):
            raise CodeTakenError
        return Link.objects.create(tenant=tenant, url=url, code=code, expires_at=expires_at)


def list_links(tenant: Tenant) -> list[Link]:
    """All links of a tenant, oldest first."""
    with _transaction():
        return list(tenant.links.filter(deleted=False))


def find_link(tenant: Tenant, code: str) -> Link:
    """A link of the tenant.

    Raises:
        NotFoundError: the tenant has none with that code.
    """
    with _transaction():
        return _existing_link(tenant=tenant, code=code)


def set_expiry(tenant: Tenant, code: str, expires_at: str | None) -> Link:
    """Change when a link of the tenant expires.

    Raises:
        NotFoundError: the tenant has none with that code.
    """
    with _transaction():
        link = _existing_link(tenant=tenant, code=code)
        link.expires_at = expires_at
        link.save(update_fields=["expires_at"])
        return link


def delete_link(tenant: Tenant, code: str) -> None:
    """Delete a link of the tenant for good.

    Raises:
        NotFoundError: the tenant has none with that code.
    """
    with _transaction():
        link = _existing_link(tenant=tenant, code=code)
        link.deleted = True
        link.save(update_fields=["deleted"])


def follow(code: str) -> str:
    """Count a visit to a link and tell its target.

    Raises:
        ExpiredError: the link has expired.
        NotFoundError: there is no link with that code.
    """
    with _transaction():
        link = _existing_link(code=code)
        if link.expires_at is not None and link.expires_at <= _now():
            raise ExpiredError
        link.hits += 1
        link.save(update_fields=["hits"])
        return link.url


def _existing_link(**conditions: object) -> Link:
    link = Link.objects.filter(deleted=False, **conditions).first()
    if link is None:
        raise NotFoundError
    return link


def _hash(key: str) -> str:
    # A key is random and long, so unlike a password it needs neither salt nor a slow hash.
    return sha256(key.encode()).hexdigest()


def _now() -> str:
    return timezone.now().strftime("%Y-%m-%dT%H:%M:%SZ")


def _free_code() -> str:
    while True:
        code = "".join(secrets.choice(_MADE_CODE_CHARACTERS) for _ in range(_MADE_CODE_LENGTH))
        if not _is_used(code):
            return code


def _is_used(code: str) -> bool:
    return Link.objects.filter(code=code).exists()
