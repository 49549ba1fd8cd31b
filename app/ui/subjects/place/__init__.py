"""A patrol point or another tagged place to people."""
