"""The handbook 应知应会: finding in it, reading a page, signing as read, publishing (T)."""
