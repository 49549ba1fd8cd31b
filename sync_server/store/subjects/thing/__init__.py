"""Keys and lent things in the store."""
