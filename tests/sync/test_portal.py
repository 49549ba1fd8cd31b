"""A Wi-Fi that wants to be signed in to answers in the server's place (B20)."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from app.actions import Phone
from app.actions.models import TicketForm
from app.domain.wire.entries import THUMBNAIL, BlobRef
from app.domain.wire.errors import Problem
from app.sync.calls import is_portal
from app.sync.transport import Request, RequestsTransport, Response
from app.ui.screens.phone.sign_in import why_not
from app.ui.screens.today.parts import sync_words
from tests.support.portal import portal
from tests.support.server import PASSWORD, LiveServer

PAGE = b"<!DOCTYPE html><h1>\xe8\xaf\xb7\xe7\x99\xbb\xe5\xbd\x95</h1>"
HTML = {"content-type": "text/html; charset=utf-8"}
AWAY = {"location": "http://10.0.0.1/login?url=http://ops.example.com/v1/sync"}
PORTALS = {
    "302": Response(302, AWAY),
    "a page": Response(200, HTML, PAGE),
    "a page that says nothing of itself": Response(200, {}, b"\xef\xbb\xbf\r\n" + PAGE),
    "a hidden redirect": Response(300),
    "511": Response(511, HTML, PAGE),
}
OTHERS = {
    "a proxy whose server is down": Response(502, HTML, PAGE),
    "HTTPS instead": Response(308, {"location": "https://ops.example.com/v1/sync"}),
    "half an answer": Response(200, {"content-type": "application/json"}, b'{"epoch":'),
    "an answer": Response(200, {"content-type": "application/json"}, b"{}"),
}


@pytest.mark.parametrize("response", [*PORTALS.values(), *OTHERS.values()], ids=[*PORTALS, *OTHERS])
def test_what_only_a_portal_answers_is_told_from_what_servers_and_proxies_do(response: Response) -> None:
    """B20: redirects, pages and 511 are a Wi-Fi's; errors of a proxy, a move to HTTPS and half an answer are not."""
    assert is_portal("/v1/sync", response) == (response in PORTALS.values())


class _Line:
    """A line to the server; ``portal`` answers in its place while it is set."""

    portal: Response | None = None

    def __init__(self, url: str) -> None:
        self._line = RequestsTransport(url)

    async def send(self, request: Request) -> Response:
        """Carry a request."""
        return self.portal or await self._line.send(request)


@pytest.mark.parametrize("portal", PORTALS.values(), ids=PORTALS)
def test_behind_a_portal_nothing_is_lost_and_all_goes_up_afterwards(
    sqlite_url: str, tmp_path: Path, portal: Response, monkeypatch: pytest.MonkeyPatch
) -> None:
    """B20: signing in, joining, syncing, fetching a picture and signing out say what the Wi-Fi wants."""

    async def work(server: LiveServer) -> None:
        phone = Phone(tmp_path / "phone", server.url, _Line)
        monkeypatch.setattr(_Line, "portal", portal)
        for entering in (phone.sign_in("d", PASSWORD), phone.join("7KQM3XWP")):
            with pytest.raises(Problem, match="wifi_sign_in"):
                await entering
        monkeypatch.setattr(_Line, "portal", None)
        session = await phone.sign_in("d", PASSWORD)
        await session.sync_now()
        monkeypatch.setattr(_Line, "portal", portal)
        await session.tickets.open(TicketForm("漏水", address="3栋", ticket_kind="job"))
        status = await session.sync_now()
        assert status.problem is not None and status.problem.name == "wifi_sign_in" and status.waiting == 1
        assert "这个 Wi-Fi 要先登录" in status.problem.message("zh") and not status.sign_in_needed
        assert sync_words(session.sync_status(), session.now()).startswith("这个 Wi-Fi 要先登录 · ")
        ref = BlobRef("0" * 64, 9, THUMBNAIL)
        with pytest.raises(Problem, match="wifi_sign_in"):
            await session.engine.blobs.fetch_one(ref)
        assert session.store.blob(ref.hash) is None
        monkeypatch.setattr(_Line, "portal", None)
        assert (await session.sync_now()).waiting == 0
        monkeypatch.setattr(_Line, "portal", portal)
        assert not await phone.sign_out()

    with LiveServer(sqlite_url, tmp_path / "server") as server:
        server.add_staff("d", "desk")
        asyncio.run(work(server))


def test_a_real_gate_is_told_with_what_to_do_and_nothing_goes_where_it_points(tmp_path: Path) -> None:
    """B20: 302 over a real connection, and the words on the sign-in screen."""
    with portal() as url, pytest.raises(Problem, match="wifi_sign_in") as told:
        asyncio.run(Phone(tmp_path, url).sign_in("d", PASSWORD))
    says, do = why_not(told.value, "zh")
    assert says == "这个 Wi-Fi 要先登录" and "手机流量" in do
