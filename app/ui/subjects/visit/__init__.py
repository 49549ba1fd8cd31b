"""The screens of visits 走访: how one is shown, the form, and the page."""
