"""How many public forms are published and open, and what stops the rest: ``python -m tests.forms FOLDER…``."""
