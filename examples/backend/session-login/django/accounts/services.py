"""What the API does with accounts and sessions."""

import hashlib
import hmac
import math
import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Lock
from uuid import uuid4

from django.conf import settings
from django.contrib.auth.hashers import check_password, make_password
from django.db import transaction

from accounts.models import Account, Attempts, Session
from accounts.problems import (
    InvalidCredentials,
    NotFound,
    TooManyAttempts,
    Unauthenticated,
    UsernameTaken,
    WrongPassword,
)

MAX_FAILURES = 5

_lock = Lock()


@dataclass(frozen=True)
class Login:
    """A session together with the token that only its client has."""

    session: Session
    token: str

    @property
    def csrf_token(self) -> str:
        """What changing requests have to carry; whoever has no token cannot compute it."""
        return hmac.new(self.token.encode(), b"csrf token", hashlib.sha256).hexdigest()

    def as_json(self) -> dict[str, str]:
        """The session as its client sees it."""
        account = self.session.account.as_json()
        return {"id": self.session.public_id, **account, "csrf_token": self.csrf_token}


def register(username: str, password: str) -> Account:
    """Add an account.

    Raises:
        UsernameTaken
    """
    password_hash = make_password(password)
    with _exclusive():
        account, is_new = Account.objects.get_or_create(
            username=username, defaults={"password_hash": password_hash}
        )
    if not is_new:
        raise UsernameTaken
    return account


def log_in(username: str, password: str, user_agent: str, replaced_token: str) -> Login:
    """Begin a session with a new token, in place of the one that belongs to another token.

    Raises:
        TooManyAttempts, InvalidCredentials
    """
    verified_hash = _verify(username, password)
    token = secrets.token_urlsafe(32)
    with _exclusive():
        # The hash again: while it was computed, a password change may have ended all sessions.
        account = Account.objects.filter(username=username, password_hash=verified_hash).first()
        if account is None:
            raise InvalidCredentials
        Session.objects.filter(token_digest=_digest(replaced_token)).delete()
        session = account.sessions.create(
            public_id=str(uuid4()), token_digest=_digest(token), user_agent=user_agent
        )
    return Login(session, token)


def find_login(token: str) -> Login:
    """The session that belongs to a token.

    Raises:
        Unauthenticated
    """
    with _exclusive():
        session = Session.objects.select_related("account").filter(token_digest=_digest(token)).first()
    if session is None:
        raise Unauthenticated
    return Login(session, token)


def list_sessions(account: Account) -> list[Session]:
    """The sessions of an account, the oldest first."""
    with _exclusive():
        return list(account.sessions.all())


def end_session(account: Account, public_id: str) -> None:
    """End a session of an account.

    Raises:
        NotFound: the account has no such session.
    """
    with _exclusive():
        ended, _ = account.sessions.filter(public_id=public_id).delete()
    if not ended:
        raise NotFound


def change_password(session: Session, current: str, new: str) -> None:
    """Set a new password and end all other sessions of the account.

    Raises:
        TooManyAttempts, WrongPassword, Unauthenticated
    """
    account = session.account
    try:
        verified_hash = _verify(account.username, current)
    except InvalidCredentials:
        raise WrongPassword from None
    new_hash = make_password(new)
    with _exclusive():
        unchanged = Account.objects.filter(pk=account.pk, password_hash=verified_hash)
        # Of several changes that were verified with one password the first wins.
        if not unchanged.update(password_hash=new_hash):
            raise WrongPassword
        account.sessions.exclude(pk=session.pk).delete()
        if not account.sessions.exists():
            raise Unauthenticated


def _verify(username: str, password: str) -> str:
    """Try a password, and give the stored hash that it is right for."""
    _take_attempt(username)
    with _exclusive():
        account = Account.objects.filter(username=username).first()
    if account is None:
        make_password(password)  # for nothing but the time that it takes
        raise InvalidCredentials
    if not check_password(password, account.password_hash):
        raise InvalidCredentials
    with _exclusive():
        Attempts.objects.filter(username=username).delete()
    return account.password_hash


def _take_attempt(username: str) -> None:
    """Count an attempt as failed until it turns out right, so that attempts at the same time count as well."""
    now = time.time()
    with _exclusive():
        Attempts.objects.filter(expires__lte=now).delete()
        attempts, _ = Attempts.objects.get_or_create(username=username, defaults={"expires": now})
        if attempts.failures >= MAX_FAILURES:
            raise TooManyAttempts(retry_after=math.ceil(attempts.expires - now))
        attempts.failures += 1
        attempts.expires = now + settings.LOGIN_LOCK_SECONDS
        attempts.save()


def _digest(token: str) -> str:
    # A token is random and long, so unlike a password it needs neither salt nor a slow hash.
    return hashlib.sha256(token.encode()).hexdigest()


@contextmanager
def _exclusive() -> Iterator[None]:
    # SQLite waits for another connection to a file, but fails at once for one to the same memory.
    with _lock, transaction.atomic():
        yield
