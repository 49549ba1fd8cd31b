"""How a count 盘点 of a key rack is shown."""
