"""The conftest.py of the suites inside the browser: leaves out what a browser's Python cannot do, and says so."""

import pytest
from hypothesis import HealthCheck, settings

settings.register_profile(
    "browser", max_examples=5, stateful_step_count=6, deadline=None, suppress_health_check=list(HealthCheck)
)
settings.load_profile("browser")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        marker = item.get_closest_marker("needs_system")
        if marker is not None:
            item.add_marker(pytest.mark.skip(reason=f"not in a browser: {marker.args[0]}"))
