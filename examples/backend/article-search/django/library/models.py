"""Articles, and the index of their words that the migrations make."""

import secrets
from collections.abc import Sequence
from typing import Self

from django.db import connection, models
from django.db.models import Case, Q, Value, When
from django.db.models.expressions import RawSQL

from library.markup import CLOSE, OPEN
from library.queries import Query


def having(match: str) -> RawSQL:
    """The ids of articles with this in their words; ``match`` is in FTS5's query syntax."""
    return RawSQL("SELECT rowid FROM library_words WHERE library_words MATCH %s", [match])


class ArticleQuerySet(models.QuerySet["Article"]):
    """Sets of articles."""

    def found_by(self, query: Query) -> Self:
        """Those that the query finds, annotated with their ``score`` and in the order of an answer."""
        found = self
        if query.wanted.phrases:
            found = found.filter(id__in=having(all_of(query.wanted.phrases)))
        if query.unwanted.phrases:
            found = found.exclude(id__in=having(" OR ".join(query.unwanted.phrases)))
        for tag in query.wanted.tags:
            found = found.filter(tags__name=tag)
        found = found.exclude(tags__name__in=query.unwanted.tags)
        in_title = [
            Case(When(id__in=having(f"title : {phrase}"), then=Value(1)), default=Value(0))
            for phrase in query.wanted.phrases
        ]
        return found.annotate(score=sum(in_title, Value(0))).order_by("-score", "slug")

    def after(self, score: int, slug: str) -> Self:
        """Those of a found set that come after this place."""
        return self.filter(Q(score__lt=score) | Q(score=score, slug__gt=slug))


class Article(models.Model):
    """A title and a body with tags."""

    slug = models.CharField(max_length=64, unique=True)
    title = models.CharField(max_length=200)
    body = models.TextField()

    objects = ArticleQuerySet.as_manager()

    def set_tags(self, names: Sequence[str]) -> None:
        """Replace all tags."""
        self.tags.all().delete()
        Tag.objects.bulk_create(Tag(article=self, name=name) for name in names)

    def tag_names(self) -> list[str]:
        """All tags, in ascending order."""
        return [tag.name for tag in self.tags.all()]

    def occurrences(self, phrases: Sequence[str]) -> tuple[str, str]:
        """Title and body, in which OPEN and CLOSE stand around the phrases; all of them have to occur."""
        if not phrases:
            return self.title, self.body
        sql = """
            SELECT highlight(library_words, 0, %s, %s), highlight(library_words, 1, %s, %s)
            FROM library_words WHERE library_words MATCH %s AND rowid = %s
        """
        with connection.cursor() as cursor:
            cursor.execute(sql, [OPEN, CLOSE, OPEN, CLOSE, all_of(phrases), self.id])
            return cursor.fetchone()


class Tag(models.Model):
    """A tag of an article."""

    article = models.ForeignKey(Article, on_delete=models.CASCADE, related_name="tags")
    name = models.CharField(max_length=32)

    class Meta:
        ordering = ["name"]
        constraints = [models.UniqueConstraint(fields=["name", "article"], name="tag_once")]


class SigningKey(models.Model):
    """A secret of this database."""

    name = models.CharField(max_length=20, primary_key=True)
    value = models.CharField(max_length=64, default=secrets.token_hex)


def all_of(phrases: Sequence[str]) -> str:
    """What FTS5 is to match so that every phrase occurs."""
    return " AND ".join(phrases)
