"""Every address of the server."""

from django.contrib import admin
from django.urls import include, path

from crm.health import healthz, readyz

handler400 = "crm.jsonapi.errors.bad_request"
handler403 = "crm.jsonapi.errors.bad_request"
handler404 = "crm.jsonapi.errors.not_found"
handler500 = "crm.jsonapi.errors.server_error"

urlpatterns = [
    path("healthz", healthz),
    path("readyz", readyz),
    path("admin/", admin.site.urls),
    path("v1/workspaces/", include("crm.urls")),
    path("v1/workspaces/", include("records.urls")),
    path("compat/", include("records.contacts.urls")),
]
