"""Alembic migrations of the central ticket store."""
