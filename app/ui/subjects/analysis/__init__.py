"""Analyses of complaints 用户投诉分析 to people (C.7)."""
