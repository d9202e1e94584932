"""Who is who, in the admin."""

from crm.admin import keys, logins, members

__all__ = ["keys", "logins", "members"]
