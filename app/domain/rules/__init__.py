"""Rules that hold for every type of subject: its state, clocks, card, photos, and who reads what."""
