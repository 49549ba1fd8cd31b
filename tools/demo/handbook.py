"""The handbook of the demo estate: the pages that come with the program, published for the company."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from app.domain.times import DAY
from sync_server.handbook import Draft, File, compile_files
from sync_server.store import Store
from sync_server.store.estate import handbook

HANDBOOK: Final = Path(__file__).resolve().parents[2] / "assets" / "handbook"
_AGO: Final = 3 * DAY
"""How long before now they were published: what is to be signed is not late yet."""


def built_in() -> list[File]:
    """Return the files of the built-in handbook."""
    found = sorted(HANDBOOK.rglob("*.md"))
    return [File(one.relative_to(HANDBOOK).as_posix(), one.read_bytes()) for one in found]


def built_in_pages() -> tuple[Draft, ...]:
    """Return the pages of the built-in handbook."""
    compiled = compile_files(built_in())
    if compiled.faults:
        raise ValueError("\n".join(fault.said("en") for fault in compiled.faults))
    return compiled.pages


def publish_handbook(store: Store, *, now: int) -> int:
    """Publish the built-in handbook; return how many pages. Nothing is published into a store that has pages."""
    with store.read() as connection:
        if handbook.listed(connection):
            return 0
    with store.numbered() as write:
        write.now = now - _AGO
        return len(handbook.publish(write, built_in_pages(), None, None))
