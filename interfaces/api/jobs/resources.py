"""Jobs as JSON:API resources."""

from __future__ import annotations

from rest_framework import serializers as drf

from interfaces.api.workspaces.serializers import MomentField, ResourceSerializer
from jobs.models import Job
from objects.catalog import Catalog

MOST_ERRORS = 100
"""How many errors of a job are shown, the first ones."""


class JobSerializer(ResourceSerializer):
    """A job as a resource."""

    object = drf.SerializerMethodField()
    errors = drf.SerializerMethodField()
    result = drf.JSONField()
    created_at = MomentField()
    started_at = MomentField()
    finished_at = MomentField()

    class Meta(ResourceSerializer.Meta):
        model = Job
        resource_name = "job"
        fields = (
            *("kind", "state", "object", "done", "total", "errors", "result"),
            *("created_by", "created_at", "started_at", "finished_at"),
        )

    def get_object(self, job: Job) -> str | None:
        """Return the slug of the object type that the job is about, if it is there."""
        catalog = Catalog.of(self.context["workspace"])
        schema = catalog.by_id.get(job.object_type_id)
        return schema.slug if schema else None

    def get_errors(self, job: Job) -> list[object]:
        return list(job.errors[:MOST_ERRORS])
