"""Drives the real app in a window without a browser: touches are reported to it as Flet's client would report them.

    with WindowApp(main) as app, app.open("/join/ABCD2345") as phone:
        phone.tap("main-action")
        phone.see("已保存")

This module plays the client: it keeps typed text and the window's history, and lets toasts and closed sheets disappear.
It lays nothing out: every control that asks for its size is told the same one, so everything that is to be read fits
into the window. What depends on drawing, a keyboard or the browser itself is tested in Chromium.
"""

from __future__ import annotations

import asyncio
import itertools
import threading
import time
from collections.abc import Awaitable, Callable, Coroutine, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any, Final, TypeVar

import flet as ft
import msgpack
from flet.controls.base_control import BaseControl
from flet.messaging.protocol import (
    InvokeMethodRequestBody,
    Message,
    MessageAction,
    configure_encode_object_for_msgpack,
    decode_ext_from_msgpack,
)
from flet.messaging.session import Session

from app.ui.kit.base import TapGuard, of_window
from app.ui.router import clean
from tests.support.driver import NAME_STROKES, PHONE, WAIT_MS, Stroke
from tests.support.screens import below, top_view
from tests.support.window import ANSWERS, Window

T = TypeVar("T")
Main = Callable[[ft.Page], Any]

STILL_S: Final = 0.015
"""A touch counts as answered when nothing has been sent for this many seconds."""
AWAKE_S: Final = 5.0
"""How long a tap waits for a button that is disabled, in seconds."""
START_S: Final = 30.0
PAD: Final = (346.0, 228.0)
"""The size told to every control that asks for its own: that of a signing pad on a phone."""
AGENT: Final = "Mozilla/5.0 (X11; Linux x86_64) Chrome/147.0.0.0 Safari/537.36"
_OVER: Final = (ft.BottomSheet, ft.AlertDialog)
"""Controls over the screens that let no touch through."""


class _Browser:
    """What a browser keeps after its window has closed."""

    def __init__(self) -> None:
        self.kept: dict[str, Any] = {}


