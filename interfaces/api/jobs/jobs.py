"""``/jobs``: work that takes longer than a request may, and how far it is."""

from __future__ import annotations

from time import monotonic

from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response

from crm.errors import NotAllowed
from interfaces.api.jobs.resources import JobSerializer
from interfaces.api.pages import ONE_PARAMETERS
from interfaces.api.rows.collections import CollectionViewSet
from interfaces.api.rows.columns import ChoiceColumn, MomentColumn, TextColumn
from interfaces.api.rows.filters import ResourceFilters, Rows
from interfaces.api.waiting import WaitingRoom, looks, read_max_wait
from jobs.cancelling import cancel_job
from jobs.models import Job


class JobFilters(ResourceFilters):
    """How jobs are found and sorted."""

    columns = (
        TextColumn("kind", "kind"),
        ChoiceColumn("state", "state", Job.State),
        TextColumn("created_by", "created_by"),
        MomentColumn("created_at", "created_at"),
        MomentColumn("started_at", "started_at"),
        MomentColumn("finished_at", "finished_at"),
    )


class JobViewSet(CollectionViewSet):
    """The jobs of the workspace; of an agent's key, those that the agent asked for."""

    serializer_class = JobSerializer
    filters = JobFilters
    queryset = Job.objects.all()

    def get_queryset(self) -> Rows:
        jobs = super().get_queryset()
        if self.actor.agent_id is None:
            return jobs
        return jobs.filter(created_by=self.actor.name)

    def retrieve(self, request: Request, id: str, **kwargs: str) -> Response:
        """Answer a job, once it is over if that is to be waited for."""
        self.parameters.only(*ONE_PARAMETERS, "max_wait")
        seconds = read_max_wait(self.parameters)
        job, has_place = self.get_object(), True
        if seconds and not job.is_over:
            with WaitingRoom.here.entered() as has_place:
                if has_place:
                    job = self.wait(job, seconds)
        response = self.answer_one(job)
        if not has_place:
            response["Retry-After"] = "1"
        return response

    def wait(self, job: Job, seconds: float) -> Job:
        """Return a job as it is once it is over, or after some seconds."""
        for _ in looks(self.request._request, monotonic() + seconds):
            job.refresh_from_db()
            if job.is_over:
                break
        return job

    def destroy(self, request: Request, id: str, **kwargs: str) -> Response:
        """Answer 202 with a job that ends before its next step.

        Raises:
            NotAllowed: if somebody else asked for it, and the caller is no admin.
        """
        self.check_request(*ONE_PARAMETERS)
        job = self.get_object()
        if job.created_by != self.actor.name and not self.actor.is_admin:
            raise NotAllowed("Another key asked for this job. That needs admin.")
        response = self.answer_one(cancel_job(job))
        response.status_code = status.HTTP_202_ACCEPTED
        return response
