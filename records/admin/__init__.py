"""Records in the admin, what they look like, and the agents to which they refer."""

from records.admin import agents, object_types

__all__ = ["agents", "object_types"]
