"""Matters 来人来电来访: the register, one matter, and its steps (C)."""
