"""A day in the field (tests/support/field_day.py)."""

from tests.support.field_day import (
    browser_day,
    colleagues,
    field_address,
    field_app,
    field_day,
    field_main,
    field_server,
    field_settings,
    field_windows,
)

__all__ = [
    "browser_day",
    "colleagues",
    "field_address",
    "field_app",
    "field_day",
    "field_main",
    "field_server",
    "field_settings",
    "field_windows",
]
