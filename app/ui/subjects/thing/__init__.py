"""A key 钥匙 or lent thing to people: its face, the rack, and the screens of its steps."""
