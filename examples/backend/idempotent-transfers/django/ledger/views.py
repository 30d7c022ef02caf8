"""The endpoints."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_GET, require_POST

from ledger import bookkeeping
from ledger.inputs import format_cursor, read_entry_window, read_new_account, read_new_order
from ledger.problems import NotFoundError, problem_response


@require_GET
def health(_request: HttpRequest) -> HttpResponse:
    """Tell that the service is up."""
    return JsonResponse({"status": "ok"})


@require_POST
def open_account(request: HttpRequest) -> HttpResponse:
    """Open an account."""
    new = read_new_account(request)
    account = bookkeeping.open_account(new.currency, new.opening_balance)
    headers = {"Location": f"/accounts/{account.id}"}
    return JsonResponse(account.as_json(), status=201, headers=headers)


@require_GET
def read_account(_request: HttpRequest, account_id: str) -> HttpResponse:
    """Give an account in its current state."""
    return JsonResponse(bookkeeping.find_account(account_id).as_json())


@require_GET
def list_entries(request: HttpRequest, account_id: str) -> HttpResponse:
    """Give a page of the entries of an account, latest first."""
    window = read_entry_window(request)
    page = bookkeeping.list_entries(account_id, window.limit, window.below)
    items = [entry.as_json() for entry in page.entries]
    return JsonResponse({"items": items, "next_cursor": format_cursor(page.next_below)})


@require_POST
def make_transfer(request: HttpRequest) -> HttpResponse:
    """Carry a transfer out or refuse it, or repeat the answer that its key already has."""
    key, order = read_new_order(request)
    answer, replayed = bookkeeping.answer_order(key, order)
    response = HttpResponse(answer.body, status=answer.status, content_type=answer.media_type)
    if answer.location is not None:
        response["Location"] = answer.location
    if replayed:
        response["Idempotent-Replayed"] = "true"
    return response


@require_GET
def read_transfer(_request: HttpRequest, transfer_id: str) -> HttpResponse:
    """Give a transfer."""
    return JsonResponse(bookkeeping.find_transfer(transfer_id).as_json())


def unknown_path(_request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer a path that is not listed."""
    return problem_response(NotFoundError())
