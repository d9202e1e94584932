"""Changes of schemas, and what they make of the records that are there."""
