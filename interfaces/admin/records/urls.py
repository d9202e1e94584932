"""The addresses of the record browser, below those of the admin."""

from collections.abc import Callable
from typing import Any

from django.contrib import admin
from django.urls import path

from interfaces.admin.records.browser import BrowserPage
from interfaces.admin.records.deleted import DeletedPage
from interfaces.admin.records.duplicates import (
    DuplicatesOfRecordPage,
    DuplicatesPage,
    PairPage,
    ScanPage,
)
from interfaces.admin.records.erasing import ErasePage
from interfaces.admin.records.index import IndexPage
from interfaces.admin.records.listing import ListPage
from interfaces.admin.records.merging import MergePage, UnmergePage
from interfaces.admin.records.record import RecordPage
from interfaces.admin.records.verbs import RestorePage, UndoPage

app_name = "browser"


def guarded(page: type[BrowserPage]) -> Callable[..., Any]:
    """Return a page for people who are logged in; others are asked to."""
    return admin.site.admin_view(page.as_view())


urlpatterns = [
    path("<slug:workspace>/", guarded(IndexPage), name="index"),
    path("<slug:workspace>/<str:object>/", guarded(ListPage), name="list"),
    path(
        "<slug:workspace>/<str:object>/deleted/", guarded(DeletedPage), name="deleted"
    ),
    path(
        "<slug:workspace>/<str:object>/deleted/<str:id>/restore/",
        guarded(RestorePage),
        name="restore",
    ),
    path(
        "<slug:workspace>/<str:object>/duplicates/",
        guarded(DuplicatesPage),
        name="duplicates",
    ),
    path(
        "<slug:workspace>/<str:object>/duplicates/scan/",
        guarded(ScanPage),
        name="scan",
    ),
    path(
        "<slug:workspace>/<str:object>/duplicates/<str:pair>/",
        guarded(PairPage),
        name="pair",
    ),
    path(
        "<slug:workspace>/<str:object>/<str:id>/duplicates/",
        guarded(DuplicatesOfRecordPage),
        name="duplicates-of",
    ),
    path(
        "<slug:workspace>/<str:object>/<str:id>/undo/<str:change>/",
        guarded(UndoPage),
        name="undo",
    ),
    path(
        "<slug:workspace>/<str:object>/<str:id>/merge/",
        guarded(MergePage),
        name="merge",
    ),
    path(
        "<slug:workspace>/<str:object>/<str:id>/unmerge/<str:loser>/",
        guarded(UnmergePage),
        name="unmerge",
    ),
    path(
        "<slug:workspace>/<str:object>/<str:id>/erase/",
        guarded(ErasePage),
        name="erase",
    ),
    path("<slug:workspace>/<str:object>/<str:id>/", guarded(RecordPage), name="record"),
]
