"""Records in the admin, to be looked at, and agents, to which they may refer."""

from records.admin import agents

__all__ = ["agents"]
