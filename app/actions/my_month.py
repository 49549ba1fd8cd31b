"""我的本月 (my month): what one person did in a month, how much of it on time, and what residents said of it; from this
phone alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from app.actions.duties import Duties
from app.actions.reads import Reads
from app.domain.rules.card import Card
from app.domain.rules.clocks import LATE, MET, RED
from app.domain.rules.duties import Duty
from app.domain.subjects import SUBJECTS
from app.store.queries import CardFilter


@dataclass(frozen=True, slots=True)
class MyMonth:
    """``done``: the records on which this person finished something, by type, once for each time; ``late``: the records
    on which a clock of theirs that was due in the month ran out or was met too late; ``on_time``: the others on which
    one was met in time; ``asked``, ``satisfied``: the records where residents were asked afterwards, and were
    satisfied; ``owed``: what this person still owes this month, in the order of ``duties``."""

    done: Mapping[str, tuple[Card, ...]] = field(default_factory=dict)
    on_time: tuple[Card, ...] = ()
    late: tuple[Card, ...] = ()
    asked: tuple[Card, ...] = ()
    satisfied: tuple[Card, ...] = ()
    owed: tuple[Duty, ...] = ()

    @property
    def total(self) -> int:
        """How much was done in all."""
        return sum(len(cards) for cards in self.done.values())


class Months:
    """The months of one signed-in person."""

    def __init__(self, core: Reads, duties: Duties) -> None:
        self._core = core
        self._duties = duties

    def mine(self, since: int, until: int) -> MyMonth:
        """Return what this person did from ``since`` on, before ``until`` (ms)."""
        core, me, now = self._core, self._core.profile.staff_id, self._core.now()
        done: dict[str, list[Card]] = {name: [] for name in SUBJECTS}
        on_time, late, asked, satisfied = list[Card](), list[Card](), list[Card](), list[Card]()
        touched = core.here(CardFilter(type=None, moved_from=since))
        for card, worked in core.store.worked(touched, me):
            for deed in worked.deeds:
                if deed.by != me or not since <= deed.at < until:
                    continue
                done[card.type].append(card)
                if deed.satisfied is not None:
                    asked.append(card)
                    satisfied += [card] if deed.satisfied else []
            mine = [clock for owner, clock in worked.clocks if owner == me and since <= clock.due < until]
            levels = [clock.level(min(now, until)) for clock in mine]
            # A record counts once, however many clocks it has: one that is late makes it late.
            if LATE in levels or RED in levels:
                late.append(card)
            elif MET in levels:
                on_time.append(card)
        return MyMonth(
            {name: tuple(cards) for name, cards in done.items() if cards},
            tuple(on_time), tuple(late), tuple(asked), tuple(satisfied),
            tuple(self.owed()) if since <= now < until else (),
        )  # fmt: skip

    def owed(self) -> list[Duty]:
        """Return what this person still owes, by name or by one of their posts."""
        mine = {self._core.profile.staff_id, *self._core.roles}
        return [one for one in self._duties.of_month() if one.owed and one.owner in mine]
