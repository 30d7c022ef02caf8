"""The endpoints of documents and their history."""

import re
from http import HTTPStatus

from flask import Blueprint, Response, current_app, jsonify, request
from flask.typing import ResponseReturnValue

from bodies import all_fields, some_fields
from database import Database, Document, Transaction
from preconditions import Condition, entity_tag
from problems import Fault, Problem

DOCUMENT_ID = re.compile(r"[a-z0-9-]{1,64}")

blueprint = Blueprint("documents", __name__, url_prefix="/documents/<document_id>")


@blueprint.put("")
def put(document_id: str) -> ResponseReturnValue:
    """Create or replace a document, as the precondition says."""
    fields = all_fields()
    # Only here: elsewhere an id of wrong form is just one that was never created.
    if not DOCUMENT_ID.fullmatch(document_id):
        raise Problem(Fault.NOT_FOUND)
    if "If-Match" not in request.headers and _header("If-None-Match") == "*":
        return _create(document_id, fields)
    with _database().transaction() as transaction:
        current = _matched(_find(transaction, document_id))
        document = transaction.revise(current, fields)
    return _tagged(document)


@blueprint.patch("")
def patch(document_id: str) -> ResponseReturnValue:
    """Change the given fields of a document."""
    changes = some_fields()
    with _database().transaction() as transaction:
        current = _matched(_existing(transaction, document_id))
        document = transaction.revise(current, changes)
    return _tagged(document)


@blueprint.delete("")
def delete(document_id: str) -> ResponseReturnValue:
    """Mark a document as deleted."""
    with _database().transaction() as transaction:
        current = _matched(_existing(transaction, document_id))
        transaction.mark(current, is_deleted=True)
    return Response(status=HTTPStatus.NO_CONTENT)


@blueprint.get("")
def get(document_id: str) -> ResponseReturnValue:
    """Read a document, unless the client has its current version."""
    with _database().transaction() as transaction:
        document = _existing(transaction, document_id)
    version = document.latest.version
    if Condition.parse(_header("If-None-Match") or "").matches_weakly(version):
        return Response(status=HTTPStatus.NOT_MODIFIED, headers={"ETag": entity_tag(version)})
    return _tagged(document)


@blueprint.post("/restore")
def restore(document_id: str) -> ResponseReturnValue:
    """Bring a deleted document back, at a new version."""
    with _database().transaction() as transaction:
        current = transaction.find(document_id)
        if current is None:
            raise Problem(Fault.NOT_FOUND)
        if not current.is_deleted:
            raise Problem(Fault.NOT_DELETED)
        transaction.mark(current, is_deleted=False)
        document = transaction.revise(current, {})
    return _tagged(document)


@blueprint.get("/versions")
def history(document_id: str) -> ResponseReturnValue:
    """Read all versions of a document, deleted or not."""
    with _database().transaction() as transaction:
        revisions = transaction.revisions(document_id)
    if not revisions:
        raise Problem(Fault.NOT_FOUND)
    return {"items": [revision._asdict() for revision in revisions]}


@blueprint.get("/versions/<number>")
def version(document_id: str, number: str) -> ResponseReturnValue:
    """Read one version of a document, deleted or not."""
    with _database().transaction() as transaction:
        revision = transaction.revision(document_id, number)
    if revision is None:
        raise Problem(Fault.NOT_FOUND)
    return revision._asdict()


def _database() -> Database:
    database: Database = current_app.extensions["database"]
    return database


def _create(document_id: str, fields: dict[str, str]) -> ResponseReturnValue:
    with _database().transaction() as transaction:
        if _find(transaction, document_id):
            raise Problem(Fault.PRECONDITION_FAILED)
        document = transaction.create(document_id, fields)
    response = _tagged(document)
    response.headers["Location"] = f"/documents/{document_id}"
    return response, HTTPStatus.CREATED


def _find(transaction: Transaction, document_id: str) -> Document | None:
    document = transaction.find(document_id)
    if document is not None and document.is_deleted:
        raise Problem(Fault.DELETED)
    return document


def _existing(transaction: Transaction, document_id: str) -> Document:
    document = _find(transaction, document_id)
    if document is None:
        raise Problem(Fault.NOT_FOUND)
    return document


def _header(name: str) -> str | None:
    # Spaces after a header's value are no part of it, but Werkzeug's server leaves them.
    value = request.headers.get(name)
    return None if value is None else value.rstrip(" \t")


def _matched(document: Document | None) -> Document:
    if_match = _header("If-Match")
    if if_match is None:
        raise Problem(Fault.PRECONDITION_REQUIRED)
    if document is None or not Condition.parse(if_match).matches(document.latest.version):
        raise Problem(Fault.PRECONDITION_FAILED)
    return document


def _tagged(document: Document) -> Response:
    response = jsonify(id=document.id, **document.latest._asdict())
    response.headers["ETag"] = entity_tag(document.latest.version)
    return response
