"""The paths of the API."""

from django.urls import include, path

from conduit import views

handler404 = views.unknown_path

api = [
    path("users", views.RegistrationView.as_view()),
    path("users/login", views.LoginView.as_view()),
    path("user", views.CurrentUserView.as_view()),
    path("profiles/<str:username>", views.ProfileView.as_view()),
    path("profiles/<str:username>/follow", views.FollowView.as_view()),
    path("articles", views.ArticlesView.as_view()),
    path("articles/feed", views.FeedView.as_view()),
    path("articles/<str:slug>", views.ArticleView.as_view()),
    path("articles/<str:slug>/favorite", views.FavoriteView.as_view()),
    path("articles/<str:slug>/comments", views.CommentsView.as_view()),
    path("articles/<str:slug>/comments/<str:comment_id>", views.CommentView.as_view()),
    path("tags", views.TagsView.as_view()),
]
urlpatterns = [path("health", views.health), path("api/", include(api))]
