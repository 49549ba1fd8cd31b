"""Accepting entries, keeping them, writing the tables that follow from them, and sending them to phones."""
