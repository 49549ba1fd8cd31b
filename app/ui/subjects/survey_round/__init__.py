"""The satisfaction survey 满意度调查 on screen (F)."""
