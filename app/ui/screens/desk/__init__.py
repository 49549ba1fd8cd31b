"""The desk 前台: what is open, who does it, and what only the desk and supervisors decide."""
