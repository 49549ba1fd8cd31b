"""Passwords, and slowing down those who guess them."""
