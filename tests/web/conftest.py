"""Python in a real Chromium, below the screens."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.support.server import live_server
from tests.web.fetched import FetchedTransport
from tests.web.python_page import Site, python_site

__all__ = ["live_server"]


@pytest.fixture(scope="session")
def fetched(python_pages: Site, chromium: Browser) -> Iterator[FetchedTransport]:
    """One page that sends what tests outside it ask for: what takes long is the start of its Python."""
    context = chromium.new_context()
    yield FetchedTransport(python_pages, context.new_page())
    context.close()


@pytest.fixture(scope="session")
def python_pages(web_tree: Path) -> Iterator[Site]:
    """Serves pages with the app's code below its screens."""
    with python_site(web_tree) as site:
        yield site
