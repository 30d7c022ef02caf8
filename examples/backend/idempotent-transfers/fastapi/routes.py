"""The endpoints."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, Response

from inputs import (
    EntryWindow,
    NewAccount,
    entry_window,
    format_cursor,
    idempotency_key,
    new_account,
    new_order,
)
from ledger import Ledger, Order

router = APIRouter()


def _ledger(request: Request) -> Ledger:
    return request.app.state.ledger


LedgerDependency = Annotated[Ledger, Depends(_ledger)]


@router.get("/health")
def health() -> dict[str, str]:
    """Tell that the service is up."""
    return {"status": "ok"}


@router.post("/accounts", status_code=201)
def open_account(
    new: Annotated[NewAccount, Depends(new_account)], ledger: LedgerDependency, response: Response
) -> dict[str, Any]:
    """Open an account."""
    account = ledger.open_account(new.currency, new.opening_balance)
    response.headers["Location"] = f"/accounts/{account['id']}"
    return account


@router.get("/accounts/{account_id}")
def read_account(account_id: str, ledger: LedgerDependency) -> dict[str, Any]:
    """Give an account in its current state."""
    return ledger.account(account_id)


@router.get("/accounts/{account_id}/entries")
def list_entries(
    account_id: str,
    window: Annotated[EntryWindow, Depends(entry_window)],
    ledger: LedgerDependency,
) -> dict[str, Any]:
    """Give a page of the entries of an account, latest first."""
    page = ledger.entries(account_id, window.limit, window.below)
    return {"items": page.items, "next_cursor": format_cursor(page.next_below)}


@router.post("/transfers")
def make_transfer(
    order: Annotated[Order, Depends(new_order)],
    key: Annotated[str, Depends(idempotency_key)],
    ledger: LedgerDependency,
) -> Response:
    """Carry a transfer out or refuse it, or repeat the answer that its key already has."""
    answer, replayed = ledger.answer_order(key, order)
    headers = {}
    if answer.location is not None:
        headers["Location"] = answer.location
    if replayed:
        headers["Idempotent-Replayed"] = "true"
    return Response(answer.body, answer.status, headers, answer.media_type)


@router.get("/transfers/{transfer_id}")
def read_transfer(transfer_id: str, ledger: LedgerDependency) -> dict[str, Any]:
    """Give a transfer."""
    return ledger.transfer(transfer_id)
