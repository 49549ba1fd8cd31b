"""Rounds of the satisfaction survey 满意度调查 in the store (F)."""
