"""The paths of the API."""

from django.urls import path, register_converter

from library import views
from library.converters import SlugConverter

register_converter(SlugConverter, "article")

urlpatterns = [
    path("health", views.health),
    path("search", views.SearchView.as_view()),
    path("articles/<article:slug>", views.ArticleView.as_view()),
]

handler400 = "library.problems.bad_request"
handler404 = "library.problems.not_found"
handler500 = "library.problems.server_error"
