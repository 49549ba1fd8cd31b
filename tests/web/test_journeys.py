"""Every journey of ``tests/journeys`` once more, each request sent by a browser's own fetch, all in one page."""

from __future__ import annotations

import inspect
import itertools
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from tests.journeys import test_bad_days, test_overlapping_work
from tests.journeys.conftest import towns
from tests.web.fetched import FetchedTransport
from tests.web.python_page import Site

Journey = Callable[..., None]


def journeys() -> Iterator[Any]:
    """Each journey with the first set of arguments that it is given on CPython, and with `--all` with the others.

    What those try is the rules; here it is the way the requests go.
    """
    for module in (test_bad_days, test_overlapping_work):
        for name, journey in vars(module).items():
            if not name.startswith("test_"):
                continue
            marks = [mark for mark in getattr(journey, "pytestmark", []) if mark.name == "parametrize"]
            for number, values in enumerate(itertools.product(*(mark.args[1] for mark in marks))):
                given = dict(zip((mark.args[0] for mark in marks), values, strict=True))
                words = [
                    name.removeprefix("test_"),
                    *(" ".join(map(str, v)) if isinstance(v, tuple) else str(v) for v in values),
                ]
                yield pytest.param(journey, given, id="-".join(words), marks=[pytest.mark.long] if number else [])


@pytest.mark.parametrize(("journey", "given"), list(journeys()))
def test_the_journey_over_the_browsers_transport(
    journey: Journey,
    given: dict[str, Any],
    sqlite_url: str,
    tmp_path: Path,
    fetched: FetchedTransport,
    python_pages: Site,
) -> None:
    def transport(server_url: str) -> FetchedTransport:
        host, port = server_url.removeprefix("http://").split(":")
        python_pages.upstream = (host, int(port))
        return fetched

    with towns(sqlite_url, tmp_path, transport) as make_town:
        wanted = inspect.signature(journey).parameters
        if "town" in wanted:
            given = {**given, "town": make_town()}
        if "make_town" in wanted:
            given = {**given, "make_town": make_town}
        # Journeys run an event loop of their own; this thread's belongs to the browser's driver.
        with ThreadPoolExecutor(1) as player:
            player.submit(journey, **given).result()
