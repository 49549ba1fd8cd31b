"""How notices to residents are shown (P)."""