class _Client(Window):
    """The client's side of a window, with hands: answers the app's questions, and keeps what only a client knows."""

    def __init__(self, browser: _Browser, path: str, look: dict[str, Any]) -> None:
        super().__init__()
        self.browser = browser
        self.history = [path]
        self.at = 0
        self.typed: dict[int, str] = {}
        """What stands in a field of which the app says nothing: it leaves it as it is."""
        self.focused: int | None = None
        """The field that has the focus."""
        self.crashes: list[str] = []
        self.came = asyncio.Event()
        self.file: tuple[str, bytes] | None = None
        """Name and content of the file that is chosen when the app asks for one."""
        self.saved: list[tuple[str, bytes]] = []
        """Name and content of the downloads that the app handed over."""
        self._tasks: set[asyncio.Task[None]] = set()
        self._gone: set[int] = set()
        self.session.apply_page_patch({"route": path, "web": True, "platform": "linux", **look})
        page: Any = self.session.page
        page.client_user_agent = AGENT

    def send_message(self, message: Message) -> None:
        """Receive a message; tell controls that ask for it their size, and report closed sheets as gone."""
        packed = msgpack.packb([message.action, message.body], default=configure_encode_object_for_msgpack(BaseControl))
        self.sent += len(packed)
        self.packed.append(b"")  # counted, not kept: a day's messages are many
        self.came.set()
        if message.action == MessageAction.INVOKE_METHOD:
            self.loop.call_soon(self._answer, message.body)
        elif message.action == MessageAction.SESSION_CRASHED:
            self.crashes.append(str(message.body.message))
        else:
            for control in _measured(msgpack.unpackb(packed, strict_map_key=False, ext_hook=decode_ext_from_msgpack)):
                self._tell_size(control)
            self.loop.call_soon(self._let_go)

    def _answer(self, asked: InvokeMethodRequestBody) -> None:
        known: dict[str, Callable[[dict[str, Any]], Any]] = {
            "focus": lambda _: self._focus(asked.control_id),
            "push_route": lambda said: self._pushed(str(said["route"])),
            "get": lambda said: self.browser.kept.get(said["key"]),
            "set": lambda said: self.browser.kept.update({said["key"]: said["value"]}) or True,
            "pick_files": lambda _: self._picked(),
            "share_text": lambda _: {"status": "success", "raw": ""},
            "save_file": lambda said: self.saved.append((said["file_name"], bytes(said["src_bytes"]))),
        }
        answer = known.get(asked.name, lambda _: ANSWERS.get(asked.name))(asked.args or {})
        self.session.handle_invoke_method_results(asked.control_id, asked.call_id, answer, None)

    def _focus(self, control: int) -> None:
        if self.focused == control:
            return
        if self.focused is not None:
            self.tell_id(self.focused, "blur", None)
        self.focused = control
        self.tell_id(control, "focus", None)

    def blur(self) -> None:
        """The field that has the focus loses it."""
        if self.focused is not None:
            self.tell_id(self.focused, "blur", None)
        self.focused = None

    def _picked(self) -> list[dict[str, Any]]:
        if self.file is None:
            return []
        name, content = self.file
        return [{"id": 0, "name": name, "size": len(content), "path": None, "bytes": content}]

    def _pushed(self, path: str) -> None:
        del self.history[self.at + 1 :]
        self.history.append(path)
        self.at += 1
        self.hear(path)

    def hear(self, path: str) -> None:
        """Report the window's address, as a browser does after each change of it."""
        self.session.apply_page_patch({"route": path})
        self.tell(self.session.page, "route_change", {"route": path})

    def _tell_size(self, control: dict[str, Any]) -> None:
        size = {"w": PAD[0], "h": PAD[1]}
        name = "resize" if control["_c"] == "Canvas" else "size_change"
        self.loop.call_soon(self.tell_id, control["_i"], name, size)

    def _let_go(self) -> None:
        """Report closed sheets and dialogs as gone, as a client does after their animation."""
        for dialog in list(self.session.page._dialogs.controls):
            if not dialog.open and dialog._i not in self._gone:
                self._gone.add(dialog._i)
                self.tell(dialog, "dismiss", None)

    def toasts_go(self) -> bool:
        """Let toasts disappear, as they do after some seconds; return whether there were any."""
        toasts = [one for one in self.session.page._dialogs.controls if isinstance(one, ft.SnackBar)]
        for toast in toasts:
            self.session.apply_patch(toast._i, {"open": False})
        self._let_go()
        return bool(toasts)

    def tell(self, control: BaseControl, event: str, data: Any) -> asyncio.Task[None]:
        """Report an event of a control; the task ends when the event has been handled."""
        return self.tell_id(control._i, event, data)

    def tell_id(self, control: int, event: str, data: Any) -> asyncio.Task[None]:
        """As `tell`, with the id of the control."""
        task = self.loop.create_task(self.session.dispatch_event(control, event, data))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    # -- what is shown -----------------------------------------------------------------------

    def shown(self) -> list[BaseControl]:
        """Return all controls that can be seen and touched, in drawing order."""
        page = self.session.page
        open_ones = [one for one in page._dialogs.controls if one.open]
        over = [one for one in open_ones if isinstance(one, _OVER)][-1:]
        toasts = [one for one in open_ones if isinstance(one, ft.SnackBar)]
        return list(below([*(over or top_view(page)), *toasts]))

    def text_of(self, field: ft.TextField) -> str:
        """Return the text in a field."""
        return field.value if field.value is not None else self.typed.get(field._i, "")

    def words(self, controls: Sequence[BaseControl]) -> list[str]:
        """Return the texts of these controls."""
        said: list[str] = []
        for one in controls:
            if isinstance(one, ft.Text):
                said.append(one.value or "")
            elif isinstance(one, ft.Semantics):
                said.append(one.label or "")
            elif isinstance(one, ft.TextField):
                more = (one.label, one.hint_text, one.helper, one.error)
                said += [self.text_of(one), *(str(words) for words in more if isinstance(words, str))]
            elif isinstance(one, ft.Button | ft.TextButton | ft.OutlinedButton) and isinstance(one.content, str):
                said.append(one.content)
            elif isinstance(one, ft.IconButton | ft.Container):
                said.append(str(one.tooltip or ""))
        return [words for words in said if words]


