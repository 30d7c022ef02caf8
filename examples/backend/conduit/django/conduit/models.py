"""Users, articles and what belongs to them."""

import itertools
import re
from datetime import datetime
from typing import Any, Self

from django.db import models
from django.db.models import Count, Exists, OuterRef
from django.utils import timezone


class User(models.Model):
    """Somebody who writes, reads or follows; names differ in more than the case of ASCII letters."""

    username = models.CharField(max_length=32, unique=True, db_collation="NOCASE")
    email = models.CharField(max_length=254, unique=True, db_collation="NOCASE")
    password = models.CharField(max_length=255)  # a hash
    bio = models.CharField(max_length=500, null=True)
    image = models.CharField(max_length=500, null=True)
    following = models.ManyToManyField("self", symmetrical=False, related_name="followers")

    def profile(self, following: bool) -> dict[str, Any]:
        """The user as others see it."""
        return {"username": self.username, "bio": self.bio, "image": self.image, "following": following}


class AuthoredQuerySet(models.QuerySet):
    """Things with an author."""

    def seen_by(self, caller: User | None) -> Self:
        """With ``following``: whether the caller follows the author."""
        follows = User.following.through.objects.filter(from_user=caller, to_user=OuterRef("author"))
        return self.select_related("author").annotate(following=Exists(follows))


class ArticleQuerySet(AuthoredQuerySet):
    """Articles."""

    def seen_by(self, caller: User | None) -> Self:
        """With all that ``Article.as_json`` needs, the newest first."""
        favorites = Article.favorited_by.through.objects.filter(user=caller, article=OuterRef("pk"))
        counted = super().seen_by(caller).annotate(favorited=Exists(favorites), favorites_count=Count("favorited_by"))
        # Django drops the order of a model's Meta where it counts by group.
        return counted.prefetch_related("tags").order_by("-pk")


class Article(models.Model):
    """An article, at a path of its own."""

    slug = models.CharField(max_length=120, unique=True)
    title = models.CharField(max_length=100)
    description = models.CharField(max_length=300)
    body = models.TextField()
    created_at = models.DateTimeField(default=timezone.now)
    updated_at = models.DateTimeField()
    author = models.ForeignKey(User, models.PROTECT, related_name="articles")
    favorited_by = models.ManyToManyField(User, related_name="favorites")

    objects = ArticleQuerySet.as_manager()

    def choose_slug(self) -> None:
        """Make the slug from the title, with the first number that makes it free."""
        base = re.sub("[^A-Za-z0-9]+", "-", self.title).strip("-").lower() or "article"
        others = Article.objects.exclude(pk=self.pk)
        numbers = itertools.count(2)
        self.slug = base
        # An article at "feed" would be hidden by the feed.
        while self.slug == "feed" or others.filter(slug=self.slug).exists():
            self.slug = f"{base}-{next(numbers)}"

    def set_tags(self, tags: list[str]) -> None:
        """Replace the tags."""
        self.tags.all().delete()
        Tag.objects.bulk_create(Tag(article=self, text=text) for text in tags)

    def as_json(self) -> dict[str, Any]:
        """The article as the caller sees it who was given to ``seen_by``."""
        return {
            "slug": self.slug,
            "title": self.title,
            "description": self.description,
            "body": self.body,
            "tagList": [tag.text for tag in self.tags.all()],
            "createdAt": _format(self.created_at),
            "updatedAt": _format(self.updated_at),
            "favorited": self.favorited,
            "favoritesCount": self.favorites_count,
            "author": self.author.profile(self.following),
        }


class Tag(models.Model):
    """A tag of an article; by their ids they are in order."""

    article = models.ForeignKey(Article, models.CASCADE, related_name="tags")
    text = models.CharField(max_length=30, db_index=True)

    class Meta:
        ordering = ["pk"]


class Comment(models.Model):
    """A comment on an article."""

    article = models.ForeignKey(Article, models.CASCADE, related_name="comments")
    author = models.ForeignKey(User, models.PROTECT, related_name="comments")
    body = models.CharField(max_length=2000)
    created_at = models.DateTimeField(default=timezone.now)

    objects = AuthoredQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]

    def as_json(self) -> dict[str, Any]:
        """The comment as the caller sees it who was given to ``seen_by``."""
        time = _format(self.created_at)
        author = self.author.profile(self.following)
        return {"id": self.pk, "createdAt": time, "updatedAt": time, "body": self.body, "author": author}


def _format(time: datetime) -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z"
