"""The addresses of the front doors."""

from django.urls import include, path

urlpatterns = [
    path("clara/", include("records.contacts.clara.urls")),
    path("clarky/", include("records.contacts.clarky.urls")),
    path("inkbox/", include("records.contacts.inkbox.urls")),
]
