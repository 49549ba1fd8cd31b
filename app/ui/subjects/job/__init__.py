"""Jobs 工作单 to people: sending one, its page and steps, the list, and what counts as a breach (B)."""
