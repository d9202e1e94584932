"""The addresses of the record browser, below those of the admin."""

from collections.abc import Callable
from typing import Any

from django.contrib import admin
from django.urls import path

from records.admin.browser import BrowserPage
from records.admin.index import IndexPage
from records.admin.listing import ListPage
from records.admin.record import RecordPage

app_name = "browser"


def guarded(page: type[BrowserPage]) -> Callable[..., Any]:
    """Return a page for people who are logged in; others are asked to."""
    return admin.site.admin_view(page.as_view())


urlpatterns = [
    path("<slug:workspace>/", guarded(IndexPage), name="index"),
    path("<slug:workspace>/<str:object>/", guarded(ListPage), name="list"),
    path("<slug:workspace>/<str:object>/<str:id>/", guarded(RecordPage), name="record"),
]
