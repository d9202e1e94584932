"""Every address of the server."""

from django.contrib import admin
from django.urls import include, path

from config.pages import ChoosePassword, root
from crm.health import healthz, readyz

handler400 = "config.pages.bad_request"
handler403 = "config.pages.forbidden"
handler404 = "config.pages.not_found"
handler500 = "config.pages.server_error"

urlpatterns = [
    path("healthz", healthz),
    path("readyz", readyz),
    path("", root),
    path(
        "admin/password/<uidb64>/<token>/",
        ChoosePassword.as_view(),
        name="choose_password",
    ),
    path("admin/search/", root),  # Unfold's own, which has no place in our menu.
    path("admin/records/", include("records.admin.urls")),
    path("admin/", admin.site.urls),
    path("v1/workspaces/", include("crm.urls")),
    path("v1/workspaces/", include("records.urls")),
    path("compat/", include("records.contacts.urls")),
]
