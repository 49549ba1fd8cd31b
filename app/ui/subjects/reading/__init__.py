"""Documents signed as read 已阅 (T4)."""
