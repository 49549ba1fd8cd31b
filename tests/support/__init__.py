"""Real parts for the tests (a PostgreSQL, a Chromium), and waiting for a fact instead of sleeping."""
