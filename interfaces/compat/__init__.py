"""The front doors: other contacts APIs, spoken over the same records."""
