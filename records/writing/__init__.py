"""The one write engine: everything that changes records goes through `write`."""
