"""Papers that are printed from what the store says now."""
