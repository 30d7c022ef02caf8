"""The paths of the API."""

from django.urls import path

from accounts import views

handler404 = views.unknown_path
handler500 = views.server_error

urlpatterns = [
    path("health", views.HealthView.as_view()),
    path("accounts", views.AccountsView.as_view()),
    path("session", views.SessionView.as_view()),
    path("sessions", views.SessionsView.as_view()),
    path("sessions/<str:public_id>", views.OwnSessionView.as_view()),
    path("password", views.PasswordView.as_view()),
]
