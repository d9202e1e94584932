"""The dialect of the Clarky API."""
