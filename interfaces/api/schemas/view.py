"""What all views of schemas and object types have in common."""

from __future__ import annotations

from functools import cached_property

from rest_framework.permissions import SAFE_METHODS
from rest_framework.response import Response

from crm.json_types import JSONObject
from crm.jsonapi.conditions import Precondition, versions_wanted
from crm.jsonapi.documents import data_document
from crm.jsonapi.pagination import read_offset_page
from crm.models import Scope
from interfaces.api.jobs.answers import job_answer, prefers_a_job
from interfaces.api.schemas.answers import schema_answer
from interfaces.api.view import WorkspaceViewSet
from jobs.models import Job
from objects.catalog import Catalog, load_catalog
from objects.declarations.declarations import slug_in
from objects.declarations.pace import AT_ONCE, AT_ONCE_IF_NAMED
from objects.schema import Schema


class SchemaView(WorkspaceViewSet):
    """A view of object types: what all may read, and administrators change."""

    scopes = dict.fromkeys(SAFE_METHODS, Scope.READ) | dict.fromkeys(
        ("POST", "PUT", "PATCH", "DELETE"), Scope.ADMIN
    )

    @cached_property
    def catalog(self) -> Catalog:
        """The schemas as they are now, with what is being filled."""
        return load_catalog(self.workspace)

    @property
    def type_slug(self) -> str:
        """The slug of the object type in the address."""
        return slug_in(self.kwargs["entity"])

    @property
    def versions(self) -> frozenset[int] | None:
        """The versions that the schema may have.

        Raises:
            VersionMismatch: if it has one that the client does not want.
        """
        headers = self.request.headers
        if "If-None-Match" in headers:
            version = self.catalog.schema(self.type_slug).object_type.version
            unwanted = Precondition(if_none_match=headers["If-None-Match"])
            unwanted.check(version, "schema")
        return versions_wanted(headers.get("If-Match"))

    @property
    def at_once(self) -> int:
        """How many records the request may go through before it is answered."""
        if prefers_a_job(self.request.headers.get("Prefer", "")):
            return 0
        return AT_ONCE_IF_NAMED if self.is_named else AT_ONCE

    def answer_job(self, job: Job) -> Response:
        """Answer 202 with the job that does what was asked for."""
        return job_answer(job, self.workspace, self.addresses)

    def read_force(self) -> bool:
        """Return whether records may lose what stands in the way.

        Raises:
            Refusal: if ``force`` is neither true nor false, or something else is asked.
        """
        self.parameters.only("force")
        force = self.parameters.single("force")
        if force not in {None, "true", "false"}:
            raise self.parameters.place("force").refuse("Use true or false.")
        return force == "true"

    def page_of(self, resources: list[JSONObject]) -> Response:
        """Answer a page of resources, which are never many."""
        self.parameters.only("page")
        default = self.workspace.default_page_size
        page = read_offset_page(self.parameters, default=default)
        return Response(
            data_document(
                resources[page.offset : page.offset + page.limit],
                meta=page.meta(len(resources)),
                links=page.links(self.request._request, len(resources)),
            )
        )

    def answer_schema(
        self, schema: Schema, *, is_new: bool = False, changed: int = 0
    ) -> Response:
        """Answer one schema, new or not, and how many records changed with it."""
        return schema_answer(schema, self.addresses, is_new=is_new, changed=changed)
