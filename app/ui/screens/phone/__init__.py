"""Screens about this phone: signing in, sync, settings, storage, updates."""
