"""What of the store leaves as files: all its tables with their meaning, and what one household's archive holds (S5)."""
