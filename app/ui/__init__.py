"""The screens: Flet components that call `app.actions`."""
