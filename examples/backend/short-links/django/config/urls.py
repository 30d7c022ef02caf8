"""The paths of the API."""

from django.urls import path

from shortener import views

handler404 = views.unknown_path

urlpatterns = [
    path("health", views.health),
    path("tenants", views.sign_up),
    path("links", views.LinksView.as_view()),
    path("links/<str:code>", views.LinkView.as_view()),
    path("r/<str:code>", views.redirect),
]
