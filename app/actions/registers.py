"""Importing the office's register from a desk: the server does the work, so each of these needs the network."""

from __future__ import annotations

from collections.abc import Mapping

from app.actions.server import Server
from app.sync import registers
from app.sync.registers import RegisterLine, RegisterState


class Registers:
    """All verbs raise ``Problem``: ``no_network``, ``role_may_not``, ``not_found`` once the server has forgotten the
    file, ..."""

    def __init__(self, server: Server) -> None:
        self._server = server

    async def begin(self, data: bytes) -> RegisterState:
        """Upload a register as it is; nothing comes in before it is confirmed."""
        return await registers.begin_register(*self._server.way, data)

    async def state(self, register_id: str) -> RegisterState:
        """Return how a register stands."""
        return await registers.register_state(*self._server.way, register_id)

    async def lines(
        self, register_id: str, kind: str, offset: int = 0, limit: int = 50
    ) -> tuple[list[RegisterLine], int]:
        """Return a window of one list of its preview, and how long the list is."""
        return await registers.register_lines(*self._server.way, register_id, kind, offset, limit)

    async def answer(self, register_id: str, answers: Mapping[str, str]) -> RegisterState:
        """Say which column holds what, or how something doubtful is decided."""
        return await registers.answer_register(*self._server.way, register_id, answers)

    async def confirm(self, register_id: str, version: int) -> RegisterState:
        """Bring in what the preview of this version shows."""
        return await registers.confirm_register(*self._server.way, register_id, version)
