"""What was promised: every entry that an app showed as saved, and which of them nobody can bring back."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from app.domain.wire.entries import Entry


@dataclass
class Promise:
    """One entry shown as saved: by which phone, when in truth (ms), and why it may be missing, if it may."""

    entry: Entry
    phone: str
    at: int
    excuse: str = ""


class Ledger:
    """Every promise of a run, by entry id."""

    def __init__(self) -> None:
        self.promises: dict[str, Promise] = {}
        self.contents: dict[str, bytes] = {}
        """Attachments by their SHA-256."""
        self.lost_blobs: set[str] = set()
        """Attachments that nobody can bring back."""

    def add(self, entry: Entry, phone: str, at: int) -> None:
        """Note what was shown as saved."""
        self.promises.setdefault(entry.id, Promise(entry, phone, at))

    def lost(self, ids: Iterable[str], why: str) -> None:
        """Excuse what only stood on something that is gone."""
        for entry_id in ids:
            self.promises[entry_id].excuse = why
