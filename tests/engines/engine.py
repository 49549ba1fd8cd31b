"""A browser under test: what a person can do with it, and what may be read off it from outside."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Sequence
from contextlib import suppress
from io import BytesIO
from pathlib import Path
from typing import Any, Protocol

from PIL import Image

Point = tuple[float, float]


class Engine(Protocol):
    """Points are in CSS pixels of a window of the size of a phone."""

    name: str
    touches: str
    """What its presses are to a page: "touch" or "mouse"."""

    def start(self) -> None:
        """Start it, with the profile that it had before."""

    def go(self, url: str) -> None:
        """Open an address, as from its icon."""

    def picture(self) -> Image.Image:
        """The window as it is now."""

    def press(self, at: Point) -> None:
        """Touch a place."""

    def draw(self, points: Sequence[Point]) -> None:
        """Draw a line, as a finger does."""

    def scroll(self, dy: float) -> None:
        """Move what is seen up by so many pixels."""

    def keys(self, text: str) -> None:
        """Type on the keyboard."""

    def evaluate(self, expression: str) -> Any:
        """The value of a JavaScript expression in the page: for its own marks of time alone."""

    def version(self) -> str:
        """What it is."""

    def kill(self) -> None:
        """SIGKILL to all of it: nothing is asked, nothing is flushed."""

    def memory(self) -> int:
        """Bytes of memory that all its processes hold, shared ones by their share."""


class Program:
    """A program in a process group of its own, with all that it starts."""

    def __init__(self, command: Sequence[str | Path], environment: dict[str, str], log: Path) -> None:
        log.parent.mkdir(parents=True, exist_ok=True)
        self._log = log.open("ab")
        self._process = subprocess.Popen(
            command, env={**os.environ, **environment}, stdout=self._log, stderr=self._log, start_new_session=True
        )

    def alive(self) -> bool:
        """Whether it runs."""
        return self._process.poll() is None

    def family(self) -> list[int]:
        """Its process and all that came of it."""
        parents: dict[int, int] = {}
        for entry in Path("/proc").iterdir():
            if entry.name.isdigit():
                with suppress(OSError):  # it is gone by now
                    parents[int(entry.name)] = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
        found = [self._process.pid]
        for pid in found:  # grows meanwhile
            found.extend(child for child, parent in parents.items() if parent == pid)
        return found

    def memory(self) -> int:
        """Bytes held by all of them."""
        total = 0
        for pid in self.family():
            with suppress(OSError):
                lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
                total += sum(int(line.split()[1]) * 1024 for line in lines if line.startswith("Pss:"))
        return total

    def kill(self) -> None:
        """SIGKILL to all of them."""
        for pid in self.family():
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        self._process.wait(20)
        self._log.close()


def wait_for(found: Any, what: str, seconds: float = 60) -> Any:
    """Ask again until there is an answer. Raises TimeoutError."""
    until = time.monotonic() + seconds
    while True:
        answer = found()
        if answer:
            return answer
        if time.monotonic() > until:
            raise TimeoutError(f"no {what} within {seconds:.0f} s")
        time.sleep(0.1)


def image(data: bytes) -> Image.Image:
    """A picture out of the bytes of a file."""
    return Image.open(BytesIO(data)).convert("RGB")
