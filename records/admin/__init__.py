"""The records in the admin: to be looked at, searched and filtered."""
