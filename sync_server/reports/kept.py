"""Reports kept for a moment: the pages of a long list are of one report, which is worked out once (W)."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Hashable
from typing import Final

from app.domain.times import MINUTE
from sync_server.store.reports.working import Worked

MOST: Final = 2
"""Most reports that are kept: one of a company's year may take tens of megabytes."""
LONGEST: Final = 2 * MINUTE
"""For so long, in ms: somebody reads on, or an Excel sheet fetches page by page."""


class Kept:
    """The reports of one server process whose lists somebody may read on."""

    def __init__(self) -> None:
        self._kept: OrderedDict[Hashable, Worked] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, asked: Hashable, now: int) -> Worked | None:
        """Return the report that was kept under what was asked, ``None`` if there is none or it is too old."""
        with self._lock:
            found = self._kept.get(asked)
            if found is None or not 0 <= now - found.asked.now <= LONGEST:
                return None
            self._kept.move_to_end(asked)
            return found

    def keep(self, asked: Hashable, worked: Worked) -> None:
        """Keep a report for who reads on; the one that was not asked for longest goes."""
        with self._lock:
            self._kept[asked] = worked
            self._kept.move_to_end(asked)
            while len(self._kept) > MOST:
                self._kept.popitem(last=False)
