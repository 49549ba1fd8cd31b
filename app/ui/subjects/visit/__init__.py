"""A visit 走访 to people: its face, its form and its page."""
