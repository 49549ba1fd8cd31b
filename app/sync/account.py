"""Signing in and out, and taking a new device number."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from app.domain.wire.errors import ACCOUNT_CLOSED, ANSWER_UNREADABLE, TOKEN_REVOKED, Problem
from app.sync.calls import call, read_json
from app.sync.transport import Response, Transport


@dataclass(frozen=True, slots=True)
class SignedIn:
    """The server's answer to a sign-in; times in ms."""

    token: str
    expires_at: int
    device_id: str
    staff_id: str
    name: str
    roles: tuple[str, ...]
    estate: str
    server_time: int
    login: str = ""
    """The name they sign in with; empty from an older server."""
    estates: tuple[tuple[str, str], ...] = ()
    """Key and name of each estate 小区 of theirs; empty for somebody whose only estate is the company's first."""
    posts: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Their posts in each of ``estates``, by its key."""


@dataclass(frozen=True, slots=True)
class JoinCode:
    """A one-time code for a person: the code, the address to scan, and when it expires by the server's clock (ms)."""

    code: str
    address: str
    staff_id: str
    name: str
    expires_at: int


@dataclass(frozen=True, slots=True)
class Device:
    """One person on one installation; times in ms, ``seen_at`` ``None`` before its first sync."""

    id: str
    name: str
    platform: str
    app_version: str
    staff_id: str
    staff_name: str
    created_at: int
    seen_at: int | None
    revoked_at: int | None


@dataclass(frozen=True, slots=True)
class Look:
    """One look at a household's archive (S), or at its part ``what``: by whom, on which device, when, and when the
    server heard of it (ms)."""

    staff_id: str
    name: str
    device: str
    looked_at: int
    received_at: int
    what: str = ""


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
    """Ask for a new device id, because another copy of this phone's data uses the old one."""
    return _read(await call(transport, "POST", "/v1/devices", token=token, body=asked))


async def still_in(transport: Transport, token: str) -> None:
    """Ask whether the token is still valid. Raises ``Problem``: ``token_revoked``, ``account_closed``, ..."""
    await call(transport, "GET", "/v1/me", token=token)


async def list_devices(transport: Transport, token: str) -> list[Device]:
    """Return the devices this person may end: their own, or everybody's."""
    data = read_json(await call(transport, "GET", "/v1/devices", token=token))
    try:
        return [
            Device(
                id=str(row["id"]),
                name=str(row["name"]),
                platform=str(row["platform"]),
                app_version=str(row["app_version"]),
                staff_id=str(row["staff"]["id"]),
                staff_name=str(row["staff"]["name"]),
                created_at=int(row["created_at"]),
                seen_at=_ms(row["seen_at"]),
                revoked_at=_ms(row["revoked_at"]),
            )
            for row in data["devices"]
        ]
    except (KeyError, TypeError, ValueError) as error:
        raise Problem(ANSWER_UNREADABLE, what=f"{type(error).__name__}: {error}") from error


async def revoke_device(transport: Transport, token: str, device_id: str) -> None:
    """End a device. Raises ``Problem``: ``not_found``, ``no_network``, ..."""
    await call(transport, "POST", f"/v1/devices/{device_id}/revoke", token=token, body={})


async def list_looks(transport: Transport, token: str, household_id: str) -> list[Look]:
    """Return who looked at a household's archive (S). Raises ``Problem``: ``role_may_not``, ``not_found``, ..."""
    data = read_json(await call(transport, "GET", f"/v1/households/{household_id}/looks", token=token))
    try:
        return [
            Look(
                staff_id=str(row["staff"]["id"]),
                name=str(row["staff"]["name"]),
                device=str(row["device"]["name"]),
                looked_at=int(row["looked_at"]),
                received_at=int(row["received_at"]),
                what=str(row.get("what") or ""),
            )
            for row in data["looks"]
        ]
    except (KeyError, TypeError, ValueError) as error:
        raise Problem(ANSWER_UNREADABLE, what=f"{type(error).__name__}: {error}") from error


def wipes(problem: Problem) -> bool:
    """Tell whether this problem means that the phone must delete its data: it was ended, or its owner left."""
    return problem.kind is ACCOUNT_CLOSED or (problem.kind is TOKEN_REVOKED and problem.details.get("wipe") is True)


def told_epoch(problem: Problem) -> str | None:
    """Return the epoch of the server that ended this phone; older servers do not say."""
    epoch = problem.details.get("epoch")
    return epoch if isinstance(epoch, str) else None


def _ms(value: Any) -> int | None:
    return None if value is None else int(value)


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
            estates=tuple((str(one["key"]), str(one["name"])) for one in data.get("estates") or ()),
            posts={str(key): tuple(map(str, held)) for key, held in (data.get("posts") or {}).items()},
        )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise Problem(ANSWER_UNREADABLE, what=f"{type(error).__name__}: {error}") from error
