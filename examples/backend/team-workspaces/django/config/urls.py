"""The paths of the API."""

from django.urls import include, path

from teams import views

project = [
    path("", views.ProjectView.as_view()),
    path("/move", views.MoveView.as_view()),
]
workspace = [
    path("", views.WorkspaceView.as_view()),
    path("/members", views.MembersView.as_view()),
    path("/members/<str:name>", views.MemberView.as_view()),
    path("/projects", views.ProjectsView.as_view()),
    path("/projects/<str:project_uid>", include(project)),
]
urlpatterns = [
    path("health", views.HealthView.as_view()),
    path("users", views.UsersView.as_view()),
    path("workspaces", views.WorkspacesView.as_view()),
    path("workspaces/<str:workspace_uid>", include(workspace)),
]

handler404 = "teams.middleware.answer_unknown_path"
handler500 = "teams.middleware.answer_crash"
