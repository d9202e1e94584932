"""A receiver on this machine, to which messages may go."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from ipaddress import ip_network
from typing import Any, TypeAlias

import pytest
from pytest_django import Settings

from crm.models import Workspace
from tests.webhooks.desk import Desk, make_desk
from tests.webhooks.receiver import Receiver, start_receiver

MakeDesk: TypeAlias = Callable[..., Desk]


@pytest.fixture
def own_network(settings: Settings) -> None:
    """Let messages go to this machine, without encryption."""
    settings.WEBHOOK_HTTP = True
    settings.WEBHOOK_NETWORKS = [ip_network("127.0.0.0/8")]


@pytest.fixture
def receiver(own_network: None) -> Iterator[Receiver]:
    with start_receiver() as started:
        yield started


@pytest.fixture
def desk_at(receiver: Receiver, workspace: Workspace) -> Iterator[MakeDesk]:
    """Makes endpoints of the receiver; their connections end with the test."""
    made: list[Desk] = []

    def make(**values: Any) -> Desk:
        made.append(make_desk(workspace, receiver, **values))
        return made[-1]

    yield make
    for desk in made:
        desk.client.close()
