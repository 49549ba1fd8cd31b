"""The network between a phone and the server: slow, and cut wherever it hurts.

What is to happen to a phone's coming requests is armed beforehand (``Line.arm``), so that it stands in the plan.
"""

from __future__ import annotations

import asyncio
import json
import random
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from app.domain.wire.errors import NO_NETWORK, NOT_FOUND, Problem
from app.sync.transport import Request, Response
from tests.sim.medium import Killed

if TYPE_CHECKING:
    from tests.sim.phones import SimPhone

SLOW: Final = 20
"""Seconds that a slow request takes after its head."""
CUTS: Final = ("cut before", "cut in", "cut answer", "half answer", "portal", "twice", "twice late", "late", "slow")
"""Nothing arrives; half of it arrives; the answer is lost; half of the answer is handed up; a hotel's page answers;
it arrives two times; the second time hours later; it arrives after everybody gave up; it takes half a minute."""
PATIENCE = 30.0
"""Seconds after which a phone gives a request up."""

ENOUGH = 600
"""Requests of one phone in a whole run: more come only from a loop that does not end."""


@dataclass
class Trouble:
    """Something armed: what, and how many requests go well before."""

    what: str
    after: int


class Line:
    """One phone's way to the server: the transport of its app."""

    def __init__(self, phone: SimPhone, rng: random.Random) -> None:
        self.phone = phone
        self.online = True
        self.requests = 0
        self._rng = rng
        self._troubles: list[Trouble] = []

    def arm(self, what: str, after: int) -> None:
        """Let ``what`` happen to the request after the next ``after``."""
        self._troubles.append(Trouble(what, after))

    def heal(self) -> None:
        """Work from now on."""
        self.online = True
        self._troubles.clear()

    def _trouble(self) -> str:
        for trouble in self._troubles:
            trouble.after -= 1
        for trouble in self._troubles:
            if trouble.after < 0:
                self._troubles.remove(trouble)
                return trouble.what
        return ""

    async def send(self, request: Request) -> Response:
        """Carry one request to the server and its answer back; see ``app.sync.transport.Transport``."""
        if request.path == "/v1/wait":
            # Nobody is kept waiting here: a phone that hears syncs as it does by the clock, only sooner, and what it
            # does then is what this simulates. So the server is one that does not know the question.
            return Response(404, {}, json.dumps({"error": Problem(NOT_FOUND).to_wire()}).encode())
        world = self.phone.world
        trouble = self._trouble()
        self.requests += 1
        if self.requests > ENOUGH:
            world.broken(f"{self.phone.name} asks without end")
            await asyncio.Event().wait()
        name = f"{request.method} {request.path.split('?')[0][:20]}"
        if not self.online or trouble == "cut before":
            world.tell(f"{self.phone.name}: {name} does not go out")
            raise Problem(NO_NETWORK, what=trouble or "offline")
        if trouble:
            world.tell(f"{self.phone.name}: {name}: {trouble}")
        if trouble in ("late", "twice late"):
            world.late_deliveries = True
        if trouble == "portal":
            return Response(200, {}, b"<html>Welcome to our hotel</html>")
        if trouble == "late":
            world.later(PATIENCE + self._rng.uniform(1, 7_200), lambda: self.arrive(request))
            await asyncio.sleep(PATIENCE)
            raise Problem(NO_NETWORK, what="timeout")
        try:
            await asyncio.sleep(self._rng.uniform(0.02, 0.4))
            heard_at = world.server.now()
            if trouble == "slow":
                world.slow_lines = True
                await asyncio.sleep(SLOW)  # its head is there long before the rest
        except asyncio.CancelledError:
            if self._rng.random() < 0.5:  # it was on its way already
                world.later(1, lambda: self.arrive(request))
            raise
        response = self.arrive(_half(request) if trouble == "cut in" else request, heard_at)
        if trouble == "twice":
            response = self.arrive(request) or response
        elif trouble == "twice late":
            world.later(self._rng.uniform(1, 90_000), lambda: self.arrive(request))
        if response is None or trouble in ("cut in", "cut answer"):
            raise Problem(NO_NETWORK, what=trouble or "no answer")
        await asyncio.sleep(self._rng.uniform(0.02, 0.4))
        if trouble == "half answer":
            return Response(response.status, response.headers, response.body[: len(response.body) // 2])
        return response

    def arrive(self, request: Request, heard_at: int | None = None) -> Response | None:
        """Hand a request to the server, whatever the line is like; ``None`` when nobody answers, or dies over it.

        ``heard_at``: when its head was there, if that was before.
        """
        world = self.phone.world
        if not world.server.up:
            return None
        try:
            response = world.server.handle(request, heard_at)
        except Killed:
            world.server_died()
            return None
        world.witness(self.phone, request, response)
        return response


def _half(request: Request) -> Request:
    body = request.body or b""
    return Request(request.method, request.path, request.headers, body[: len(body) // 2])
