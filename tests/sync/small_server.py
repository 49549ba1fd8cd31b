"""A small server in memory behind the transport seam, and a network that can be played tricks on.

It keeps the protocol's promises (one answer per entry, one order, own entries by name only) in as
few lines as it takes to test the engine; the real server is tested with the engine elsewhere.
"""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Callable
from typing import Any

from app.domain.wire.canonical import sha256_hex
from app.domain.wire.errors import (
    BLOB_OFFSET,
    COUNTER_TAKEN,
    HASH_WRONG,
    NO_NETWORK,
    NOT_FOUND,
    OUT_OF_SCOPE,
    TOKEN_EXPIRED,
    TOKEN_REVOKED,
    Problem,
    ProblemKind,
)
from app.domain.wire.packing import pack_items, unpack
from app.sync.transport import Request, Response
from tests.actions.phones import uid

Fault = Callable[[Request], None]


class SmallServer:
    """One scope for everybody; ``transport(who, device)`` gives a phone its line to it."""

    def __init__(self, page: int = 500) -> None:
        self.page = page
        self.epoch = "first"
        self.now = 1_795_233_600_000
        self.feed: list[dict[str, Any]] = []
        self.taken: dict[str, dict[str, Any]] = {}
        self.refuse: set[str] = set()
        self.refused: set[tuple[str, int]] = set()
        """Device and number of what was refused: no holes of the chain (docs/sync.md 8)."""
        self.blobs: dict[str, bytes] = {}
        self.tokens: dict[str, tuple[str, str]] = {}
        self.bad_tokens: dict[str, ProblemKind] = {}
        self.devices = 0
        self.requests: list[tuple[str, str]] = []
        self.pushed: list[int] = []
        self.packs = False
        """Whether it knows packed entries (docs/sync.md 6): an older server does not."""
        self.chunk: int | None = None
        """What it says it takes of blobs in one request; an older server says nothing."""
        self.counts = True
        """Whether it says how much is left when asked: an older server does not know the question."""
        self.together = False
        """Whether it takes several blobs in one request (docs/sync.md 21): an older server does not."""
        self.hashes: list[int] = []
        """How many entries of each push came with their own hash."""

    def line(self, token: str, who: str, device: str) -> Line:
        """Return a phone's line; ``token`` speaks for ``who`` on ``device``."""
        self.tokens[token] = (who, device)
        return Line(self)

    def restore(self, keep: int) -> None:
        """Be a server restored from a backup with the first ``keep`` entries."""
        self.feed = self.feed[:keep]
        self.taken = {item["id"]: item for item in self.feed}
        self.blobs.clear()
        self.refused.clear()
        self.epoch += "+"

    def handle(self, request: Request) -> Response:
        """Answer one request."""
        self.requests.append((request.method, request.path))
        try:
            token = request.headers["Authorization"].removeprefix("Bearer ")
            if token in self.bad_tokens:
                raise Problem(self.bad_tokens[token])
            who, device = self.tokens[token]
            body = request.body or b""
            if request.headers.get("Content-Encoding") == "gzip":
                body = gzip.decompress(body)
            if request.path == "/v1/sync":
                return _ok(self._sync(device, json.loads(body)))
            if request.path == "/v1/devices":
                return _ok(self._new_device(who))
            return self._blob(request, body)
        except Problem as problem:
            return Response(_STATUS.get(problem.name, 401), {}, json.dumps({"error": problem.to_wire()}).encode())

    def _sync(self, device: str, asked: dict[str, Any]) -> dict[str, Any]:
        self.pushed.append(len(asked["entries"]))
        self.hashes.append(sum("hash" in wire for wire in asked["entries"]))
        whole, proved = unpack(asked["entries"]) if self.packs else (asked["entries"], True)
        if not proved:
            raise Problem(HASH_WRONG)
        answers = [self._take(device, wire) for wire in whole if asked["epoch"] in (None, self.epoch)]
        cursor = asked["cursors"].get("all", 0) if asked["epoch"] == self.epoch else 0
        window = self.feed[cursor : cursor + self.page]
        counters = {i["wire"]["counter"] for i in self.feed if i["wire"]["device"] == device}
        counters |= {number for of, number in self.refused if of == device}
        missing = [n for n in range(1, max(counters, default=0)) if n not in counters]
        items = [self._item(device, i) for i in window]
        if self.packs and asked.get("packs"):
            items = pack_items(items)
        return {
            "protocol": 1,
            "epoch": self.epoch,
            "packs": self.packs,
            **({"chunk": self.chunk} if self.chunk else {}),
            **({"left": len(self.feed) - cursor - len(window)} if self.counts and asked.get("count") else {}),
            "server_time": self.now,
            "answers": answers,
            "holes": [[n, n] for n in missing],
            "scopes": [
                {
                    "scope": "all",
                    "to": cursor + len(window),
                    "more": cursor + len(window) < len(self.feed),
                    "items": items,
                }
            ],
            "lost": [],
            "found": [self._item("", self.taken[i]) for i in asked["want"] if i in self.taken],
        }

    def _take(self, device: str, wire: dict[str, Any]) -> dict[str, Any]:
        known = self.taken.get(wire["id"])
        if known is not None:
            return {"id": wire["id"], "status": "known", **known["facts"]}
        problem = None
        if any((i["wire"]["device"], i["wire"]["counter"]) == (device, wire["counter"]) for i in self.feed):
            problem = Problem(COUNTER_TAKEN)
        elif wire["id"] in self.refuse or wire["device"] != device:
            problem = Problem(OUT_OF_SCOPE)
        if problem is not None:
            self.refused.add((wire["device"], wire["counter"]))
            return {"id": wire["id"], "status": "refused", **problem.to_wire()}
        seq = len(self.feed) + 1
        facts = {"seq": seq, "received_at": self.now, "corrected_at": min(wire["made_at"], self.now)}
        item = {"id": wire["id"], "pos": seq, "wire": wire, "facts": facts}
        self.feed.append(item)
        self.taken[wire["id"]] = item
        return {"id": wire["id"], "status": "accepted", **facts}

    def _item(self, device: str, item: dict[str, Any]) -> dict[str, Any]:
        if item["wire"]["device"] == device:
            return {"pos": item["pos"], "own": {"id": item["id"], **item["facts"]}}
        return {"pos": item["pos"], "entry": item["wire"], **item["facts"]}

    def _new_device(self, who: str) -> dict[str, Any]:
        self.devices += 1
        token, device = f"token-{self.devices}", uid("fresh", self.devices)
        self.tokens[token] = (who, device)
        staff = {"id": who, "name": who, "roles": []}
        about = {"expires_at": 1, "server_time": self.now, "epoch": self.epoch, "estate": {"name": "荔园"}}
        return {"token": token, "device_id": device, "staff": staff, **about}

    def _blob(self, request: Request, chunk: bytes) -> Response:
        if request.path == "/v1/blobs" and self.together:
            head, _, rest = chunk.partition(b"\n")
            said = []
            for name, size in json.loads(head):
                self.blobs[name], rest = rest[:size], rest[size:]
                said.append({"hash": name, "complete": True})
            return _ok({"blobs": said})
        found = re.fullmatch(r"/v1/blobs/([0-9a-f]{64})(?:\?offset=(\d+)&total=(\d+))?", request.path)
        if found is None:
            raise Problem(NOT_FOUND)  # an older server: it knows no request for several blobs
        name, offset, total = found.groups()
        named = {blob["hash"] for item in self.feed for blob in item["wire"]["blobs"]}
        if name not in named:
            raise Problem(NOT_FOUND)
        have = self.blobs.get(name, b"")
        if request.method == "GET":
            if sha256_hex(have) != name:
                raise Problem(NOT_FOUND)
            return Response(200, {}, have)
        if int(offset) > len(have):
            raise Problem(BLOB_OFFSET, have=len(have))
        have = have[: int(offset)] + chunk
        self.blobs[name] = have
        return _ok({"have": len(have), "complete": len(have) == int(total)})


class Line:
    """A phone's line to the server. ``before`` and ``after`` run around each request and may raise."""

    def __init__(self, server: SmallServer) -> None:
        self.server = server
        self.before: list[Fault | None] = []
        self.after: list[Fault | None] = []
        self.cut = False

    async def send(self, request: Request) -> Response:
        """Send over the line, as it is just then."""
        if self.cut:
            raise Problem(NO_NETWORK, what="cut")
        if self.before and (fault := self.before.pop(0)):
            fault(request)
        response = self.server.handle(request)
        if self.after and (fault := self.after.pop(0)):
            fault(request)
        return response


def lost(_request: Request) -> None:
    """Lose the request (before) or its answer (after)."""
    raise Problem(NO_NETWORK, what="lost")


def _ok(value: dict[str, Any]) -> Response:
    return Response(200, {"content-type": "application/json"}, json.dumps(value, ensure_ascii=False).encode())


_STATUS = {"not_found": 404, "blob_offset": 409, TOKEN_EXPIRED.name: 401, TOKEN_REVOKED.name: 401}
