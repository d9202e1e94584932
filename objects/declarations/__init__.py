"""Declarations: what a client says that an object type or a field shall be like."""
