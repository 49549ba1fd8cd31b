"""What leaves the store as files for others: all of it as documented tables, and one household's archive (S5)."""
