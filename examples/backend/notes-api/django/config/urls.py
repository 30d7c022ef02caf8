"""The paths of the API, and the answers to requests that no view handles."""

from django.urls import path

from notes import accounts, views

urlpatterns = [
    path("health", views.health),
    path("register", accounts.RegisterView.as_view()),
    path("login", accounts.LoginView.as_view()),
    path("logout", accounts.LogoutView.as_view()),
    path("notes", views.NoteListView.as_view()),
    path("notes/<str:note_id>", views.NoteView.as_view()),
]
handler400 = "notes.errors.answer_bad_request"
handler404 = "notes.errors.answer_unknown_path"
handler500 = "notes.errors.answer_unexpected_error"
