"""Entries on their way in and out: accepted, kept, projected into tables, and pulled by phones."""
