"""The answer to a request that is left to a job."""

from __future__ import annotations

from rest_framework import status
from rest_framework.response import Response

from crm.jsonapi.documents import data_document
from crm.models import Workspace
from interfaces.api.jobs.resources import JobSerializer
from interfaces.api.workspaces.resources import ModelResources
from jobs.models import Job
from records.resources.addresses import Addresses

RESPOND_ASYNC = "respond-async"


def prefers_a_job(header: str) -> bool:
    """Whether ``Prefer`` asks to be answered before all is done (RFC 7240, 4.1)."""
    preferences = (one.partition(";")[0].strip() for one in header.split(","))
    return RESPOND_ASYNC in {one.lower() for one in preferences}


def job_answer(job: Job, workspace: Workspace, addresses: Addresses) -> Response:
    """Return the answer that what was asked for goes on as a job."""
    serializer = JobSerializer(job, context={"workspace": workspace})
    resource = ModelResources(addresses, {}).resource(serializer)
    address = addresses.row("job", job.pk)
    return Response(
        data_document(resource, links={"self": address}),
        status.HTTP_202_ACCEPTED,
        headers={"Content-Location": address},
    )
