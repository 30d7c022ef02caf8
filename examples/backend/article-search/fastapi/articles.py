"""The endpoints of articles."""

import json
import re
from typing import Annotated, NoReturn

from fastapi import APIRouter, Depends, Request, Response
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from problems import Problem
from store import ArticleStore, store_of

MAX_BODY_BYTES = 65536
SLUG = re.compile("[a-z0-9-]{1,64}")

Tag = Annotated[str, StringConstraints(pattern=r"^[a-z0-9-]{1,32}$")]


class Fields(BaseModel):
    """What clients write of an article."""

    model_config = ConfigDict(extra="forbid", strict=True)

    title: Annotated[str, StringConstraints(min_length=1, max_length=200, pattern=r"^[^\x00-\x1F\x7F]*$")]
    body: Annotated[str, StringConstraints(max_length=10_000, pattern=r"^[^\x00-\x08\x0B-\x1F\x7F]*$")]
    tags: Annotated[list[Tag], Field(max_length=10), AfterValidator(lambda tags: sorted(set(tags)))]


class Article(Fields):
    """An article as clients see it."""

    slug: str


def _slug(slug: str) -> str:
    if not SLUG.fullmatch(slug):
        raise Problem.not_found()
    return slug


async def _fields(request: Request) -> Fields:
    media_type = request.headers.get("Content-Type", "").partition(";")[0]
    if media_type.strip().lower() != "application/json":
        raise Problem(415, "unsupported_media_type")
    content = bytearray()
    async for chunk in request.stream():
        content += chunk
        if len(content) > MAX_BODY_BYTES:
            raise Problem(413, "content_too_large")
    try:
        # No field is a number, and unlike an int a float takes any number of digits.
        value = json.loads(content.decode(), parse_int=float, parse_constant=_refuse)
    except (ValueError, RecursionError):
        raise Problem(400, "malformed_json") from None
    if not isinstance(value, dict):
        raise Problem(400, "malformed_json")
    try:
        return Fields.model_validate(value)
    except ValidationError as invalid:
        raise Problem.validation_failed({str(fault["loc"][0]): fault["msg"] for fault in invalid.errors()}) from None


def _refuse(constant: str) -> NoReturn:
    # Python takes NaN and Infinity, which JSON does not have.
    raise ValueError(constant)


router = APIRouter(prefix="/articles")
Slug = Annotated[str, Depends(_slug)]
Store = Annotated[ArticleStore, Depends(store_of)]


@router.put("/{slug}")
def put(slug: Slug, fields: Annotated[Fields, Depends(_fields)], store: Store, response: Response) -> Article:
    """Create an article, or replace it as a whole."""
    if store.put(slug, fields.title, fields.body, fields.tags):
        response.status_code = 201
    return Article(slug=slug, **fields.model_dump())


@router.get("/{slug}")
def get(slug: Slug, store: Store) -> Article:
    """Read an article."""
    found = store.get(slug)
    if found is None:
        raise Problem.not_found()
    title, body, tags = found
    return Article(slug=slug, title=title, body=body, tags=tags)


@router.delete("/{slug}", status_code=204)
def delete(slug: Slug, store: Store) -> None:
    """Remove an article."""
    if not store.delete(slug):
        raise Problem.not_found()
