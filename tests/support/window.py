"""A window of the app without a browser: what Python draws and sends, for tests that count drawings or bytes.

    async with window(main) as shown:  # main(page), as the app's own
        router_of(shown.session.page).go("/somewhere")
        await shown.rest()

Its client shows nothing, and answers every question with None, except that the app may never learn the location. What
people see is tested in a browser.
"""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any, Final

import flet as ft
import msgpack
from flet.controls.base_control import BaseControl
from flet.controls.context import _context_page, context
from flet.messaging.connection import Connection
from flet.messaging.protocol import (
    Message,
    MessageAction,
    RegisterClientResponseBody,
    configure_encode_object_for_msgpack,
)
from flet.messaging.session import Session
from flet.pubsub.pubsub_hub import PubSubHub

PHONE: Final = {"route": "/", "width": 390.0, "height": 844.0, "web": False, "platform": "android", "pwa": False}
ANSWERS: Final = {"get_permission_status": "deniedForever"}
REST_S: Final = 0.02
"""The window is at rest when nothing has been sent for this many seconds."""


class Window(Connection):
    """The client's side of the connection to a window."""

    def __init__(self) -> None:
        super().__init__()
        self.pubsubhub = PubSubHub()
        self.loop = asyncio.get_running_loop()
        self.page_url = "http://127.0.0.1/"
        self.sent = 0
        """Bytes sent to the client."""
        self.packed: list[bytes] = []
        """The packed messages themselves."""
        self.session = Session(self)
        self.session.apply_page_patch(dict(PHONE))

    def send_message(self, message: Message) -> None:
        """Receive a message to the client, packed as if it were sent."""
        packed = msgpack.packb([message.action, message.body], default=configure_encode_object_for_msgpack(BaseControl))
        self.sent += len(packed)
        self.packed.append(packed)
        if message.action == MessageAction.INVOKE_METHOD:
            asked = message.body
            answer = asked.control_id, asked.call_id, ANSWERS.get(asked.name), None
            self.loop.call_soon(self.session.handle_invoke_method_results, *answer)

    async def begin(self, main: Callable[[ft.Page], Any]) -> None:
        """Run the app's main for this window, and wait until it is drawn."""
        self.greet()
        await self.draw(main)
        await self.rest()

    def greet(self) -> None:
        """Tell the client that its window is registered, as Flet does."""
        answer = RegisterClientResponseBody(self.session.id, self.session.get_page_patch(), "")
        self.send_message(Message(MessageAction.REGISTER_CLIENT, answer))

    async def draw(self, main: Callable[[ft.Page], Any]) -> None:
        """Run the app's main, in this task's context."""
        _context_page.set(self.session.page)
        context.reset_auto_update()
        drawn = main(self.session.page)
        if inspect.isawaitable(drawn):
            await drawn
        await self.session.after_event(self.session.page)

    async def rest(self, still_s: float = REST_S) -> None:
        """Wait until nothing has been sent for ``still_s`` seconds."""
        before = -1
        while before != len(self.packed):
            before = len(self.packed)
            await asyncio.sleep(still_s)


@asynccontextmanager
async def window(main: Callable[[ft.Page], Any]) -> AsyncIterator[Window]:
    """Open a window for the length of the block."""
    shown = Window()
    await shown.begin(main)
    try:
        yield shown
    finally:
        shown.session.close()
