"""The paths of the API."""

from django.urls import path

from live import views

urlpatterns = [
    path("health", views.health),
    path("channels/<str:name>", views.ChannelView.as_view()),
    path("channels/<str:name>/messages", views.publish),
    path("channels/<str:name>/stream", views.stream),
]

handler404 = "live.problems.unknown_path"
