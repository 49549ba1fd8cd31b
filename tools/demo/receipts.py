"""Engineering's receipts 签收 for repairs that the desk hands over, mostly at once, now and then late (A.1, A.9)."""

from __future__ import annotations

import random

from app.domain.subjects.ticket.kinds import REPAIRS, TICKET
from app.domain.times import MINUTE, SECOND
from tools.demo.plot import Act, Plot, Thread

_GAP = 3 * SECOND


def play_receipts(plot: Plot, seed: int) -> None:
    """Let the supervisor sign for every repair before somebody accepts it.

    Drawn from a random source of its own, so that everything played before stays as it was.
    """
    rng = random.Random(f"receipts {seed}")
    for thread in plot.threads:
        if thread.subject[0] == TICKET and thread.acts[0].body["ticket_kind"] in REPAIRS:
            _receive(plot, rng, thread)


def _receive(plot: Plot, rng: random.Random, thread: Thread) -> None:
    opened = thread.acts[0]
    boss = plot.cast.supervisor.id
    known = max(opened.at, opened.sent) + 2 * SECOND
    wanted = known + round((rng.uniform(0.2, 2.2) if rng.random() < 0.88 else rng.uniform(4, 14)) * MINUTE)
    # Once the supervisor has assigned or judged it, or a worker has accepted it, no receipt is due.
    first = next(
        (act for act in thread.acts[1:] if act.author == boss or act.kind in ("accepted", "judged")), thread.acts[-1]
    )
    at = min(wanted, first.at - _GAP)
    if at < known:
        return
    number = next(n for n, act in enumerate(thread.acts) if act.at > at)
    thread.acts.insert(number, Act(plot.make_id(at), at, at, boss, "received", thread.subject, {}))
