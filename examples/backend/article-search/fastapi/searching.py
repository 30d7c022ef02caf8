"""The endpoint of searches."""

import re
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Depends
from pydantic import BaseModel

import cursors
from problems import Problem
from queries import Query, parse
from snippets import marked, snippet
from store import ArticleStore, Found, store_of

_LIMIT = re.compile("[1-9]|[1-4][0-9]|50")


class Item(BaseModel):
    """An article that is found."""

    slug: str
    score: int
    title_html: str
    snippet_html: str
    tags: list[str]


class Page(BaseModel):
    """Some of the articles that are found."""

    items: list[Item]
    next_cursor: str | None


@dataclass
class Parameters:
    """The checked parameters of a search."""

    text: str
    query: Query
    limit: int
    cursor: str | None


def _parameters(q: str = "", limit: str = "10", cursor: str | None = None) -> Parameters:
    errors = {}
    try:
        query = parse(q)
    except ValueError as error:
        errors["q"] = str(error)
    if not _LIMIT.fullmatch(limit):
        errors["limit"] = "must be a number from 1 to 50"
    if errors:
        raise Problem.validation_failed(errors)
    return Parameters(q, query, int(limit), cursor)


router = APIRouter()


@router.get("/search")
def search(
    parameters: Annotated[Parameters, Depends(_parameters)], store: Annotated[ArticleStore, Depends(store_of)]
) -> Page:
    """Find articles, the best first."""
    after = None
    if parameters.cursor is not None:
        try:
            after = cursors.unseal(store.cursor_key, parameters.text, parameters.cursor)
        except ValueError:
            raise Problem(400, "invalid_cursor") from None
    # One more than asked for tells whether there is another page.
    found = store.search(parameters.query, after, parameters.limit + 1)
    shown = found[: parameters.limit]
    next_cursor = None
    if len(found) > len(shown):
        next_cursor = cursors.seal(store.cursor_key, parameters.text, shown[-1].score, shown[-1].slug)
    return Page(items=[_item(article) for article in shown], next_cursor=next_cursor)


def _item(article: Found) -> Item:
    return Item(
        slug=article.slug,
        score=article.score,
        title_html=marked(article.title),
        snippet_html=snippet(article.body),
        tags=article.tags,
    )
