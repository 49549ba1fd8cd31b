"""The desk 前台: open tickets, who works on them, and decisions only the desk and the supervisors make."""
