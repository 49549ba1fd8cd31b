"""Follow-ups 回访 to people (D)."""
