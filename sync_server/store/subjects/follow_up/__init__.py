"""Follow-ups 回访 in the store: their tables, and which are owed (D)."""
