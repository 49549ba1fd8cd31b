"""Faults planted in first pulls that come as one file; see ``bugs``."""

from __future__ import annotations

from app.store import first_pull
from sync_server.store.taking import pulling
from tests.sim.planting import Patch, bug


@bug("a file is handed out although something in it has left its reader since", "reinstall", "sync")
def file_outlives_rights() -> list[Patch]:
    return [(pulling, "withdrew", lambda connection, who, cursors: False)]


@bug("a card that came in a file hides what the phone itself has done", "reinstall", "work", seed=1867)
def file_hides_own() -> list[Patch]:
    return [(first_pull, "refold", lambda connection, subjects: None)]
