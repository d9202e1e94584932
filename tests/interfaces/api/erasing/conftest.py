"""A receiver of webhooks, and a door."""

from tests.interfaces.compat.conftest import inkbox, secret
from tests.webhooks.conftest import desk_at, own_network, receiver

__all__ = ["desk_at", "inkbox", "own_network", "receiver", "secret"]
