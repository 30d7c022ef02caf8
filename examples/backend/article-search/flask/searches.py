"""The endpoint of searches."""

import re

from flask import Blueprint, current_app, request
from flask.typing import ResponseReturnValue

import cursor
from database import Database
from errors import InvalidCursor, ValidationFailed
from markup import snippet_html, title_html
from query import FaultyQuery, Query

LIMIT = re.compile("[1-9]|[1-4][0-9]|50")

blueprint = Blueprint("searches", __name__)


@blueprint.get("/search")
def search() -> ResponseReturnValue:
    """Find articles, those first whose titles have most of what is asked for."""
    query, limit = _parameters()
    database: Database = current_app.extensions["database"]
    after = None
    if "cursor" in request.args:
        after = cursor.redeem(database.cursor_key, query.text, request.args["cursor"])
        if after is None:
            raise InvalidCursor
    hits = database.search(query, after, limit + 1)
    next_cursor = None
    if len(hits) > limit:
        # There is more; the next page begins after the last hit of this one.
        hits.pop()
        next_cursor = cursor.issue(database.cursor_key, query.text, hits[-1].score, hits[-1].article.slug)
    items = [
        {
            "slug": article.slug,
            "score": score,
            "title_html": title_html(article.title),
            "snippet_html": snippet_html(article.body),
            "tags": article.tags,
        }
        for score, article in hits
    ]
    return {"items": items, "next_cursor": next_cursor}


def _parameters() -> tuple[Query, int]:
    faults = {}
    limit = request.args.get("limit", "10")
    if not LIMIT.fullmatch(limit):
        faults["limit"] = "must be a number from 1 to 50"
    try:
        query = Query.parse(request.args.get("q", ""))
    except FaultyQuery as fault:
        faults["q"] = str(fault)
    if faults:
        raise ValidationFailed(faults)
    return query, int(limit)
