"""The desk at a PC: a table, what is chosen beside it, several marked for one thing, keys for all of it."""
