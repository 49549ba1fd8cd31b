"""The kit every screen is built from. See docs/ui.md for how, tests/gallery for how each piece looks."""
