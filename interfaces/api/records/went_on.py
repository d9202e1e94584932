"""Addresses of records that were merged: they lead on, or say so to who writes."""

from __future__ import annotations

from urllib.parse import quote, unquote
from uuid import UUID

from django.http import HttpRequest
from rest_framework import status
from rest_framework.response import Response

from crm.absolute import absolute
from crm.errors import Refused
from crm.jsonapi.documents import JSONAPI_OBJECT
from objects.schema import Schema
from records.ids import encode_id
from records.writing.merges import survivor_meta
from records.writing.operations import NoSuchRecord


def is_missing(exc: Exception) -> bool:
    """Whether the record of the address is not there for the caller."""
    if isinstance(exc, Refused):
        return any(isinstance(one, NoSuchRecord) for _, one in exc.refusals)
    return isinstance(exc, NoSuchRecord)


def lead_on(request: HttpRequest, schema: Schema, old: str, survivor: UUID) -> Response:
    """Return the answer that leads to the same address of the survivor.

    It may not be kept: an unmerge gives the address back.
    """
    new = encode_id(schema.prefix, survivor)
    parts = request.get_full_path().partition("?")
    path = "/".join(
        quote(new) if unquote(part) == old else part for part in parts[0].split("/")
    )
    location = absolute(request, path + parts[1] + parts[2])
    meta = survivor_meta(schema.slug, schema.prefix, survivor)
    return Response(
        {"jsonapi": JSONAPI_OBJECT, "meta": meta},
        status.HTTP_308_PERMANENT_REDIRECT,
        headers={"Location": location, "Cache-Control": "no-store"},
    )
