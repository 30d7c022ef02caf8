"""The endpoints of documents and their history."""

import re
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Depends, Header, Request, Response

from bodies import all_fields, some_fields
from entity_tags import entity_tag, matches_weakly
from models import Changes, Document, Fields, History, Version
from problems import NotFound
from store import DocumentStore

DOCUMENT_ID = re.compile(r"[a-z0-9-]{1,64}")

router = APIRouter(prefix="/documents/{document_id}")


async def _store(request: Request) -> DocumentStore:
    store: DocumentStore = request.app.state.store
    return store


async def _valid_id(document_id: str) -> str:
    if not DOCUMENT_ID.fullmatch(document_id):
        raise NotFound
    return document_id


# Dependencies run in the order of an endpoint's parameters: where there is a body, it comes before the id, because
# a faulty body is to be answered before an id of wrong form.
Store = Annotated[DocumentStore, Depends(_store)]
AllFields = Annotated[Fields, Depends(all_fields)]
SomeFields = Annotated[Changes, Depends(some_fields)]
DocumentId = Annotated[str, Depends(_valid_id)]
HeaderValue = Annotated[str | None, Header()]


@router.put("")
def put(
    fields: AllFields,
    document_id: DocumentId,
    store: Store,
    response: Response,
    if_match: HeaderValue = None,
    if_none_match: HeaderValue = None,
) -> Document:
    """Create or replace a document, as the precondition says."""
    if if_match is None and if_none_match == "*":
        document = store.create(document_id, fields)
        response.status_code = HTTPStatus.CREATED
        response.headers["Location"] = f"/documents/{document_id}"
    else:
        document = store.replace(document_id, fields, if_match)
    return _tagged(document, response)


@router.patch("")
def patch(
    changes: SomeFields, document_id: DocumentId, store: Store, response: Response, if_match: HeaderValue = None
) -> Document:
    """Change the given fields of a document."""
    return _tagged(store.change(document_id, changes, if_match), response)


@router.delete("", status_code=HTTPStatus.NO_CONTENT)
def delete(document_id: DocumentId, store: Store, if_match: HeaderValue = None) -> None:
    """Mark a document as deleted."""
    store.delete(document_id, if_match)


@router.get("", response_model=Document)
def get(
    document_id: DocumentId, store: Store, response: Response, if_none_match: HeaderValue = None
) -> Document | Response:
    """Read a document, unless the client has its current version."""
    document = store.get(document_id)
    if if_none_match is not None and matches_weakly(if_none_match, document.version):
        return Response(status_code=HTTPStatus.NOT_MODIFIED, headers={"ETag": entity_tag(document.version)})
    return _tagged(document, response)


@router.post("/restore")
def restore(document_id: DocumentId, store: Store, response: Response) -> Document:
    """Bring a deleted document back."""
    return _tagged(store.restore(document_id), response)


@router.get("/versions")
def history(document_id: DocumentId, store: Store) -> History:
    """Read all versions of a document."""
    return History(items=store.history(document_id))


@router.get("/versions/{number}")
def version(document_id: DocumentId, number: str, store: Store) -> Version:
    """Read one version of a document."""
    return store.version(document_id, number)


def _tagged(document: Document, response: Response) -> Document:
    response.headers["ETag"] = entity_tag(document.version)
    return document
