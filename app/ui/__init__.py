"""What people see and touch: Flet components over the verbs of `app.actions`."""
