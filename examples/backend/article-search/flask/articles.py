"""The endpoints of articles."""

import json
import re
from typing import Any, NoReturn

from flask import Blueprint, abort, current_app, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import UnsupportedMediaType

from database import Article, Database
from errors import MalformedJson, ValidationFailed
from query import TAG

SLUG = re.compile("[a-z0-9-]{1,64}")
TITLE = re.compile(r"[^\x00-\x1F\x7F]{1,200}")
BODY = re.compile(r"[^\x00-\x08\x0B-\x1F\x7F]{0,10000}")
MOST_TAGS = 10

blueprint = Blueprint("articles", __name__, url_prefix="/articles/<slug>")


@blueprint.url_value_preprocessor
def check_slug(endpoint: str | None, values: dict[str, Any] | None) -> None:
    """Know nothing under a slug of wrong form."""
    if values is not None and not SLUG.fullmatch(values["slug"]):
        abort(404)


@blueprint.put("")
def put(slug: str) -> ResponseReturnValue:
    """Create an article, or replace it as a whole."""
    article = Article(slug, **_fields())
    is_new = _database().save(article)
    return article._asdict(), 201 if is_new else 200


@blueprint.get("")
def get(slug: str) -> ResponseReturnValue:
    """Read an article."""
    article = _database().find(slug)
    if article is None:
        abort(404)
    return article._asdict()


@blueprint.delete("")
def delete(slug: str) -> ResponseReturnValue:
    """Remove an article."""
    if not _database().delete(slug):
        abort(404)
    return "", 204


def _database() -> Database:
    database: Database = current_app.extensions["database"]
    return database


def _fields() -> dict[str, Any]:
    if request.mimetype != "application/json":
        raise UnsupportedMediaType
    try:
        # An int would have a limit of digits, a float has none; no field is a number.
        value = json.loads(request.get_data().decode(), parse_int=float, parse_constant=_refuse)
    except (ValueError, RecursionError):
        raise MalformedJson from None
    if not isinstance(value, dict):
        raise MalformedJson
    faults = {name: "is not a field" for name in value.keys() - {"title", "body", "tags"}}
    if not _is_text(value.get("title"), TITLE):
        faults["title"] = "must be a string of 1 to 200 characters without control characters"
    if not _is_text(value.get("body"), BODY):
        faults["body"] = "must be a string of at most 10000 characters without control characters but tab and line feed"
    tags = value.get("tags")
    if not isinstance(tags, list) or len(tags) > MOST_TAGS or not all(_is_text(tag, TAG) for tag in tags):
        faults["tags"] = f"must be at most {MOST_TAGS} strings of 1 to 32 characters from a-z, 0-9 and -"
    if faults:
        raise ValidationFailed(faults)
    return {**value, "tags": sorted(set(tags))}


def _refuse(constant: str) -> NoReturn:
    # Python reads NaN and Infinity, which JSON does not have.
    raise ValueError(constant)


def _is_text(value: object, form: re.Pattern[str]) -> bool:
    return isinstance(value, str) and form.fullmatch(value) is not None
