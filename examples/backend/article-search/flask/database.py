"""The SQLite database of articles, with an index of their words."""

import json
import secrets
import sqlite3
import threading
from pathlib import Path
from typing import NamedTuple

from markup import CLOSE, OPEN
from query import Query

FOLDER = Path(__file__).parent
SEARCH = (FOLDER / "search.sql").read_text()
OCCURRENCES = """
    SELECT highlight(article_text, 0, :open, :close), highlight(article_text, 1, :open, :close)
    FROM article_text WHERE article_text MATCH :phrases AND rowid = :id
"""


class Article(NamedTuple):
    """What is kept of an article."""

    slug: str
    title: str
    body: str
    tags: list[str]


class Hit(NamedTuple):
    """An article that a search finds; OPEN and CLOSE stand around the occurrences in its texts."""

    score: int
    article: Article


class Database:
    """One connection that all threads share, one transaction at a time.

    Attributes:
        cursor_key: signs the cursors of this database.
    """

    def __init__(self, path: str) -> None:
        """Open the file at ``path`` and create what is missing in it."""
        self._lock = threading.RLock()
        self._connection = sqlite3.connect(path, check_same_thread=False)
        self._connection.executescript((FOLDER / "schema.sql").read_text())
        with self._connection as connection:
            connection.execute("INSERT OR IGNORE INTO cursor_key VALUES (1, ?)", (secrets.token_bytes(),))
            (self.cursor_key,) = connection.execute("SELECT value FROM cursor_key").fetchone()

    def close(self) -> None:
        """Close the connection; the database can't be used any more."""
        self._connection.close()

    def save(self, article: Article) -> bool:
        """Create or replace an article, and tell whether it is new."""
        values = {**article._asdict(), "tags": json.dumps(article.tags)}
        update = "UPDATE article SET title = :title, body = :body, tags = :tags WHERE slug = :slug"
        insert = "INSERT INTO article (slug, title, body, tags) VALUES (:slug, :title, :body, :tags)"
        with self._lock, self._connection as connection:
            if connection.execute(update, values).rowcount:
                return False
            connection.execute(insert, values)
            return True

    def find(self, slug: str) -> Article | None:
        """An article, or None when there is none."""
        with self._lock:
            query = "SELECT slug, title, body, tags FROM article WHERE slug = ?"
            row = self._connection.execute(query, (slug,)).fetchone()
        return row and Article(*row[:3], json.loads(row[3]))

    def delete(self, slug: str) -> bool:
        """Remove an article, and tell whether there was one."""
        with self._lock, self._connection as connection:
            return connection.execute("DELETE FROM article WHERE slug = ?", (slug,)).rowcount == 1

    def search(self, query: Query, after: tuple[int, str] | None, limit: int) -> list[Hit]:
        """The best hits of a query, or the best of those that come after a score and slug."""
        phrases = " AND ".join(query.phrases) or None
        after_score, after_slug = after or (None, None)
        parameters = {
            "title_phrases": json.dumps([f"title : {phrase}" for phrase in query.phrases]),
            "every_phrase": phrases,
            "no_phrase": " OR ".join(query.excluded_phrases) or None,
            "every_tag": json.dumps(query.tags),
            "no_tag": json.dumps(query.excluded_tags),
            "after_score": after_score,
            "after_slug": after_slug,
            "limit": limit,
        }
        with self._lock:
            rows = self._connection.execute(SEARCH, parameters).fetchall()
            return [
                Hit(score, Article(slug, *self._texts(article_id, phrases), json.loads(tags)))
                for article_id, slug, tags, score in rows
            ]

    def _texts(self, article_id: int, phrases: str | None) -> tuple[str, str]:
        if phrases is None:
            query = "SELECT title, body FROM article WHERE id = ?"
            return self._connection.execute(query, (article_id,)).fetchone()
        parameters = {"open": OPEN, "close": CLOSE, "phrases": phrases, "id": article_id}
        return self._connection.execute(OCCURRENCES, parameters).fetchone()
