"""The addresses of the front doors."""

from django.urls import include, re_path

urlpatterns = [
    re_path(r"^clarky(?:/|$)", include("records.contacts.clarky.urls")),
    re_path(r"^clara(?:/|$)", include("records.contacts.clara.urls")),
    re_path(r"^inkbox(?:/|$)", include("records.contacts.inkbox.urls")),
]
