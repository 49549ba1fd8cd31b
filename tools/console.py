"""Short bilingual lines for the person at the terminal."""

import contextlib
import sys
import time
from collections.abc import Iterator


class Stop(Exception):
    """A command cannot go on. The message says why and what to do, in Chinese and English."""

    def __init__(self, zh: str, en: str, *remedies: str) -> None:
        self.lines = [f"✗ {zh}", f"  {en}", *(f"    {line}" for line in remedies)]
        super().__init__("\n".join(self.lines))


def prepare() -> None:
    """Make printing Chinese safe on any terminal: characters that the encoding lacks are replaced, never an error."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace", line_buffering=True)


def say(zh: str, en: str = "") -> None:
    """Print one short line."""
    print(f"{zh}  {en}".rstrip(), flush=True)


@contextlib.contextmanager
def step(zh: str, en: str) -> Iterator[None]:
    """Announce a step, and print how long it took if it succeeded."""
    say(f"· {zh} …", f"{en} …")
    start = time.monotonic()
    yield
    say(f"  ✓ {time.monotonic() - start:.1f} s")
