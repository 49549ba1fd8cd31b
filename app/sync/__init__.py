"""Sync: push, pull and blobs over one interface to HTTP. Imports neither SQLAlchemy nor screens."""
