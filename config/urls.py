"""Every address of the server."""

from django.contrib import admin
from django.urls import include, path
from django.views.generic import RedirectView

from interfaces.admin.app import register_pages
from interfaces.admin.pages import ChoosePassword
from interfaces.root import root

register_pages()

handler400 = "interfaces.admin.pages.bad_request"
handler403 = "interfaces.admin.pages.forbidden"
handler404 = "interfaces.admin.pages.not_found"
handler500 = "interfaces.admin.pages.server_error"

urlpatterns = [
    path("", root),
    path(
        "admin/password/<uidb64>/<token>/",
        ChoosePassword.as_view(),
        name="choose_password",
    ),
    # Unfold's own, which has no place in our menu.
    path("admin/search/", RedirectView.as_view(pattern_name="admin:index")),
    path("admin/records/", include("interfaces.admin.records.urls")),
    path("admin/", admin.site.urls),
    path("v1/workspaces/", include("interfaces.api.urls")),
    path("compat/", include("interfaces.compat.urls")),
]
