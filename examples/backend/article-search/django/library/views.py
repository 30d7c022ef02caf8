"""The endpoints."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus
from typing import Any, NoReturn

from django.core.exceptions import RequestDataTooBig
from django.core.signing import BadSignature, Signer
from django.db import transaction
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404
from django.views import View

from library.forms import ArticleForm, SearchForm
from library.markup import excerpt, with_marks
from library.models import Article, SigningKey
from library.problems import Problem
from library.queries import Query

_lock = threading.Lock()


@contextmanager
def _alone() -> Iterator[None]:
    # Connections to a database in memory don't wait for one another: SQLite would fail instead.
    with _lock, transaction.atomic():
        yield


def health(request: HttpRequest) -> HttpResponse:
    """Tell that the server works."""
    return JsonResponse({"status": "ok"})


class ArticleView(View):
    """One article."""

    def put(self, request: HttpRequest, slug: str) -> HttpResponse:
        """Create or replace it."""
        body = _read_object(request)
        fields = _cleaned(ArticleForm(body), {name: "There is no such field." for name in body})
        tags = fields.pop("tags")
        with _alone():
            article, is_new = Article.objects.update_or_create(slug=slug, defaults=fields)
            article.set_tags(tags)
        return JsonResponse(_json(article, tags), status=HTTPStatus.CREATED if is_new else HTTPStatus.OK)

    def get(self, request: HttpRequest, slug: str) -> HttpResponse:
        """Send it."""
        with _alone():
            article = get_object_or_404(Article, slug=slug)
            return JsonResponse(_json(article, article.tag_names()))

    def delete(self, request: HttpRequest, slug: str) -> HttpResponse:
        """Remove it."""
        with _alone():
            deleted, _ = Article.objects.filter(slug=slug).delete()
        if not deleted:
            raise Http404
        return HttpResponse(status=HTTPStatus.NO_CONTENT)


class SearchView(View):
    """All articles."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """Send a page of those that are found."""
        parameters = _cleaned(SearchForm(request.GET), {})
        query, limit = parameters["q"], parameters["limit"]
        with _alone():
            signer = _signer(query)
            found = Article.objects.found_by(query).prefetch_related("tags")
            if "cursor" in request.GET:
                found = found.after(*_place(signer, request.GET["cursor"]))
            articles = list(found[: limit + 1])
            page = articles[:limit]
            items = [_item(article, query) for article in page]
        last = page[-1] if len(articles) > limit else None
        return JsonResponse({"items": items, "next_cursor": last and signer.sign(f"{last.score}.{last.slug}")})


def _signer(query: Query) -> Signer:
    key, _ = SigningKey.objects.get_or_create(name="cursors")
    return Signer(key=key.value, sep=".", salt=f"cursor of {query.text}")


def _place(signer: Signer, cursor: str) -> tuple[int, str]:
    try:
        score, slug = signer.unsign(cursor).split(".")
    except BadSignature:
        raise Problem(HTTPStatus.BAD_REQUEST, "invalid_cursor") from None
    return int(score), slug


def _item(article: Article, query: Query) -> dict[str, Any]:
    title, body = article.occurrences(query.wanted.phrases)
    return {
        "slug": article.slug,
        "score": article.score,
        "title_html": with_marks(title),
        "snippet_html": excerpt(body),
        "tags": article.tag_names(),
    }


def _json(article: Article, tags: list[str]) -> dict[str, Any]:
    return {"slug": article.slug, "title": article.title, "body": article.body, "tags": tags}


def _read_object(request: HttpRequest) -> dict[str, Any]:
    if request.content_type != "application/json":
        raise Problem(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "unsupported_media_type")
    try:
        # Python limits the digits of an int, but not those of a float.
        value = json.loads(request.body.decode(), parse_int=float, parse_constant=_refuse_constant)
    except RequestDataTooBig:
        raise Problem(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "content_too_large") from None
    except (ValueError, RecursionError):
        value = None
    if not isinstance(value, dict):
        raise Problem(HTTPStatus.BAD_REQUEST, "malformed_json")
    return value


def _refuse_constant(name: str) -> NoReturn:
    # Only Python takes NaN and Infinity for JSON.
    raise ValueError(name)


def _cleaned(form: Form, strangers: dict[str, str]) -> dict[str, Any]:
    """The values of a form; those of ``strangers`` that are no fields of it are faulty."""
    faults = {name: text for name, text in strangers.items() if name not in form.fields}
    faults |= {name: " ".join(texts) for name, texts in form.errors.items()}
    if faults:
        raise Problem(HTTPStatus.UNPROCESSABLE_ENTITY, "validation_failed", faults)
    return form.cleaned_data
