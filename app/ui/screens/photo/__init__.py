"""Photos: taking them, and looking at one."""
