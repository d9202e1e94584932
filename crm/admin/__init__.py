"""Who is who, in the admin."""

from crm.admin import agents, keys, logins, members

__all__ = ["agents", "keys", "logins", "members"]
