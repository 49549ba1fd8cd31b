"""A rack count 盘点 to people."""
