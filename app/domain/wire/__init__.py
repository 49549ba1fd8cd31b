"""What goes over the wire and into databases: entries, their fields, errors, and the protocol (docs/sync.md)."""
