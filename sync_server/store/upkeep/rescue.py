"""Importing a rescue file 救援文件 of a phone: all its unsent work, on the administrator's authority.

The entries keep their author, device and link in the device's chain. Rights and scope are not checked, because the
administrator vouches for the file; everything else is checked as always. Importing a file again changes nothing.
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from app.domain import roles
from app.domain.rules.scopes import FIRST
from app.domain.wire import protocol
from app.domain.wire.canonical import sha256_hex
from app.domain.wire.entries import Entry
from app.domain.wire.errors import BLOB_MISMATCH, RESCUE_UNREADABLE, Problem
from sync_server.store.estate import estates
from sync_server.store.people import accounts
from sync_server.store.people.identity import Identity
from sync_server.store.store import Store
from sync_server.store.taking.accept import Answer
from sync_server.store.taking.keeping import is_uuid


@dataclass(frozen=True)
class RescueReport:
    """The result for a file: one answer for each entry, and for each blob whether it is here now (or its problem)."""

    staff: str
    answers: list[tuple[dict[str, Any], Answer]]
    blobs: list[tuple[str, Problem | None]]

    @property
    def whole(self) -> bool:
        """Tell whether everything in the file is on the server now."""
        refused = any(answer.status == protocol.REFUSED for _, answer in self.answers)
        return not refused and all(problem is None for _, problem in self.blobs)


def take_in(store: Store, content: bytes) -> RescueReport:
    """Import a rescue file. Raises ``Problem`` ``rescue_unreadable`` if it is none, ``device_of_other``."""
    data = _parse(content)
    staff = data["staff"]["id"] if isinstance(data.get("staff"), dict) else data.get("staff")
    if not isinstance(staff, str):
        raise Problem(RESCUE_UNREADABLE, what="staff")
    answers: list[tuple[dict[str, Any], Answer]] = []
    name = ""
    for device, raw in _by_device(data):
        who = _identity(store, staff, device)
        name = who.name
        for start in range(0, len(raw), protocol.MAX_BATCH):
            some = raw[start : start + protocol.MAX_BATCH]
            answers.extend(zip(some, store.push(who, some), strict=True))
    taken = {
        ref["hash"]
        for entry, answer in answers
        if answer.status != protocol.REFUSED
        for ref in entry.get("blobs") or []
    }
    blobs = [(digest, _keep(store, staff, digest, content, digest in taken)) for digest, content in _blobs(data)]
    return RescueReport(name, answers, blobs)


def _parse(content: bytes) -> dict[str, Any]:
    try:
        data = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise Problem(RESCUE_UNREADABLE, what=str(error)) from error
    if not isinstance(data, dict) or data.get("format") != protocol.RESCUE_FORMAT:
        raise Problem(RESCUE_UNREADABLE, what="format")
    if data.get("version") != protocol.RESCUE_VERSION:
        raise Problem(RESCUE_UNREADABLE, what=f"version {data.get('version')}")
    if not isinstance(data.get("entries"), list):
        raise Problem(RESCUE_UNREADABLE, what="entries")
    return data


def _by_device(data: dict[str, Any]) -> Iterator[tuple[str, list[Any]]]:
    """Yield the file's entries by the device that made them; unreadable ones with the file's own device."""
    own = data.get("device")
    found: dict[str, list[Any]] = {}
    for raw in data["entries"]:
        try:
            device = Entry.from_wire(raw).device
        except Problem:
            device = own if isinstance(own, str) and is_uuid(own) else ""
        found.setdefault(device, []).append(raw)
    yield from found.items()


def _identity(store: Store, staff: str, device: str) -> Identity:
    with store.write() as connection:
        person = accounts.identity(connection, staff, device)
        if device and not accounts.device_known(connection, device, staff):
            accounts.register_device(connection, staff, device, store.now(), name="rescue")
        everywhere = {FIRST, *(one.key for one in estates.every(connection))}
    posts = dict.fromkeys(everywhere, frozenset(roles.ROLES))
    return Identity(person.staff_id, person.name, device, posts, at_home=person.home)


def _blobs(data: dict[str, Any]) -> Iterator[tuple[str, bytes]]:
    given = data.get("blobs") or []
    pairs = given.items() if isinstance(given, dict) else ((item["hash"], item["data"]) for item in given)
    try:
        for digest, text in pairs:
            yield str(digest), base64.b64decode(text, validate=True)
    except (binascii.Error, KeyError, TypeError, ValueError) as error:
        raise Problem(RESCUE_UNREADABLE, what="blobs") from error


def _keep(store: Store, staff: str, digest: str, content: bytes, named: bool) -> Problem | None:
    """Store a person's blob that an entry on the server names; return the problem if that is not possible."""
    if sha256_hex(content) != digest:
        return Problem(BLOB_MISMATCH)
    if not named and not store.blob_known(digest):
        return None  # it belongs to an entry that was refused, and stays in the file with it
    try:
        store.put_blob(digest, 0, content, len(content), staff)
    except Problem as problem:
        return problem
    return None
