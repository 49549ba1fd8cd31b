"""How the store announces its changes: each transaction at once, but the pages of a long pull together."""

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
        """Call ``listener`` with each change. Returns a function that ends this."""
        return self._listeners.subscribe(listener)

    def tell(self, change: Change) -> None:
        """Tell a change now."""
        self._listeners.tell(change)

    def bring(self, change: Change) -> None:
        """Announce what a page brought: now, or later together with other pages."""
        if not self._gathers:
            self.tell(change)
            return
        before = self._gathered or Change()
        self._gathered = Change(
            before.subjects | change.subjects, before.refs or change.refs, before.outbox or change.outbox
        )

    def gather(self) -> None:
        """From now on hold back what pages bring until ``tell_gathered``."""
        self._gathers = True

    @property
    def gathered(self) -> frozenset[Subject]:
        """The subjects that changed and were not announced yet."""
        return self._gathered.subjects if self._gathered else frozenset()

    def tell_gathered(self, *, go_on: bool) -> None:
        """Announce what was held back, if anything, as one change. ``go_on``: hold back further pages."""
        self._gathers = self._gathers and go_on
        gathered, self._gathered = self._gathered, None
        if gathered is not None:
            self.tell(gathered)
