"""The review before a shift ends 下班前检查 to people (B.5)."""
