"""What the API does with users and sessions."""

import hashlib
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock

from django.contrib.auth.hashers import check_password, make_password
from django.db import transaction

from accounts.models import RefreshToken, Session, User
from accounts.problems import ProblemError
from accounts.tokens import InvalidTokenError, verify_access_token

REFRESH_TOKEN_BYTES = 32

_lock = Lock()


@contextmanager
def _transaction() -> Iterator[None]:
    # To a database in memory SQLite lets no connection wait for another, but fails at once.
    with _lock, transaction.atomic():
        yield


def add_user(username: str, password: str) -> User:
    """Store a new user.

    Raises:
        ProblemError: ``username_taken``.
    """
    password_hash = make_password(password)
    with _transaction():
        defaults = {"password": password_hash}
        user, created = User.objects.get_or_create(defaults, username=username)
    if not created:
        raise ProblemError("username_taken")
    return user


def log_in(username: str, password: str, device: str, now: int) -> tuple[Session, str]:
    """Start a session; gives its first refresh token too.

    Raises:
        ProblemError: ``invalid_credentials``.
    """
    with _transaction():
        user = User.objects.filter(username=username).first()
    if user is None:
        # Takes the time of a check, which would tell who exists.
        make_password(password)
        raise ProblemError("invalid_credentials")
    if not check_password(password, user.password):
        raise ProblemError("invalid_credentials")
    with _transaction():
        # A change of the password that came meanwhile has ended all sessions: none may follow.
        if not User.objects.filter(pk=user.pk, password=user.password).exists():
            raise ProblemError("invalid_credentials")
        session = Session.objects.create(user=user, device=device, created_at=now)
        return session, _new_refresh_token(session)


def refresh(token: str) -> tuple[Session, str]:
    """Exchange a refresh token for the next one of its session.

    Raises:
        ProblemError: ``invalid_refresh_token``; if it was used up, its session is ended.
    """
    with _transaction():
        known = RefreshToken.objects.select_related("session").filter(digest=_digest(token))
        if known.filter(used_up=False).update(used_up=True):
            session = known.get().session
            return session, _new_refresh_token(session)
        Session.objects.filter(refreshtoken__in=known).delete()
    raise ProblemError("invalid_refresh_token")


def current_session(access_token: str) -> Session:
    """The session of an access token, with its user.

    Raises:
        ProblemError: ``unauthorized``.
    """
    try:
        user_id, key = verify_access_token(access_token)
    except InvalidTokenError:
        raise ProblemError("unauthorized") from None
    with _transaction():
        sessions = Session.objects.select_related("user")
        session = sessions.filter(key=key, user_id=user_id).first()
    if session is None:
        raise ProblemError("unauthorized")
    return session


def list_sessions(user: User) -> list[Session]:
    """All sessions of a user, oldest first."""
    with _transaction():
        return list(user.sessions.all())


def end_session(user: User, key: str) -> None:
    """End a session of a user; its tokens go with it.

    Raises:
        ProblemError: ``not_found``, the user has no such session.
    """
    with _transaction():
        deleted, _ = user.sessions.filter(key=key).delete()
    if not deleted:
        raise ProblemError("not_found")


def change_password(current: Session, old_password: str, new_password: str) -> None:
    """Set the password of a session's user, and end all other sessions.

    Raises:
        ProblemError: ``wrong_password``, also if another change came first.
    """
    user = current.user
    if not check_password(old_password, user.password):
        raise ProblemError("wrong_password")
    password_hash = make_password(new_password)
    with _transaction():
        unchanged = User.objects.filter(pk=user.pk, password=user.password)
        if not unchanged.update(password=password_hash):
            raise ProblemError("wrong_password")
        user.sessions.exclude(pk=current.pk).delete()


def _new_refresh_token(session: Session) -> str:
    token = secrets.token_urlsafe(REFRESH_TOKEN_BYTES)
    RefreshToken.objects.create(digest=_digest(token), session=session)
    return token


def _digest(token: str) -> str:
    # Tokens are random and long: unlike passwords they need no slow hash.
    return hashlib.sha256(token.encode()).hexdigest()
