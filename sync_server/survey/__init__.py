"""The satisfaction survey 满意度调查 outside the app: the page for residents, and the report as a file (F2, F4)."""
