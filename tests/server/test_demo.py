"""The demo on one port: who gets the offline web app, and who the screens drawn on the server."""

from __future__ import annotations

import asyncio

import httpx
import pytest
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp

from sync_server.demo_run import _both


async def _get(app: ASGIApp, base: str, path: str) -> str:
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=base) as client:
        return (await client.get(path)).text


@pytest.mark.parametrize(
    ("address", "has_web", "gets"),
    [
        ("http://127.0.0.1:8560/", True, "server"),
        ("http://localhost:8560/join/ABCD2345", True, "server"),
        ("https://192.168.1.5/", True, "server"),
        ("http://192.168.1.5:8560/", True, "screens"),
        ("http://192.168.1.5:8560/join/ABCD2345", True, "screens"),
        ("http://192.168.1.5:8560/v1/health", True, "server"),
        ("http://127.0.0.1:8560/", False, "screens"),
        ("http://127.0.0.1:8560/docs", False, "server"),
    ],
)
def test_the_web_app_goes_to_browsers_that_can_keep_it(address: str, has_web: bool, gets: str) -> None:
    app = _both(PlainTextResponse("server"), PlainTextResponse("screens"), lambda: has_web)
    scheme, _, rest = address.partition("://")
    host, _, path = rest.partition("/")
    asked = asyncio.run(_get(app, f"{scheme}://{host}", f"/{path}"))
    assert asked == gets
