"""Limits on connections: how long the server waits for a request, and how many may wait at once.

uvicorn itself waits for ever for the rest of a request, and reads headers of any length. Here a request's head must
arrive within ``HEAD_SECONDS`` and ``HEAD_BYTES``, its body at ``SLOWEST`` bytes a second on average. Phones give up
earlier than that (``app.sync.fetching``), so a slower connection is useless. When there are too many connections
without a whole head, the one that has waited longest is closed for the newest.
"""

from __future__ import annotations

import asyncio
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

HEAD_SECONDS = 20.0
HEAD_BYTES = 64 * 1024
BODY_SECONDS = 60.0
"""Seconds allowed for any body, plus the time that its bytes need at ``SLOWEST``."""
SLOWEST = 2_000
MOST_BYTES = 32 * 1024 * 1024
"""Most bytes of one request. The rest of a body that was answered early is read and discarded, but only up to this."""
MOST_WAITING = 256
"""Most connections that have not sent a whole head yet."""
MOST_OPEN = 800
"""Most connections in all: fewer than the 1,024 files that a process may usually have open, leaving room for the
database's."""


class Patience:
    """The limits of one server, and who is waiting there; ``protocol`` is what uvicorn makes for each connection."""

    def __init__(
        self,
        *,
        head_seconds: float = HEAD_SECONDS,
        body_seconds: float = BODY_SECONDS,
        most_waiting: int = MOST_WAITING,
        most_open: int = MOST_OPEN,
    ) -> None:
        self.head_seconds = head_seconds
        self.body_seconds = body_seconds
        self.most_waiting = most_waiting
        self.most_open = most_open
        self.waiting: dict[PatientProtocol, None] = {}
        """Connections without a whole head, the one that waits for longest first."""

    def protocol(self, *args: Any, **kwargs: Any) -> PatientProtocol:
        """Return the protocol of one new connection."""
        return PatientProtocol(self, *args, **kwargs)

    def seat(self, connection: PatientProtocol) -> None:
        """Register a connection whose request begins, and close those for which there is no room."""
        self.waiting[connection] = None
        while len(self.waiting) > self.most_waiting or len(connection.connections) > self.most_open:
            longest = next(iter(self.waiting))
            longest.give_up()
            if longest is connection:
                return


class PatientProtocol(HttpToolsProtocol):
    """One connection, with a limit on how long each of its requests may take to come in."""

    def __init__(self, patience: Patience, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._patience = patience
        self._coming = False
        """Whether a request has begun that is not here whole."""
        self._since = 0.0
        self._came = 0
        self._timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """See ``asyncio.Protocol``."""
        super().connection_made(transport)
        self._begin()

    def connection_lost(self, exc: Exception | None) -> None:
        """See ``asyncio.Protocol``."""
        self._end()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """See ``asyncio.Protocol``."""
        if not self._coming:
            self._begin()
        self._came += len(data)
        super().data_received(data)
        if self._came > (HEAD_BYTES if self in self._patience.waiting else MOST_BYTES):
            self.give_up()

    def on_message_begin(self) -> None:
        """Called when a request begins, possibly in the same packet in which another ended."""
        if not self._coming:
            self._begin()
        super().on_message_begin()

    def on_headers_complete(self) -> None:
        """Called when the head of a request is complete."""
        self._patience.waiting.pop(self, None)
        self._watch()
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        """Called when a request is complete; it may have been answered already, or ask to switch to another
        protocol."""
        self._end()
        super().on_message_complete()

    def give_up(self) -> None:
        """Hang up."""
        self._end()
        if self.transport is not None and not self.transport.is_closing():
            self.transport.abort()

    def _begin(self) -> None:
        self._coming, self._since, self._came = True, self.loop.time(), 0
        self._patience.seat(self)
        if self._coming:
            self._watch()

    def _end(self) -> None:
        self._coming = False
        self._patience.waiting.pop(self, None)
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _watch(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._timer = self.loop.call_later(max(0.0, self._left()), self._look)

    def _left(self) -> float:
        patience = self._patience
        allowed = patience.head_seconds if self in patience.waiting else patience.body_seconds + self._came / SLOWEST
        return self._since + allowed - self.loop.time()

    def _look(self) -> None:
        if self.flow is not None and self.flow.read_paused:
            self._since = self.loop.time()  # it is we who are not reading
        if self._left() > 0:
            self._watch()
        else:
            self.give_up()