def _measured(said: Any) -> Iterator[dict[str, Any]]:
    """Yield the controls in a message that want to know their size."""
    if isinstance(said, dict):
        if "_i" in said and (said.get("on_size_change") or (said.get("_c") == "Canvas" and said.get("on_resize"))):
            yield said
        said = list(said.values())
    if isinstance(said, list):
        for part in said:
            yield from _measured(part)


class WindowApp:
    """The app, in a thread of its own, with as many windows as a test opens."""

    def __init__(self, main: Main) -> None:
        self.main = main
        self.ended: list[Session] = []
        """Sessions of windows that are closed."""
        self.loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self.loop.run_forever, name="windows", daemon=True)

    def run(self, work: Coroutine[Any, Any, T], seconds: float = 60) -> T:
        """Run something in the loop of the windows, and return its result; wait up to `seconds`."""
        return asyncio.run_coroutine_threadsafe(work, self.loop).result(seconds)

    @contextmanager
    def open(
        self, path: str = "/", *, size: tuple[int, int] = PHONE, dark: bool = False, main: Main | None = None
    ) -> Iterator[WindowDriver]:
        """Open a window on a phone of its own, and wait until it has drawn."""
        driver = WindowDriver(self, _Browser(), size, dark, main or self.main)
        driver.start(path)
        try:
            yield driver
        finally:
            driver.close()

    def __enter__(self) -> WindowApp:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        async def end() -> None:
            others = asyncio.all_tasks() - {asyncio.current_task()}
            for task in others:
                task.cancel()
            await asyncio.gather(*others, return_exceptions=True)

        self.run(end())
        self.loop.call_soon_threadsafe(self.loop.stop)
        self._thread.join(5)
        self.loop.close()


