"""Records that are perhaps the same, over the API."""
