"""The conftest.py of the suites inside the browser: leaves out what a browser's Python cannot do, and says so."""

import pytest
from hypothesis import HealthCheck, settings

FEW = 5
settings.register_profile(
    "browser", max_examples=FEW, stateful_step_count=6, deadline=None, suppress_health_check=list(HealthCheck)
)
settings.load_profile("browser")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        test = getattr(item, "obj", None)
        own = getattr(test, "_hypothesis_internal_use_settings", None)
        if test is not None and own is not None and own.max_examples > FEW:
            # A test's own number of examples is meant for CPython, which is many times quicker.
            test._hypothesis_internal_use_settings = settings(own, max_examples=FEW)
        marker = item.get_closest_marker("needs_system")
        if marker is not None:
            item.add_marker(pytest.mark.skip(reason=f"not in a browser: {marker.args[0]}"))
