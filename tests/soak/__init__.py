"""Long, hard proofs with real processes: many writers at once, and a server killed again and again."""
