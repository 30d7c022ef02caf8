"""Articles and the index of their words, in SQLite."""

import secrets
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple

from fastapi import Request

from queries import Query
from snippets import MARK_END, MARK_START

SCHEMA = """
CREATE TABLE IF NOT EXISTS articles (
    id INTEGER PRIMARY KEY,
    slug TEXT NOT NULL UNIQUE,
    title TEXT NOT NULL,
    body TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS article_tags (
    article_id INTEGER NOT NULL REFERENCES articles (id) ON DELETE CASCADE,
    tag TEXT NOT NULL,
    PRIMARY KEY (tag, article_id)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS tags_of_article ON article_tags (article_id, tag);
CREATE TABLE IF NOT EXISTS secrets (name TEXT PRIMARY KEY, value BLOB NOT NULL);

-- The index has no copy of the texts: to forget an article it must be told the words that it had.
CREATE VIRTUAL TABLE IF NOT EXISTS words USING fts5 (
    title, body, content = 'articles', content_rowid = 'id', tokenize = 'unicode61 remove_diacritics 0'
);
CREATE TRIGGER IF NOT EXISTS index_new AFTER INSERT ON articles BEGIN
    INSERT INTO words (rowid, title, body) VALUES (new.id, new.title, new.body);
END;
CREATE TRIGGER IF NOT EXISTS index_deleted AFTER DELETE ON articles BEGIN
    INSERT INTO words (words, rowid, title, body) VALUES ('delete', old.id, old.title, old.body);
END;
CREATE TRIGGER IF NOT EXISTS index_changed AFTER UPDATE ON articles BEGIN
    INSERT INTO words (words, rowid, title, body) VALUES ('delete', old.id, old.title, old.body);
    INSERT INTO words (rowid, title, body) VALUES (new.id, new.title, new.body);
END;
"""
WITH_WORDS = "id IN (SELECT rowid FROM words WHERE words MATCH ?)"
WITH_TAG = "id IN (SELECT article_id FROM article_tags WHERE tag = ?)"


class Found(NamedTuple):
    """An article that a search has found; MARK_START and MARK_END stand around occurrences in its texts."""

    slug: str
    score: int
    title: str
    body: str
    tags: list[str]


class ArticleStore:
    """One connection that all threads share, with one transaction at a time.

    Attributes:
        cursor_key: the secret of this database that signs cursors.
    """

    def __init__(self, path: str) -> None:
        """Open the file at ``path`` and create what is missing in it."""
        self._lock = threading.Lock()
        self._connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        self._connection.execute("PRAGMA foreign_keys = ON")
        self._connection.executescript(SCHEMA)
        with self._transaction() as connection:
            insert = "INSERT INTO secrets VALUES ('cursor_key', ?) ON CONFLICT DO NOTHING"
            connection.execute(insert, (secrets.token_bytes(),))
            row = connection.execute("SELECT value FROM secrets WHERE name = 'cursor_key'").fetchone()
        self.cursor_key: bytes = row[0]

    def close(self) -> None:
        """Close the connection; the store can't be used any more."""
        self._connection.close()

    def put(self, slug: str, title: str, body: str, tags: list[str]) -> bool:
        """Create or replace an article; tell whether it is new."""
        with self._transaction() as connection:
            row = connection.execute("SELECT id FROM articles WHERE slug = ?", (slug,)).fetchone()
            if row is None:
                insert = "INSERT INTO articles (slug, title, body) VALUES (?, ?, ?)"
                article_id = connection.execute(insert, (slug, title, body)).lastrowid
            else:
                (article_id,) = row
                connection.execute("UPDATE articles SET title = ?, body = ? WHERE id = ?", (title, body, article_id))
                connection.execute("DELETE FROM article_tags WHERE article_id = ?", (article_id,))
            pairs = [(article_id, tag) for tag in tags]
            connection.executemany("INSERT INTO article_tags (article_id, tag) VALUES (?, ?)", pairs)
        return row is None

    def get(self, slug: str) -> tuple[str, str, list[str]] | None:
        """Title, body and tags of an article, if there is one."""
        with self._transaction() as connection:
            row = connection.execute("SELECT id, title, body FROM articles WHERE slug = ?", (slug,)).fetchone()
            return row and (row[1], row[2], _tags(connection, row[0]))

    def delete(self, slug: str) -> bool:
        """Remove an article; tell whether there was one."""
        with self._transaction() as connection:
            return connection.execute("DELETE FROM articles WHERE slug = ?", (slug,)).rowcount > 0

    def search(self, query: Query, after: tuple[int, str] | None, limit: int) -> list[Found]:
        """The first articles that the query finds, or the first after an item with this score and slug."""
        found, parameters = _ranked(query)
        if after is not None:
            # Scores descend and slugs ascend: with the score's sign turned, both ascend.
            found += " WHERE (-score, slug) > (?, ?)"
            score, slug = after
            parameters += [-score, slug]
        found += " ORDER BY score DESC, slug LIMIT ?"
        with self._transaction() as connection:
            rows = connection.execute(found, [*parameters, limit]).fetchall()
            return [
                Found(slug, score, *_texts(connection, article_id, query), _tags(connection, article_id))
                for article_id, slug, score in rows
            ]

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        with self._lock:
            self._connection.execute("BEGIN IMMEDIATE")
            with self._connection:
                yield self._connection


async def store_of(request: Request) -> ArticleStore:
    """Dependency: the store of the app."""
    store: ArticleStore = request.app.state.store
    return store


def _ranked(query: Query) -> tuple[str, list[str | int]]:
    """SQL for id, slug and score of all articles found, and its parameters; nothing of a query gets into the SQL."""
    scores = [f"({WITH_WORDS})" for _ in query.phrases] or ["0"]
    parameters: list[str | int] = [f"title : {phrase}" for phrase in query.phrases]
    conditions = []
    if query.phrases:
        conditions.append(WITH_WORDS)
        parameters.append(" AND ".join(query.phrases))
    if query.excluded_phrases:
        conditions.append(f"NOT {WITH_WORDS}")
        parameters.append(" OR ".join(query.excluded_phrases))
    conditions += [WITH_TAG for _ in query.tags] + [f"NOT {WITH_TAG}" for _ in query.excluded_tags]
    parameters += query.tags + query.excluded_tags
    found = f"SELECT id, slug, {' + '.join(scores)} AS score FROM articles WHERE {' AND '.join(conditions)}"
    return f"SELECT id, slug, score FROM ({found})", parameters


def _texts(connection: sqlite3.Connection, article_id: int, query: Query) -> tuple[str, str]:
    if not query.phrases:
        sql = "SELECT title, body FROM articles WHERE id = ?"
        return connection.execute(sql, (article_id,)).fetchone()
    sql = """
        SELECT highlight(words, 0, :start, :end), highlight(words, 1, :start, :end)
        FROM words WHERE words MATCH :match AND rowid = :id
    """
    values = {"start": MARK_START, "end": MARK_END, "match": " AND ".join(query.phrases), "id": article_id}
    return connection.execute(sql, values).fetchone()


def _tags(connection: sqlite3.Connection, article_id: int) -> list[str]:
    rows = connection.execute("SELECT tag FROM article_tags WHERE article_id = ? ORDER BY tag", (article_id,))
    return [tag for (tag,) in rows]
