"""The screens: one file a screen or a family of them, each with its `ROUTES`."""
