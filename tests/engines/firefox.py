"""Firefox by WebDriver BiDi, which it speaks itself."""

from __future__ import annotations

import base64
import json
import socket
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from PIL import Image
from websockets.exceptions import WebSocketException
from websockets.sync.client import ClientConnection, connect

from tests.engines import obtain
from tests.engines.engine import Point, Program, image, wait_for

_SETTINGS: Final[dict[str, Any]] = {
    "intl.accept_languages": "zh-CN",
    "browser.shell.checkDefaultBrowser": False,
    "browser.startup.page": 0,
    "datareporting.policy.dataSubmissionEnabled": False,
    "app.update.enabled": False,
    "dom.w3c_touch_events.enabled": 1,
    "remote.prefs.recommended": True,
}


class Firefox:
    """See ``Engine``."""

    name = "firefox"
    touches = "touch"

    def __init__(self, profile: Path, size: tuple[int, int], logs: Path) -> None:
        self._profile = profile
        self._size = size
        self._logs = logs
        self._program: Program | None = None
        self._socket: ClientConnection | None = None
        self._sent = 0
        self._window = ""
        self._version = ""

    def start(self) -> None:
        """See ``Engine``."""
        self._profile.mkdir(parents=True, exist_ok=True)
        lines = (f"user_pref({json.dumps(name)}, {json.dumps(value)});\n" for name, value in _SETTINGS.items())
        (self._profile / "user.js").write_text("".join(lines), "utf-8")
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        command = [obtain.firefox() or "firefox", "--headless", "--no-remote", "--profile", self._profile]
        command += [f"--remote-debugging-port={port}", f"--width={self._size[0]}", f"--height={self._size[1]}"]
        environment = {"LIBGL_ALWAYS_SOFTWARE": "1", "MOZ_DISABLE_CONTENT_SANDBOX": "1"}
        self._program = Program([str(word) for word in command], environment, self._logs / "firefox.log")

        def speaks() -> ClientConnection | None:
            try:
                return connect(f"ws://127.0.0.1:{port}/session", max_size=None, open_timeout=5)
            except (OSError, WebSocketException):
                return None

        self._socket = wait_for(speaks, "word from Firefox")
        self._version = self._ask("session.new", capabilities={})["capabilities"]["browserVersion"]
        self._window = self._ask("browsingContext.getTree")["contexts"][0]["context"]
        viewport = {"width": self._size[0], "height": self._size[1]}
        self._ask("browsingContext.setViewport", context=self._window, viewport=viewport)

    def _ask(self, method: str, **params: Any) -> Any:
        assert self._socket is not None
        self._sent += 1
        self._socket.send(json.dumps({"id": self._sent, "method": method, "params": params}))
        while True:
            said = json.loads(self._socket.recv(timeout=120))
            if said.get("id") == self._sent:
                if said["type"] == "error":
                    raise RuntimeError(f"{method}: {said['error']}: {said['message']}")
                return said["result"]

    def _act(self, kind: str, actions: Sequence[dict[str, Any]], **more: Any) -> None:
        self._ask("input.performActions", context=self._window, actions=[{"type": kind, "actions": actions, **more}])

    def go(self, url: str) -> None:
        """See ``Engine``."""
        self._ask("browsingContext.navigate", context=self._window, url=url, wait="none")

    def picture(self) -> Image.Image:
        """See ``Engine``."""
        return image(base64.b64decode(self._ask("browsingContext.captureScreenshot", context=self._window)["data"]))

    def press(self, at: Point) -> None:
        """See ``Engine``."""
        self.draw([at])

    def draw(self, points: Sequence[Point]) -> None:
        """See ``Engine``."""
        first, *rest = [{"type": "pointerMove", "x": round(x), "y": round(y), "duration": 16} for x, y in points]
        down, up = {"type": "pointerDown", "button": 0}, {"type": "pointerUp", "button": 0}
        actions = [first, down, {"type": "pause", "duration": 60}, *rest, up]
        self._act("pointer", actions, id="finger", parameters={"pointerType": "touch"})

    def scroll(self, dy: float) -> None:
        """See ``Engine``; by a finger that rests before it leaves."""
        x, y = self._size[0] / 2, self._size[1] / 2
        self.draw([(x, y - dy * step / 10) for step in range(11)] + [(x, y - dy)] * 10)

    def keys(self, text: str) -> None:
        """See ``Engine``."""
        pairs = [({"type": "keyDown", "value": c}, {"type": "keyUp", "value": c}) for c in text]
        self._act("key", [action for pair in pairs for action in pair], id="keys")

    def evaluate(self, expression: str) -> Any:
        """See ``Engine``."""
        found = self._ask(
            "script.evaluate",
            expression=f"JSON.stringify({expression})",
            target={"context": self._window},
            awaitPromise=False,
        )
        if found["type"] == "exception":
            raise RuntimeError(found["exceptionDetails"]["text"])
        value = found["result"].get("value")
        return None if value is None else json.loads(value)

    def version(self) -> str:
        """See ``Engine``."""
        return f"Firefox {self._version}"

    def kill(self) -> None:
        """See ``Engine``."""
        if self._program is not None:
            self._program.kill()
            self._program = None

    def memory(self) -> int:
        """See ``Engine``."""
        return self._program.memory() if self._program else 0
