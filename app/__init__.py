"""Shangmen 上门: the field app for people who work at other people's doors."""
