"""Sync: push, pull and blobs over one seam to HTTP. Knows neither SQLAlchemy nor screens."""
