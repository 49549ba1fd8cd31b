"""Engineering signs for what the desk hands over 签收, mostly at once and now and then late (A.1, A.9)."""

from __future__ import annotations

import random

from app.domain.subjects.ticket.kinds import REPAIRS, TICKET
from app.domain.times import MINUTE, SECOND
from tools.demo.plot import Act, Plot, Thread

_GAP = 3 * SECOND


def play_receipts(plot: Plot, seed: int) -> None:
    """Let the supervisor take over every repair that is opened before somebody accepts it.

    Drawn apart from everything else, so that all that was played before stays as it was.
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
    # Who assigns or judges has it; who accepts has taken it over.
    first = next(
        (act for act in thread.acts[1:] if act.author == boss or act.kind in ("accepted", "judged")), thread.acts[-1]
    )
    at = min(wanted, first.at - _GAP)
    if at < known:
        return
    number = next(n for n, act in enumerate(thread.acts) if act.at > at)
    thread.acts.insert(number, Act(plot.make_id(at), at, at, boss, "received", thread.subject, {}))
