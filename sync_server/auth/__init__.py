"""Passwords and the slowing down of those who guess them."""
