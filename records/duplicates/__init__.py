"""Records that are perhaps the same: found, explained, worked through."""
