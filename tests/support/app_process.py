"""The app in server mode as a process of its own, for tests that kill it: `python -m tests.support.app_process PORT`.

Its data folder and its sync server are set by environment variables, as in any installation.
"""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Self

ROOT = Path(__file__).resolve().parents[2]


class AppProcess:
    """The app on a free port of 127.0.0.1. `kill` ends it without warning, `start` starts it again on the same port."""

    def __init__(self, data: Path, server_url: str) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = int(probe.getsockname()[1])
        self.url = f"http://127.0.0.1:{self.port}"
        self._settings: Mapping[str, str] = {"SHANGMEN_DATA_DIR": str(data), "SHANGMEN_SERVER_URL": server_url}
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Starts it and waits until it takes connections."""
        command = [sys.executable, "-m", "tests.support.app_process", str(self.port)]
        self._process = subprocess.Popen(command, cwd=ROOT, env={**os.environ, **self._settings})
        deadline = time.monotonic() + 30
        while True:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", self.port)) == 0:
                    return
            if self._process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError("the app's process did not start")
            time.sleep(0.05)

    def kill(self) -> None:
        """Ends the process at once, as when the system closes an app or the battery is flat."""
        if self._process is not None:
            self._process.send_signal(signal.SIGKILL if hasattr(signal, "SIGKILL") else signal.SIGTERM)
            self._process.wait(10)
            self._process = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.kill()


def serve(port: int) -> None:
    """Serves the app until the process ends."""
    import flet_web.fastapi
    import uvicorn

    from main import main
    from tests.support.pace import hastened

    app = flet_web.fastapi.app(main, assets_dir=str(ROOT / "assets"), no_cdn=True)
    with hastened():
        uvicorn.run(app, host="127.0.0.1", port=port, log_level="warning")


if __name__ == "__main__":
    serve(int(sys.argv[1]))
