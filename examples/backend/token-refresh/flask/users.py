"""Users and their passwords."""

from sqlite3 import IntegrityError
from typing import NamedTuple
from uuid import uuid4

from database import transaction
from passwords import hash_password, verify_password
from problems import ProblemError


class User(NamedTuple):
    """A user as the database has it."""

    id: str
    username: str
    password_hash: str


def add_user(username: str, password: str) -> User:
    """Store a new user.

    Raises:
        ProblemError: ``username_taken``.
    """
    user = User(str(uuid4()), username, hash_password(password))
    try:
        with transaction() as database:
            database.execute("INSERT INTO users VALUES (?, ?, ?)", user)
    except IntegrityError:
        raise ProblemError("username_taken") from None
    return user


def authenticate(username: str, password: str) -> User | None:
    """The user with that name, if the password is right."""
    with transaction() as database:
        query = "SELECT id, username, password_hash FROM users WHERE username = ?"
        row = database.execute(query, (username,)).fetchone()
    if row is None:
        hash_password(password)  # for the time it takes: nobody shall see that there is no user
        return None
    user = User(*row)
    return user if verify_password(password, user.password_hash) else None


def change_password(user: User, session_id: str, current: str, new: str) -> None:
    """Set the password and end all sessions of the user but one.

    Raises:
        ProblemError: ``wrong_password``, also if another change came first.
    """
    if not verify_password(current, user.password_hash):
        raise ProblemError("wrong_password")
    new_hash = hash_password(new)
    with transaction() as database:
        updated = database.execute(
            "UPDATE users SET password_hash = ? WHERE id = ? AND password_hash = ?",
            (new_hash, user.id, user.password_hash),
        )
        if updated.rowcount == 0:
            raise ProblemError("wrong_password")
        database.execute(
            "DELETE FROM sessions WHERE user_id = ? AND id <> ?", (user.id, session_id)
        )
