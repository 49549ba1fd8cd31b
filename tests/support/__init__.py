"""Real parts for the tests: a PostgreSQL, a Chromium, and waiting without sleeping blindly."""
