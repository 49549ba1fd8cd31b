"""The screens of follow-ups 回访 (D)."""
