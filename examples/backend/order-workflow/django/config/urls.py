"""The paths of the API."""

from django.urls import path

from shop import views

urlpatterns = [
    path("health", views.HealthView.as_view()),
    path("customers", views.CustomersView.as_view()),
    path("staff/claim", views.ClaimView.as_view()),
    path("products", views.ProductsView.as_view()),
    path("products/<str:sku>", views.ProductView.as_view()),
    path("orders", views.OrdersView.as_view()),
    path("orders/<str:order_id>", views.OrderView.as_view()),
    path("orders/<str:order_id>/history", views.HistoryView.as_view()),
    path("orders/<str:order_id>/transitions", views.TransitionsView.as_view()),
]

handler400 = "shop.problems.bad_request"
handler404 = "shop.problems.not_found"
handler500 = "shop.problems.server_error"
