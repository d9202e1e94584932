"""The addresses of the front doors."""

from django.urls import include, re_path

urlpatterns = [
    re_path(r"^clarky(?:/|$)", include("interfaces.compat.clarky.urls")),
    re_path(r"^clara(?:/|$)", include("interfaces.compat.clara.urls")),
    re_path(r"^inkbox(?:/|$)", include("interfaces.compat.inkbox.urls")),
]
