"""What is looked at again and again is found by its index, however much is over."""

from __future__ import annotations

import pytest
from django.utils import timezone

from crm.models import Workspace
from crm.sql import query
from tests.webhooks.conftest import MakeDesk
from webhooks.queue.claims import DUE, OLDEST, RELEASE
from webhooks.queue.fan_out import WAITING
from webhooks.queue.looking import LOOK
from webhooks.queue.settling import PROMOTE

MANY = 20_000

# One in two hundred waits.
FILL = """
INSERT INTO webhooks_delivery (
    workspace_id, id, endpoint_id, seq, line, kind, state, due, attempts, failures, log,
    is_replay, created_at
)
SELECT %(workspace)s, gen_random_uuid(), %(endpoint)s, n, gen_random_uuid(),
       'record.created', CASE WHEN n %% 200 = 0 THEN 'waiting' ELSE 'delivered' END,
       CASE WHEN n %% 200 = 0 THEN now() END, 1, 0, '[]', false, now()
FROM generate_series(1, %(many)s) AS n
"""


@pytest.mark.parametrize("statement", [DUE, OLDEST, RELEASE, WAITING, LOOK, PROMOTE])
def test_no_look_reads_what_is_over(
    workspace: Workspace, desk_at: MakeDesk, statement: str
) -> None:
    place = {"workspace": workspace.id, "endpoint": desk_at().endpoint_id}
    query(FILL, many=MANY, **place)
    query("ANALYZE webhooks_delivery")

    named = {"now": timezone.now(), "locks": 1, "most": 8, "line": workspace.id}
    plan = query("EXPLAIN " + statement, **place, **named)

    steps = "\n".join(step for (step,) in plan)
    assert "Seq Scan on webhooks_delivery" not in steps, steps


def test_the_planner_hears_soon_of_what_waits(db: None) -> None:
    ((options,),) = query(
        "SELECT reloptions FROM pg_class WHERE relname = 'webhooks_delivery'"
    )

    assert {
        "autovacuum_analyze_threshold=200",
        "autovacuum_analyze_scale_factor=0.02",
    } <= set(options)
