"""The endpoints."""

from flask import Blueprint, Response, current_app
from flask.typing import ResponseReturnValue

from inputs import format_cursor, read_entry_window, read_new_account, read_new_order
from ledger import Ledger

routes = Blueprint("routes", __name__)


def _ledger() -> Ledger:
    return current_app.extensions["ledger"]


@routes.get("/health")
def health() -> ResponseReturnValue:
    """Tell that the service is up."""
    return {"status": "ok"}


@routes.post("/accounts")
def open_account() -> ResponseReturnValue:
    """Open an account."""
    new = read_new_account()
    account = _ledger().open_account(new.currency, new.opening_balance)
    return account, 201, {"Location": f"/accounts/{account['id']}"}


@routes.get("/accounts/<account_id>")
def read_account(account_id: str) -> ResponseReturnValue:
    """Give an account in its current state."""
    return _ledger().account(account_id)


@routes.get("/accounts/<account_id>/entries")
def list_entries(account_id: str) -> ResponseReturnValue:
    """Give a page of the entries of an account, latest first."""
    window = read_entry_window()
    page = _ledger().entries(account_id, window.limit, window.below)
    return {"items": page.items, "next_cursor": format_cursor(page.next_below)}


@routes.post("/transfers")
def make_transfer() -> ResponseReturnValue:
    """Carry a transfer out or refuse it, or repeat the answer that its key already has."""
    key, order = read_new_order()
    answer, replayed = _ledger().answer_order(key, order)
    response = Response(answer.body, answer.status, mimetype=answer.media_type)
    if answer.location is not None:
        response.headers["Location"] = answer.location
    if replayed:
        response.headers["Idempotent-Replayed"] = "true"
    return response


@routes.get("/transfers/<transfer_id>")
def read_transfer(transfer_id: str) -> ResponseReturnValue:
    """Give a transfer."""
    return _ledger().transfer(transfer_id)
