"""WebKit, the engine of every iPhone's browsers, as its Linux port, by WebKitWebDriver's plain HTTP."""

from __future__ import annotations

import base64
import json
import socket
import urllib.error
import urllib.request
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from PIL import Image

from tests.engines import obtain
from tests.engines.engine import Point, Program, image, wait_for

WINDOW: Final = Path(__file__).with_name("webkit_window.py")


class WebKit:
    """See ``Engine``."""

    name = "webkit"
    touches = "mouse"
    """WebKitWebDriver makes every press one of a mouse; to Flutter a button is pressed by either."""

    def __init__(self, profile: Path, size: tuple[int, int], logs: Path) -> None:
        self._profile = profile
        self._size = size
        self._logs = logs
        self._screen: Program | None = None
        self._program: Program | None = None
        self._address = ""
        self._session = ""
        self._version = ""
        self._launcher = logs / "webkit-window"

    def start(self) -> None:
        """See ``Engine``."""
        self._profile.mkdir(parents=True, exist_ok=True)
        self._logs.mkdir(parents=True, exist_ok=True)
        # The driver starts one program, which must be one file: the system's Python with the window's script.
        self._launcher.write_text(f'#!/bin/sh\nexec {obtain.SYSTEM_PYTHON} {WINDOW} "$@"\n', "utf-8")
        self._launcher.chmod(0o755)
        number = self._logs / "display"
        number.unlink(missing_ok=True)
        width, height = self._size
        screen = f'exec Xvfb -displayfd 3 -nolisten tcp -screen 0 {width + 200}x{height + 200}x24 3>"{number}"'
        self._screen = Program(["sh", "-c", screen], {}, self._logs / "xvfb.log")
        display = wait_for(lambda: number.exists() and number.read_text().strip(), "display from Xvfb")
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        environment = {
            "DISPLAY": f":{display}", "LIBGL_ALWAYS_SOFTWARE": "1", "WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS": "1",
        }  # fmt: skip
        self._program = Program(["WebKitWebDriver", f"--port={port}"], environment, self._logs / "webkit.log")
        self._address = f"http://127.0.0.1:{port}"
        wait_for(self._listens, "word from WebKitWebDriver")
        options = {"binary": str(self._launcher), "args": [str(self._profile), f"{width}x{height}"]}
        wanted = {"capabilities": {"alwaysMatch": {"webkitgtk:browserOptions": options, "pageLoadStrategy": "none"}}}
        made = self._call("POST", "/session", wanted)
        self._session = f"/session/{made['sessionId']}"
        self._version = made["capabilities"]["browserVersion"]

    def _listens(self) -> bool:
        try:
            self._call("GET", "/status")
        except urllib.error.URLError:
            return False
        return True

    def _call(self, method: str, path: str, body: dict[str, Any] | None = None) -> Any:
        data = json.dumps(body or {}).encode() if method == "POST" else None
        request = urllib.request.Request(
            self._address + path, data, {"Content-Type": "application/json"}, method=method
        )
        try:
            with urllib.request.urlopen(request, timeout=180) as answer:
                return json.load(answer)["value"]
        except urllib.error.HTTPError as error:
            raise RuntimeError(f"{path}: {error.read().decode()[:800]}") from error

    def _act(self, source: dict[str, Any]) -> None:
        self._call("POST", self._session + "/actions", {"actions": [source]})

    def go(self, url: str) -> None:
        """See ``Engine``."""
        self._call("POST", self._session + "/url", {"url": url})

    def picture(self) -> Image.Image:
        """See ``Engine``."""
        return image(base64.b64decode(self._call("GET", self._session + "/screenshot")))

    def press(self, at: Point) -> None:
        """See ``Engine``."""
        self.draw([at])

    def draw(self, points: Sequence[Point]) -> None:
        """See ``Engine``."""
        first, *rest = [{"type": "pointerMove", "x": round(x), "y": round(y), "duration": 16} for x, y in points]
        down, up = {"type": "pointerDown", "button": 0}, {"type": "pointerUp", "button": 0}
        actions = [first, down, {"type": "pause", "duration": 60}, *rest, up]
        self._act({"type": "pointer", "id": "finger", "parameters": {"pointerType": "mouse"}, "actions": actions})

    def scroll(self, dy: float) -> None:
        """See ``Engine``; by a wheel, as a mouse does."""
        x, y = round(self._size[0] / 2), round(self._size[1] / 2)
        turn = {"type": "scroll", "x": x, "y": y, "deltaX": 0, "deltaY": round(dy), "duration": 0}
        self._act({"type": "wheel", "id": "wheel", "actions": [turn]})

    def keys(self, text: str) -> None:
        """See ``Engine``."""
        pairs = [({"type": "keyDown", "value": c}, {"type": "keyUp", "value": c}) for c in text]
        self._act({"type": "key", "id": "keys", "actions": [action for pair in pairs for action in pair]})

    def evaluate(self, expression: str) -> Any:
        """See ``Engine``."""
        return self._call("POST", self._session + "/execute/sync", {"script": f"return {expression}", "args": []})

    def version(self) -> str:
        """See ``Engine``."""
        return f"WebKitGTK {self._version}"

    def kill(self) -> None:
        """See ``Engine``."""
        for program in (self._program, self._screen):
            if program is not None:
                program.kill()
        self._program = self._screen = None

    def memory(self) -> int:
        """See ``Engine``."""
        return self._program.memory() if self._program else 0
