"""The dialect of the Inkbox API."""
