"""The screens of forms 表单 and of what was filled in."""
