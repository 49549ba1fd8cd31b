"""News outside the app, as far as the database keeps it: rules, channels, and the outbox.

What is told is written here in the transaction of its cause; ``sync_server.news`` sends it.
"""
