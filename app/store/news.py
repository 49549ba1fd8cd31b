"""What the store tells of its changes: each transaction at once; what a long pull brings, together."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from app.store.listeners import Listeners
from app.store.saving import Subject


@dataclass(frozen=True, slots=True)
class Change:
    """What a transaction changed: subjects, and whether reference data, the outbox or a draft did."""

    subjects: frozenset[Subject] = frozenset()
    refs: bool = False
    outbox: bool = False
    draft: str | None = None


class News:
    """Tells listeners of changes."""

    def __init__(self) -> None:
        self._listeners: Listeners[Change] = Listeners()
        self._gathers = False
        self._gathered: Change | None = None

    def subscribe(self, listener: Callable[[Change], None]) -> Callable[[], None]:
        """Call ``listener`` with each change; returns what ends that."""
        return self._listeners.subscribe(listener)

    def tell(self, change: Change) -> None:
        """Tell a change now."""
        self._listeners.tell(change)

    def bring(self, change: Change) -> None:
        """Tell what a page brought: now, or together with what other pages bring."""
        if not self._gathers:
            self.tell(change)
            return
        before = self._gathered or Change()
        self._gathered = Change(
            before.subjects | change.subjects, before.refs or change.refs, before.outbox or change.outbox
        )

    def gather(self) -> None:
        """From now on keep what pages bring until ``tell_gathered``."""
        self._gathers = True

    @property
    def gathered(self) -> frozenset[Subject]:
        """The subjects that changed and are not told yet."""
        return self._gathered.subjects if self._gathered else frozenset()

    def tell_gathered(self, *, go_on: bool) -> None:
        """Tell what was kept, if anything was, as one change; ``go_on`` with gathering, or not."""
        self._gathers = self._gathers and go_on
        gathered, self._gathered = self._gathered, None
        if gathered is not None:
            self.tell(gathered)
