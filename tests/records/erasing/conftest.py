"""A receiver of webhooks."""

from tests.webhooks.conftest import desk_at, own_network, receiver

__all__ = ["desk_at", "own_network", "receiver"]
