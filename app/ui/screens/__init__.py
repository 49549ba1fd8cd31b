"""The screens: one file for each screen or family of screens, with its `ROUTES`."""
