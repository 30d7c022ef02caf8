"""The paths of the API."""

from django.urls import path

from ledger import views

handler404 = views.unknown_path

urlpatterns = [
    path("health", views.health),
    path("accounts", views.open_account),
    path("accounts/<str:account_id>", views.read_account),
    path("accounts/<str:account_id>/entries", views.list_entries),
    path("transfers", views.make_transfer),
    path("transfers/<str:transfer_id>", views.read_transfer),
]
