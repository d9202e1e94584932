"""``/erasures``: records that are erased for good, and the receipts of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rest_framework import serializers as drf
from rest_framework.permissions import SAFE_METHODS
from rest_framework.request import Request
from rest_framework.response import Response

from crm.errors import Refused
from crm.json_types import JSON, JSONObject
from crm.models import Erasure, Scope
from interfaces.api.jobs.answers import job_answer
from interfaces.api.pages import ONE_PARAMETERS
from interfaces.api.rows.collections import CollectionViewSet
from interfaces.api.rows.columns import MomentColumn, TextColumn
from interfaces.api.rows.filters import ResourceFilters
from interfaces.api.workspaces.erasure_bodies import RECORD, read_wish
from interfaces.api.workspaces.resources import relate
from interfaces.api.workspaces.serializers import MomentField, ResourceSerializer
from records.erasing.erasures import NothingToErase, erase_record
from records.erasing.receipts import COVERS, not_covered

LED_TO = ("record", "merged", "job")
"""The relationships of an erasure."""


class ErasureSerializer(ResourceSerializer):
    """The receipt of an erasure as a resource, but for its relationships."""

    at = MomentField()
    created_at = MomentField()
    covers = drf.SerializerMethodField()
    not_covered = drf.SerializerMethodField()
    record = drf.SerializerMethodField()
    merged = drf.SerializerMethodField()
    job = drf.SerializerMethodField()

    class Meta(ResourceSerializer.Meta):
        model = Erasure
        resource_name = "erasure"
        fields = (
            *("reason", "by", "at", "created_at", "counts", "covers", "not_covered"),
            *LED_TO,
        )

    def get_covers(self, erasure: Erasure) -> Sequence[str]:
        return COVERS

    def get_not_covered(self, erasure: Erasure) -> Sequence[str]:
        return not_covered(erasure)

    def get_record(self, erasure: Erasure) -> JSONObject:
        return {"type": erasure.object_slug, "id": erasure.record}

    def get_merged(self, erasure: Erasure) -> list[JSON]:
        return [{"type": erasure.object_slug, "id": one} for one in erasure.merged]

    def get_job(self, erasure: Erasure) -> JSONObject | None:
        job = erasure.job_id
        return None if job is None else {"type": "job", "id": str(job)}


class ErasureFilters(ResourceFilters):
    """How erasures are found and sorted."""

    columns = (
        TextColumn("record", "record"),
        TextColumn("by", "by"),
        TextColumn("reason", "reason"),
        MomentColumn("at", "at"),
        MomentColumn("created_at", "created_at"),
    )


class ErasureViewSet(CollectionViewSet):
    """The erasures of the workspace, for keys that may set it up."""

    scopes = dict.fromkeys([*SAFE_METHODS, "POST"], Scope.ADMIN)
    serializer_class = ErasureSerializer
    filters = ErasureFilters
    queryset = Erasure.objects.all()

    def create(self, request: Request, **kwargs: str) -> Response:
        """Answer 201 with the receipt, 200 if it was written before, 202 with a job."""
        self.check_request(*ONE_PARAMETERS)
        try:
            asked = erase_record(actor=self.actor, wish=read_wish(self.document))
        except NothingToErase as refusal:
            raise Refused([(f"{RECORD}/data", refusal)]) from refusal
        if asked.job is not None:
            return job_answer(asked.job, self.workspace, self.addresses)
        return self.answer_one(asked.erasure, is_new=asked.is_new)

    def compose(self, rows: Sequence[Any]) -> dict[str, object]:
        document = super().compose(rows)
        data = document["data"]
        assert isinstance(data, list)
        for resource in data:
            relate(resource, LED_TO)
        return document
