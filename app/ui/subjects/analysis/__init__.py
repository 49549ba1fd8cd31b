"""The screens of complaint analyses 用户投诉分析 (C.7)."""
