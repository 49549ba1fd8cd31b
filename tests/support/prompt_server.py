"""A web server that ends as soon as it is told to.

Uvicorn checks only every 0.1 s whether it should end, and then waits another 0.1 s; in hundreds of tests that adds up.
"""

from __future__ import annotations

import asyncio
import socket

import uvicorn

from sync_server.https import answer_waits


class PromptServer(uvicorn.Server):
    """Uvicorn's server with ``end()``."""

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Begin to listen."""
        self._loop, self._told = asyncio.get_running_loop(), asyncio.Event()
        await super().startup(sockets)

    async def main_loop(self) -> None:
        """Serve until ``end`` is called."""
        until = (asyncio.ensure_future(super().main_loop()), asyncio.ensure_future(self._told.wait()))
        await asyncio.wait(until, return_when=asyncio.FIRST_COMPLETED)
        for one in until:
            one.cancel()

    def end(self) -> None:
        """Stop serving. May be called from any thread once ``started`` is true."""
        self.should_exit = self.force_exit = True
        self._loop.call_soon_threadsafe(self._told.set)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Close the listening sockets and all connections; requests that are being answered get 0.1 s to end."""
        answer_waits(self.config.app)
        for server in self.servers:
            server.close()
        for connection in list(self.server_state.connections):
            connection.shutdown()
        if self.server_state.tasks:
            await asyncio.wait(self.server_state.tasks, timeout=0.1)
