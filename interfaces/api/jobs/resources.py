"""Jobs as JSON:API resources."""

from __future__ import annotations

from rest_framework import serializers as drf

from interfaces.api.workspaces.serializers import MomentField, ResourceSerializer
from jobs.models import Job
from objects.catalog import Catalog


class JobSerializer(ResourceSerializer):
    """A job as a resource."""

    object = drf.SerializerMethodField()
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
        types = (s for s in catalog.by_id.values() if s.id == job.object_type_id)
        return next((schema.slug for schema in types), None)
