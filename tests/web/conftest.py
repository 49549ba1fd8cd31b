"""Python in a real Chromium, below the screens."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.web.python_page import Site, python_site


@pytest.fixture(scope="session")
def python_pages() -> Iterator[Site]:
    """Serves pages with the app's code below its screens."""
    with python_site() as site:
        yield site
