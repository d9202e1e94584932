"""The addresses of the front doors."""

from django.urls import include, path

urlpatterns = [
    path("inkbox/", include("records.contacts.inkbox.urls")),
]