class WindowDriver:
    """See ``tests.support.driver.Driver``."""

    def __init__(self, app: WindowApp, browser: _Browser, size: tuple[int, int], dark: bool, main: Main) -> None:
        self.shots: Path | None = None
        self.problems: list[str] = []
        self.outside: list[str] = []
        self._app = app
        self._browser = browser
        self._main = main
        self._look = {
            "width": float(size[0]),
            "height": float(size[1]),
            "platform_brightness": "dark" if dark else "light",
        }
        self._client: _Client | None = None
        self._links = itertools.count(1)
        self._thumb = 0.0
        """The clock by which the app tells single from double taps: it goes on by seconds between two touches."""

    # -- windows -----------------------------------------------------------------------------

    @property
    def client(self) -> _Client:
        """The client of the window that is open."""
        assert self._client is not None, "no window is open"
        return self._client

    @property
    def path(self) -> str:
        """See ``Driver``."""
        return clean(self.client.history[self.client.at])

    def start(self, path: str = "/") -> None:
        """See ``Driver``."""

        async def begin() -> None:
            await self._leave()
            client = self._client = _Client(self._browser, path, self._look)
            of_window(client.session.page, TapGuard.KEY, lambda: TapGuard(lambda: self._thumb))
            client.greet()
            self._begun = client.loop.create_task(client.draw(self._main))
            await self._until(self.ids_now, START_S, "the app drew nothing")

        self._app.run(begin())

    async def _leave(self) -> None:
        """Close the window as a page is closed or loaded anew."""
        if self._client is None:
            return
        client, self._client = self._client, None
        page = client.session.page
        await client.tell(page, "app_lifecycle_state_change", {"state": "hide"})
        await self._lose(client)

    async def _lose(self, client: _Client) -> None:
        """Cut the connection to the window. Its session lives on for a while, for a page that returns."""
        self.problems += client.crashes
        self._app.ended.append(client.session)
        await client.session.disconnect(3600)

    def close(self) -> None:
        """Close the window."""
        self._app.run(self._leave())

    def reload(self) -> None:
        """Reload the page and return to the same session: everything that only the client knew is gone."""

        async def anew() -> None:
            client = self.client
            await client.tell(client.session.page, "app_lifecycle_state_change", {"state": "hide"})
            await client.session.disconnect(3600)
            client.typed.clear()
            await client.session.connect(client)
            await self._rest()

        self._app.run(anew())

    def again(self) -> WindowDriver:
        """See ``Driver``; the old window gets no event of its end."""
        where = self.client.history[self.client.at]

        async def die() -> None:
            client, self._client = self.client, None
            await self._lose(client)

        self._app.run(die())
        self.start(where)
        return self

    def go(self, path: str) -> None:
        """See ``Driver``."""
        link = path if "?" in path else f"{path}?link={next(self._links)}"

        async def follow() -> None:
            client = self.client
            del client.history[client.at + 1 :]
            client.history.append(link)
            client.at += 1
            client.hear(link)
            await self._rest()

        self._app.run(follow())

    def back(self) -> None:
        """See ``Driver``."""

        async def pressed() -> None:
            if self.client.at > 0:
                self.client.at -= 1
                self.client.hear(self.client.history[self.client.at])
            await self._rest()

        self._app.run(pressed())

    def stands_at(self, path: str) -> None:
        """See ``Driver``."""
        self._wait(lambda: self.path == path, WAIT_MS, f"not at {path}")

    # -- touching ----------------------------------------------------------------------------

    def tap(self, id: str) -> None:
        """See ``Driver``."""

        async def touch() -> None:
            found = await self._until(lambda: self._pressable(id), max(AWAKE_S, WAIT_MS / 1000), f"no control {id!r}")
            self._touched()
            await self._told(found, "click", None)

        self._app.run(touch())

    def double_tap(self, id: str) -> None:
        """See ``Driver``."""

        async def touch() -> None:
            found = await self._until(lambda: self._pressable(id), AWAKE_S, f"no control {id!r}")
            self._touched()
            first, second = (self.client.tell(found, "click", None) for _ in range(2))
            await asyncio.wait([first, second], timeout=STILL_S * 4)
            await self._rest()

        self._app.run(touch())

    def _touched(self) -> None:
        self._thumb += 1
        self.client.toasts_go()

    async def _told(self, control: BaseControl, event: str, data: Any) -> None:
        """Reports an event, and waits until it was handled or, when that takes long, until nothing more is sent."""
        done = self.client.tell(control, event, data)
        await asyncio.wait([done], timeout=STILL_S * 4)
        await self._rest()

    def _pressable(self, id: str) -> BaseControl | None:
        for one in self._inside(id):
            if getattr(one, "on_click", None) is not None and not getattr(one, "disabled", False):
                return one
        return None

    def _inside(self, id: str) -> list[BaseControl]:
        """Returns everything inside the control with this identifier, itself included."""
        found = [one for one in self.client.shown() if isinstance(one, ft.Semantics) and one.identifier == id]
        return list(below(found[:1]))

    def press(self, keys: str) -> None:
        """See ``Driver``. What prints goes into the field that has the focus, as does Enter; the app hears of all."""
        *held, key = keys.split("+") if len(keys) > 1 else (keys,)
        name = key.removeprefix("Key").replace("Arrow", "Arrow ")
        down = {mark: mark.capitalize() in held for mark in ("shift", "alt", "meta")} | {"ctrl": "Control" in held}
        said = {"key": name.upper() if len(name) == 1 else name, **down}

        async def pressed() -> None:
            self._touched()
            field = self._focused()
            await self._told(self.client.session.page, "keyboard_event", said)
            after = self._focused()
            if field is None or after is None or after._i != field._i or down["ctrl"] or down["alt"]:
                return
            field = after
            if key == "Enter" and not field.multiline:
                # A field of one line gives the focus away when it is entered.
                self.client.blur()
                await self._told(field, "submit", self.client.text_of(field))
            elif len(key) == 1:
                now = self.client.text_of(field) + key
                self.client.typed[field._i] = now
                self.client.session.apply_patch(field._i, {"value": now})
                await self._told(field, "change", now)

        self._app.run(pressed())

    def _focused(self) -> ft.TextField | None:
        """The field that has the focus; one that has gone from the screen has lost it."""
        fields = [one for one in self.client.shown() if isinstance(one, ft.TextField)]
        return next((one for one in fields if one._i == self.client.focused), None)

    def choose(self, id: str) -> None:
        """See ``Driver``."""
        self.tap(id)

        def chosen() -> bool:
            return any(isinstance(one, ft.Semantics) and one.selected for one in self._inside(id)[:1])

        self._wait(chosen, WAIT_MS, f"{id!r} is not chosen")

    def choose_file(self, id: str, name: str, content: bytes, *, timeout_ms: float = WAIT_MS) -> None:
        """See ``Driver``."""
        self.client.file = name, content
        self.tap(id)

    def saved_file(self, id: str) -> tuple[str, bytes]:
        """See ``Driver``."""
        self.tap(id)
        self._wait(lambda: bool(self.client.saved), WAIT_MS, "no file was handed over")
        return self.client.saved.pop()

    def type_into(self, id: str, text: str, *, clear: bool = True) -> None:
        """See ``Driver``."""

        async def typed() -> None:
            field = await self._until(lambda: self._field(id), WAIT_MS / 1000, f"no field {id!r}")
            before = "" if clear else self.client.text_of(field)
            now = (before + text)[: field.max_length or None]
            self.client.typed[field._i] = now
            self.client.session.apply_patch(field._i, {"value": now})
            self._touched()
            await self._told(field, "change", now)

        self._app.run(typed())

    def _field(self, id: str) -> ft.TextField | None:
        return next((one for one in self._inside(id) if isinstance(one, ft.TextField) and not one.disabled), None)

    def value_of(self, id: str) -> str:
        """See ``Driver``."""

        async def look() -> str:
            field = await self._until(lambda: self._field(id), WAIT_MS / 1000, f"no field {id!r}")
            return self.client.text_of(field)

        return self._app.run(look())

    def draw(self, id: str, strokes: Sequence[Stroke]) -> None:
        """See ``Driver``."""

        async def drawn() -> None:
            await self._until(lambda: self._pad(id), WAIT_MS / 1000, f"no pad {id!r}")
            for stroke in strokes:
                for number, (x, y) in enumerate(stroke):
                    await self._finger(id, "pan_update" if number else "pan_down", x, y)
                await self._finger(id, "pan_end", *stroke[-1])
            await self._rest()

        self._app.run(drawn())

    async def _finger(self, id: str, event: str, x: float, y: float) -> None:
        pad = self._pad(id)
        assert pad is not None, f"the pad {id!r} went under the finger"
        at = {"x": x * PAD[0], "y": y * PAD[1]}
        data = {"l": at, "g": at, "v": {"x": 0.0, "y": 0.0}} if event == "pan_end" else {"l": at, "g": at}
        await self.client.tell(pad, event, data)

    def _pad(self, id: str) -> ft.GestureDetector | None:
        return next((one for one in self._inside(id) if isinstance(one, ft.GestureDetector)), None)

    def sign(self, id: str = "pad") -> None:
        """See ``Driver``."""
        self.draw(id, NAME_STROKES)

    def read_on(self) -> None:
        """See ``Driver``. Without layout, everything fits into the window; goes on if the pad is on another page."""
        self._wait(lambda: self._there("sign-read") or self._there("pad"), WAIT_MS, "nothing to read or to sign")
        if self.has("sign-read"):
            self.tap("sign-read")
            self.see_id("pad")

    def agree(self) -> None:
        """See ``Driver``."""
        self.read_on()
        self.tap("sign-agree")

    def scroll(self, dy: float) -> None:
        """Does nothing: everything is in sight."""

    def resize(self, wide: int, high: int) -> None:
        """See ``Driver``."""
        size = {"width": float(wide), "height": float(high)}
        self._look |= size

        async def turned() -> None:
            self.client.session.apply_page_patch(size)
            await self._told(self.client.session.page, "resize", size)

        self._app.run(turned())

    # -- looking -----------------------------------------------------------------------------

    def see(self, text: str, *, timeout_ms: float = WAIT_MS) -> None:
        """See ``Driver``."""
        wanted = " ".join(text.split()).lower()
        self._wait(lambda: wanted in self._said().lower(), timeout_ms, f"{text!r} is not on the screen")

    def gone(self, text: str, *, timeout_ms: float = WAIT_MS) -> None:
        """See ``Driver``."""
        self._wait(
            lambda: text not in self._said() or (self.client.toasts_go() and False),
            timeout_ms,
            f"{text!r} is still on the screen",
        )

    def see_id(self, id: str, *, timeout_ms: float = WAIT_MS) -> None:
        """See ``Driver``."""
        self._wait(lambda: self._there(id), timeout_ms, f"no control {id!r}")

    def gone_id(self, id: str, *, timeout_ms: float = WAIT_MS) -> None:
        """See ``Driver``."""
        self._wait(
            lambda: not self._there(id) or (self.client.toasts_go() and False), timeout_ms, f"{id!r} is still there"
        )

    def has(self, id: str) -> bool:
        """See ``Driver``."""
        return id in self.ids()

    def said(self, id: str) -> str:
        """See ``Driver``."""

        async def look() -> str:
            return " ".join(self.client.words(self._inside(id)))

        return self._app.run(look())

    def enabled(self, id: str) -> bool:
        """See ``Driver``."""
        self.see_id(id)

        async def look() -> bool:
            return self._pressable(id) is not None

        return self._app.run(look())

    def becomes_enabled(self, id: str, timeout_s: float = WAIT_MS / 1000) -> bool:
        """See ``Driver``."""
        deadline = time.monotonic() + timeout_s
        while not self.enabled(id):
            if time.monotonic() > deadline:
                return False
            time.sleep(0.02)
        return True

    def ids(self) -> list[str]:
        """See ``Driver``."""

        async def look() -> list[str]:
            return self.ids_now()

        return self._app.run(look())

    def ids_now(self) -> list[str]:
        """As `ids`, for callers inside the windows' loop."""
        return [str(one.identifier) for one in self.client.shown() if isinstance(one, ft.Semantics) and one.identifier]

    def _there(self, id: str) -> bool:
        return id in self.ids_now()

    def words(self) -> str:
        """See ``Driver``."""

        async def look() -> str:
            return " | ".join(self.client.words(self.client.shown()))

        return self._app.run(look())

    def _said(self) -> str:
        return " ".join(" ".join(self.client.words(self.client.shown())).split())

    # -- waiting -----------------------------------------------------------------------------

    async def _rest(self) -> None:
        """Waits until nothing has been sent for a moment."""
        before = -1
        while before != len(self.client.packed):
            before = len(self.client.packed)
            await asyncio.sleep(STILL_S)

    async def _until(self, look: Callable[[], T | None], seconds: float, complaint: str) -> T:
        """Waits until `look` finds something; it is called again after each message, and now and then."""
        deadline = time.monotonic() + seconds
        while True:
            self.client.came.clear()
            found = look()
            if found:
                return found
            if time.monotonic() > deadline:
                said = " | ".join(self.client.words(self.client.shown()))
                raise AssertionError(f"{complaint}; at {self.path}; on the screen: {said}; {self.client.crashes}")
            waiting: Awaitable[Any] = self.client.came.wait()
            try:
                await asyncio.wait_for(waiting, 0.1)
            except TimeoutError:
                continue
            await asyncio.sleep(STILL_S)

    def _wait(self, look: Callable[[], bool], timeout_ms: float, complaint: str) -> None:
        self._app.run(self._until(look, timeout_ms / 1000, complaint), timeout_ms / 1000 + 30)

    def settle(self) -> None:
        """See ``Driver``."""
        self._app.run(self._rest())

    def rest(self, seconds: float) -> None:
        """See ``Driver``."""
        time.sleep(seconds)

    def shot(self, name: str) -> Path | None:
        """Takes no picture: nothing is drawn."""
        return None

    def show(self, path: str, id: str, name: str, *, timeout_ms: float = WAIT_MS) -> None:
        """See ``Driver``."""
        self.go(path)
        self.see_id(id, timeout_ms=timeout_ms)
