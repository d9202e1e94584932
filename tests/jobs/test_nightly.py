"""Workers begin every night what is done without being asked for."""

from __future__ import annotations

from procrastinate import App
from procrastinate.testing import InMemoryConnector

from jobs.tasks import TASKS


def test_one_of_the_workers_begins_the_night() -> None:
    app = App(connector=InMemoryConnector())
    app.add_tasks_from(TASKS, namespace="jobs")

    found = app.periodic_registry.periodic_tasks.values()

    assert [(one.task.name, one.cron) for one in found] == [
        ("jobs:nightly", "17 3 * * *")
    ]
