"""Doors: the households, and what happened at each."""
