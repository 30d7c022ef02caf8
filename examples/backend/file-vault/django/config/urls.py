"""The paths of the API."""

from django.urls import path

from vault import views

handler404 = views.unknown_path
handler500 = views.server_error

urlpatterns = [
    path("health", views.health),
    path("files", views.FilesView.as_view()),
    path("files/<str:file_id>", views.FileView.as_view()),
]
