"""What the server finds verifying a record: a phone asks this server, and servers from before the one path for all."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from starlette.types import ASGIApp, Receive, Scope, Send
from uuid6 import uuid7

from app.domain.wire.errors import Problem
from app.sync.transport import Request, RequestsTransport, Response
from app.sync.verdicts import ServerVerdict, ask_verdict
from tests.support.field_device import FieldDevice
from tests.support.openings import openings
from tests.support.server import LiveServer

OLD_PATHS = {"ticket": "tickets", "visit": "visits", "thing": "things"}
"""Under which each type was verified before there was one path for all."""


class Asked:
    """A transport that knows what it was asked for."""

    def __init__(self, server: LiveServer) -> None:
        self.server = RequestsTransport(server.url)
        self.paths: list[str] = []

    async def send(self, request: Request) -> Response:
        self.paths.append(request.path)
        return await self.server.send(request)


class OlderServer(LiveServer):
    """The server as it was before the one path for all."""

    def make_app(self) -> ASGIApp:
        app = super().make_app()

        async def older(scope: Scope, receive: Receive, send: Send) -> None:
            if scope.get("path", "").startswith("/v1/subjects/"):
                scope["path"] = "/v1/nowhere"
            await app(scope, receive, send)

        return older


def begun(server: LiveServer) -> tuple[FieldDevice, dict[str, str]]:
    """Somebody who may begin whatever there is, and one record of each type."""
    device = FieldDevice(server, server.add_staff("s1", "service_supervisor"))
    ids = {}
    for subject_type, (kind, body) in openings().items():
        ids[subject_type] = str(uuid7())
        assert device.push(device.make(kind, (subject_type, ids[subject_type]), body))[0].status == "accepted"
    return device, ids


def ask(transport: Asked, device: FieldDevice, subject_type: str, subject_id: str) -> ServerVerdict:
    return asyncio.run(ask_verdict(transport, device.token, subject_type, subject_id))


def test_every_type_is_verified_under_one_path(sqlite_url: str, tmp_path: Path) -> None:
    with LiveServer(sqlite_url, tmp_path / "server") as server:
        device, ids = begun(server)
        asked = Asked(server)
        for subject_type, subject_id in ids.items():
            assert ask(asked, device, subject_type, subject_id).standing == "unsigned", subject_type
        assert asked.paths == [f"/v1/subjects/{one}/{subject_id}/verify" for one, subject_id in ids.items()]


def test_a_server_from_before_that_path_is_asked_as_it_was(sqlite_url: str, tmp_path: Path) -> None:
    """It says of a path that it does not have what it says of a record that is not there."""
    with OlderServer(sqlite_url, tmp_path / "server") as server:
        device, ids = begun(server)
        for subject_type, path in OLD_PATHS.items():
            asked = Asked(server)
            assert ask(asked, device, subject_type, ids[subject_type]).devices >= 1
            assert asked.paths[1:] == [f"/v1/{path}/{ids[subject_type]}/verify"]


@pytest.mark.parametrize("kind", [LiveServer, OlderServer])
def test_what_is_not_there_is_not_found_on_either(kind: type[LiveServer], sqlite_url: str, tmp_path: Path) -> None:
    with kind(sqlite_url, tmp_path / "server") as server:
        device, _ = begun(server)
        for subject_type in openings():
            with pytest.raises(Problem) as told:
                ask(Asked(server), device, subject_type, str(uuid7()))
            assert told.value.name == "not_found"


def test_what_is_wrong_otherwise_is_asked_once(sqlite_url: str, tmp_path: Path) -> None:
    with LiveServer(sqlite_url, tmp_path / "server") as server:
        _, ids = begun(server)
        asked = Asked(server)
        with pytest.raises(Problem) as told:
            asyncio.run(ask_verdict(asked, "x", "ticket", ids["ticket"]))
        assert told.value.name == "token_unknown" and len(asked.paths) == 1
