"""The paths of the API."""

from django.urls import path, register_converter

from documents import views
from documents.converters import VersionNumberConverter

register_converter(VersionNumberConverter, "number")

urlpatterns = [
    path("health", views.HealthView.as_view()),
    path("documents/<str:document_id>", views.DocumentView.as_view()),
    path("documents/<str:document_id>/restore", views.RestoreView.as_view()),
    path("documents/<str:document_id>/versions", views.HistoryView.as_view()),
    path("documents/<str:document_id>/versions/<number:number>", views.VersionView.as_view()),
]

handler400 = "documents.problems.bad_request"
handler404 = "documents.problems.not_found"
handler500 = "documents.problems.server_error"
