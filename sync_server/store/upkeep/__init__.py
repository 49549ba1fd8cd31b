"""Upkeep of the store: migrations, backups, rescue files, verification, and folding anew after an update."""
