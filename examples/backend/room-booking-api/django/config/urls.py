"""The paths of the API."""

from django.urls import path

from bookings import views

handler404 = views.answer_unknown_path
handler500 = views.answer_failure

urlpatterns = [
    path("health", views.health),
    path("rooms", views.create_room),
    path("rooms/<str:room_id>", views.read_room),
    path("rooms/<str:room_id>/bookings", views.room_bookings),
    path("bookings/<str:booking_id>", views.read_booking),
    path("bookings/<str:booking_id>/cancel", views.cancel_booking),
    path("free-slots", views.find_free_slots),
]
