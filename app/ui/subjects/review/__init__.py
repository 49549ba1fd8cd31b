"""How the review before a shift ends 下班前检查 is shown (B.5)."""
