"""The endpoints."""

import re
from http import HTTPStatus
from typing import Any

from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX, check_password, make_password
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.utils import timezone
from django.views import View

from conduit import tokens
from conduit.errors import ApiError, Forbidden, NotFound
from conduit.forms import ArticleForm, CommentForm, FilterForm, LoginForm, PartForm, UserChangeForm, UserForm, read
from conduit.models import Article, Comment, Tag, User


def health(_request: HttpRequest) -> HttpResponse:
    """Tell that the server works."""
    return JsonResponse({"status": "ok"})


def unknown_path(_request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer a path that is not listed."""
    return NotFound("path").response()


class RegistrationView(View):
    """New users."""

    def post(self, request: HttpRequest) -> HttpResponse:
        """Make a user."""
        user = _save_user(User(), read(request, "user", UserForm))
        return JsonResponse(_user_json(user), status=HTTPStatus.CREATED)


class LoginView(View):
    """New tokens."""

    def post(self, request: HttpRequest) -> HttpResponse:
        """Give a token to who knows the password."""
        given = read(request, "user", LoginForm)
        user = User.objects.filter(email=given["email"]).first()
        # Django hashes the password even if there is none to compare it with.
        if not check_password(given["password"], user.password if user else UNUSABLE_PASSWORD_PREFIX):
            raise ApiError(HTTPStatus.UNAUTHORIZED, {"credentials": ["are not valid"]})
        return JsonResponse(_user_json(user))


class CallerView(View):
    """A view that knows the caller, who may be nobody in methods that need none."""

    need_caller: tuple[str, ...] = ("POST", "PUT", "DELETE")
    caller: User | None

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Look at the token before anything else."""
        header = request.headers.get("Authorization")
        self.caller = None if header is None else _find_caller(header)
        if self.caller is None and (header is not None or request.method in self.need_caller):
            raise ApiError(HTTPStatus.UNAUTHORIZED, {"token": ["is missing or not valid"]})
        return super().dispatch(request, *args, **kwargs)

    def article(self, slug: str, of_caller: bool = False) -> Article:
        """The article with that slug, which may have to be the caller's."""
        article = Article.objects.seen_by(self.caller).filter(slug=slug).first()
        if article is None:
            raise NotFound("article")
        if of_caller and article.author != self.caller:
            raise Forbidden("article")
        return article

    def user(self, username: str) -> User:
        """The user with that name."""
        user = User.objects.filter(username=username).first()
        if user is None:
            raise NotFound("profile")
        return user

    def answer_article(self, slug: str, status: int = HTTPStatus.OK) -> HttpResponse:
        """Answer with the article as it is now."""
        return JsonResponse({"article": self.article(slug).as_json()}, status=status)

    def answer_list(self, articles: QuerySet[Article], asked: dict[str, Any]) -> HttpResponse:
        """Answer with the part of the articles that is asked for."""
        part = {"limit": 20, "offset": 0, **asked}
        chosen = articles.seen_by(self.caller)[part["offset"] : part["offset"] + part["limit"]]
        found = [article.as_json() for article in chosen]
        for article in found:
            del article["body"]
        return JsonResponse({"articles": found, "articlesCount": articles.count()})


class CurrentUserView(CallerView):
    """The caller."""

    need_caller = ("GET", "PUT")

    def get(self, _request: HttpRequest) -> HttpResponse:
        """Tell callers who they are."""
        return JsonResponse(_user_json(self.caller))

    def put(self, request: HttpRequest) -> HttpResponse:
        """Change the given fields of the caller."""
        changes = read(request, "user", UserChangeForm, partial=True)
        return JsonResponse(_user_json(_save_user(self.caller, changes)))


class ProfileView(CallerView):
    """A user as others see it."""

    def get(self, _request: HttpRequest, username: str) -> HttpResponse:
        """Give the profile."""
        user = self.user(username)
        following = user.followers.filter(pk=self.caller.pk).exists() if self.caller else False
        return JsonResponse({"profile": user.profile(following)})


class FollowView(CallerView):
    """Whether the caller follows a user."""

    def post(self, _request: HttpRequest, username: str) -> HttpResponse:
        """Follow."""
        user = self.user(username)
        if user == self.caller:
            raise ApiError(HTTPStatus.UNPROCESSABLE_ENTITY, {"username": ["is your own"]})
        self.caller.following.add(user)
        return JsonResponse({"profile": user.profile(following=True)})

    def delete(self, _request: HttpRequest, username: str) -> HttpResponse:
        """Follow no more."""
        user = self.user(username)
        self.caller.following.remove(user)
        return JsonResponse({"profile": user.profile(following=False)})


class ArticlesView(CallerView):
    """All articles."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """List the articles that match all filters."""
        asked = FilterForm(request.GET.dict(), partial=True).cleaned()
        articles = Article.objects.all()
        if "tag" in asked:
            articles = articles.filter(pk__in=Tag.objects.filter(text=asked["tag"]).values("article"))
        if "author" in asked:
            articles = articles.filter(author__username=asked["author"])
        if "favorited" in asked:
            # Not by a join, in which only this user's favourites would be counted.
            articles = articles.filter(pk__in=User.objects.filter(username=asked["favorited"]).values("favorites"))
        return self.answer_list(articles, asked)

    def post(self, request: HttpRequest) -> HttpResponse:
        """Publish an article of the caller."""
        fields = read(request, "article", ArticleForm)
        tags = fields.pop("tagList", [])
        time = timezone.now()
        article = Article(author=self.caller, created_at=time, updated_at=time, **fields)
        article.choose_slug()
        article.save()
        article.set_tags(tags)
        return self.answer_article(article.slug, HTTPStatus.CREATED)


class FeedView(CallerView):
    """The articles of the users whom the caller follows."""

    need_caller = ("GET",)

    def get(self, request: HttpRequest) -> HttpResponse:
        """List them."""
        asked = PartForm(request.GET.dict(), partial=True).cleaned()
        return self.answer_list(Article.objects.filter(author__in=self.caller.following.all()), asked)


class ArticleView(CallerView):
    """One article."""

    def get(self, _request: HttpRequest, slug: str) -> HttpResponse:
        """Give it."""
        return self.answer_article(slug)

    def put(self, request: HttpRequest, slug: str) -> HttpResponse:
        """Change the given fields, if it is the caller's."""
        changes = read(request, "article", ArticleForm, partial=True)
        article = self.article(slug, of_caller=True)
        if "tagList" in changes:
            article.set_tags(changes.pop("tagList"))
        is_renamed = changes.get("title", article.title) != article.title
        for name, value in changes.items():
            setattr(article, name, value)
        if is_renamed:
            article.choose_slug()
        article.updated_at = timezone.now()
        article.save()
        return self.answer_article(article.slug)

    def delete(self, _request: HttpRequest, slug: str) -> HttpResponse:
        """Delete it with all that belongs to it, if it is the caller's."""
        self.article(slug, of_caller=True).delete()
        return HttpResponse(status=HTTPStatus.NO_CONTENT)


class FavoriteView(CallerView):
    """Whether an article is a favourite of the caller."""

    def post(self, _request: HttpRequest, slug: str) -> HttpResponse:
        """Make it one."""
        self.article(slug).favorited_by.add(self.caller)
        return self.answer_article(slug)

    def delete(self, _request: HttpRequest, slug: str) -> HttpResponse:
        """Make it one no more."""
        self.article(slug).favorited_by.remove(self.caller)
        return self.answer_article(slug)


class CommentsView(CallerView):
    """The comments on an article."""

    def get(self, _request: HttpRequest, slug: str) -> HttpResponse:
        """List them."""
        comments = self.article(slug).comments.seen_by(self.caller)
        return JsonResponse({"comments": [comment.as_json() for comment in comments]})

    def post(self, request: HttpRequest, slug: str) -> HttpResponse:
        """Add one of the caller."""
        fields = read(request, "comment", CommentForm)
        added = self.article(slug).comments.create(author=self.caller, **fields)
        comment = Comment.objects.seen_by(self.caller).get(pk=added.pk)
        return JsonResponse({"comment": comment.as_json()}, status=HTTPStatus.CREATED)


class CommentView(CallerView):
    """One comment on an article."""

    def delete(self, _request: HttpRequest, slug: str, comment_id: str) -> HttpResponse:
        """Delete it, if it is the caller's."""
        article = self.article(slug)
        # Django would also find the comment 7 by "07" or " 7".
        known = re.fullmatch("[1-9][0-9]{0,17}", comment_id)
        comment = article.comments.filter(pk=comment_id).first() if known else None
        if comment is None:
            raise NotFound("comment")
        if comment.author != self.caller:
            raise Forbidden("comment")
        comment.delete()
        return HttpResponse(status=HTTPStatus.NO_CONTENT)


class TagsView(CallerView):
    """The tags of all articles."""

    def get(self, _request: HttpRequest) -> HttpResponse:
        """List them."""
        tags = Tag.objects.order_by("text").values_list("text", flat=True).distinct()
        return JsonResponse({"tags": list(tags)})


def _find_caller(header: str) -> User | None:
    scheme, _, token = header.partition(" ")
    subject = tokens.read_subject(token)
    if scheme.lower() != "token" or subject is None or not subject.isdecimal():
        return None
    return User.objects.filter(pk=subject).first()


def _save_user(user: User, fields: dict[str, Any]) -> User:
    others = User.objects.exclude(pk=user.pk)
    names = {name: fields[name] for name in ("username", "email") if name in fields}
    taken = [name for name, value in names.items() if others.filter(**{name: value}).exists()]
    if taken:
        raise ApiError(HTTPStatus.CONFLICT, {name: ["has already been taken"] for name in taken})
    if "password" in fields:
        fields["password"] = make_password(fields["password"])
    for name, value in fields.items():
        setattr(user, name, value)
    user.save()
    return user


def _user_json(user: User) -> dict[str, Any]:
    fields = {"email": user.email, "username": user.username, "bio": user.bio, "image": user.image}
    return {"user": {**fields, "token": tokens.issue(user.pk)}}
