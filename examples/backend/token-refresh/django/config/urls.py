"""The paths of the API."""

from django.urls import path

from accounts import views

handler404 = views.unknown_path

urlpatterns = [
    path("health", views.health),
    path("users", views.sign_up),
    path("login", views.log_in),
    path("refresh", views.refresh),
    path("me", views.me),
    path("sessions", views.list_sessions),
    path("sessions/<str:key>", views.end_session),
    path("logout", views.log_out),
    path("password", views.change_password),
]
