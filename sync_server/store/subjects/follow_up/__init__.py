"""Follow-ups 回访 in the store: their tables, and deciding which are owed (D)."""
