"""Signing in and out, and taking a new device number."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from app.domain.errors import ANSWER_UNREADABLE, Problem
from app.sync.calls import call, read_json
from app.sync.transport import Response, Transport


@dataclass(frozen=True, slots=True)
class SignedIn:
    """What the server says to who signed in; times in ms."""

    token: str
    expires_at: int
    device_id: str
    staff_id: str
    name: str
    roles: tuple[str, ...]
    estate: str
    server_time: int
    login: str = ""
    """What they sign in with; empty from a server that does not tell."""


@dataclass(frozen=True, slots=True)
class JoinCode:
    """A one-time code for a person: plain, as an address to scan, and when it ends by the server's clock (ms)."""

    code: str
    address: str
    staff_id: str
    name: str
    expires_at: int


async def sign_in(transport: Transport, asked: Mapping[str, Any]) -> SignedIn:
    """Sign in. Raises ``Problem``: ``wrong_password``, ``too_many_tries``, ``device_of_other``, ``no_network``."""
    return _read(await call(transport, "POST", "/v1/sign-in", body=asked))


async def join(transport: Transport, asked: Mapping[str, Any]) -> SignedIn:
    """Sign in by a one-time code. Raises ``Problem``: ``code_unknown``, ``too_many_tries``, ``device_of_other``, ..."""
    return _read(await call(transport, "POST", "/v1/join", body=asked))


async def make_join_code(transport: Transport, token: str, staff_id: str) -> JoinCode:
    """Make a one-time code for a person. Raises ``Problem``: ``code_not_yours``, ``account_closed``, ``no_network``."""
    data = read_json(await call(transport, "POST", "/v1/join-codes", token=token, body={"staff_id": staff_id}))
    try:
        return JoinCode(
            code=str(data["code"]),
            address=str(data["address"]),
            staff_id=str(data["staff"]["id"]),
            name=str(data["staff"]["name"]),
            expires_at=int(data["expires_at"]),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise Problem(ANSWER_UNREADABLE, what=f"{type(error).__name__}: {error}") from error


async def new_device(transport: Transport, token: str, asked: Mapping[str, Any]) -> SignedIn:
    """Take a new device number for a signed-in phone whose old one another copy of its data uses."""
    return _read(await call(transport, "POST", "/v1/devices", token=token, body=asked))


async def sign_out(transport: Transport, token: str) -> None:
    """Tell the server that the token is no longer used."""
    await call(transport, "POST", "/v1/sign-out", token=token, body={})


def _read(response: Response) -> SignedIn:
    data = read_json(response)
    try:
        return SignedIn(
            token=str(data["token"]),
            expires_at=int(data["expires_at"]),
            device_id=str(data["device_id"]),
            staff_id=str(data["staff"]["id"]),
            name=str(data["staff"]["name"]),
            roles=tuple(str(role) for role in data["staff"]["roles"]),
            estate=str(data["estate"]["name"]),
            server_time=int(data["server_time"]),
            login=str(data["staff"].get("login") or ""),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise Problem(ANSWER_UNREADABLE, what=f"{type(error).__name__}: {error}") from error
