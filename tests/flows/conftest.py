"""The same day in the field as in the browser's tests: one list of its fixtures."""

from tests.browser.conftest import *  # noqa: F403
