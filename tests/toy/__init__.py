"""A type of subject that lives here alone: what a new kind of record needs, and nothing of it in a shared file.

``docs/adding-a-kind.md`` walks through these files.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from app.domain.subjects import KINDS, SUBJECTS, know
from app.ui import texts
from app.ui.subjects import FACES
from sync_server.store.subjects import SHEETS, keep
from sync_server.store.upkeep import migrate
from tests.toy.face import LampFace
from tests.toy.lamp import LAMP, Lamp
from tests.toy.sheet import LampSheet

_HERE = Path(__file__).parent


@contextmanager
def installed() -> Iterator[None]:
    """Be a program that has one line more in each list: street lamps."""
    know(Lamp())
    FACES[LAMP] = LampFace()
    keep(LampSheet())
    migrate.FOLDERS.append(_HERE / "migrations")
    texts.FOLDERS.append(_HERE / "texts")
    texts.catalogue.cache_clear()
    try:
        yield
    finally:
        texts.FOLDERS.pop()
        texts.catalogue.cache_clear()
        migrate.FOLDERS.pop()
        del SHEETS[LAMP], FACES[LAMP], SUBJECTS[LAMP]
        for kind in Lamp.kinds:
            del KINDS[kind.name]
