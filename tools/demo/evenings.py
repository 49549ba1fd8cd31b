"""What happened to the demo's past tickets after the work: confirmed, handed back, residents called, booked (A.8)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from datetime import date, timedelta
from typing import Any

from app.domain.times import DAY, SECOND, at_china, china_day
from app.domain.writing.money import fee_line
from sync_server.estate.data import StaffMember
from tools.demo import phrases as say
from tools.demo.plot import Plot, Thread

_FINANCE_SESSION_DAY = 23
"""Day of the month on which finance goes through its copies: it must have them before the 25th (A.8)."""


def play_paperwork(plot: Plot, done: Iterable[Thread]) -> None:
    """Add what supervisor, desk and finance did afterwards with the tickets whose work is done."""
    boss = plot.cast.supervisor
    tickets = sorted(done, key=lambda thread: thread.end)
    confirmed = _sit(plot, tickets, boss, "confirmed", lambda day: at_china(day, 17, plot.rng.randrange(20, 55)))
    handed = _sit(plot, confirmed, None, "handed_back", lambda day: at_china(day, 9, plot.rng.randrange(5, 40)))
    asked = [thread for thread in handed if plot.chance(0.36)]
    for caller in plot.cast.callers:
        mine = [t for n, t in enumerate(asked) if n % len(plot.cast.callers) == plot.cast.callers.index(caller)]
        _sit(plot, mine, caller, "called_back", lambda day: at_china(day, 10, plot.rng.randrange(30, 59)), skip=1)
    if plot.cast.finance:
        paid = [thread for thread in confirmed if _total(thread)]
        _finance(plot, paid, plot.cast.finance[0])


def _sit(
    plot: Plot,
    tickets: Iterable[Thread],
    who: StaffMember | None,
    kind: str,
    begin: Callable[[date], int],
    skip: int = 0,
) -> list[Thread]:
    """Let ``who`` (the desk, if ``None``) go through each day's tickets at one sitting.

    ``begin`` returns when the sitting of a day starts (ms); ``skip`` is the number of days a ticket waits for its
    sitting. Returns the tickets that were dealt with before the plot's ``now``.
    """
    starts: dict[date, int] = {}
    sittings: dict[date, list[Thread]] = defaultdict(list)
    for thread in tickets:
        # Now and then a ticket is overlooked until the next day.
        ready = thread.end
        day = china_day(ready) + timedelta(days=skip + (1 if plot.chance(0.04) else 0))
        while starts.setdefault(day, begin(day)) < ready:
            day += timedelta(days=1)
        sittings[day].append(thread)
    through = []
    for day in sorted(sittings):
        start, pile = starts[day], sittings[day]
        end = start + 40 * SECOND * len(pile)
        if end > plot.now:
            continue
        for number, thread in enumerate(pile):
            person = who or plot.cast.desk_at(start)
            thread.act(person, kind, start + number * 40 * SECOND, sent=end, **_body(plot, kind))
            through.append(thread)
    return through


def _body(plot: Plot, kind: str) -> dict[str, Any]:
    if kind != "called_back":
        return {}
    satisfied = not plot.chance(0.07)
    return {"satisfied": satisfied, "note": plot.pick(say.CALLED_BACK if satisfied else say.NOT_SATISFIED) or None}


def _finance(plot: Plot, tickets: list[Thread], who: StaffMember) -> None:
    for thread in tickets:
        confirmed = next(act for act in thread.acts if act.kind == "confirmed")
        day = china_day(confirmed.sent)
        month = day.replace(day=1)
        if day.day >= _FINANCE_SESSION_DAY:
            month = (month + timedelta(days=32)).replace(day=1)
        session = at_china(month.replace(day=_FINANCE_SESSION_DAY), 15)
        if session < plot.now:
            # Anything that is still done about it afterwards (a late callback) comes after finance's mark.
            thread.act(who, "finance_received", max(session, thread.end), sent=session + 1800 * SECOND)


def _total(thread: Thread) -> int:
    fees = [act for act in thread.acts if act.kind == "fees_written"]
    return int(fees[-1].body["total_fen"]) if fees else 0


def is_done(thread: Thread) -> bool:
    """Tell whether the worker's part of a ticket is done: signed for by the resident, or finished."""
    return any(
        act.kind == "finished" or (act.kind == "signed" and act.body["purpose"] == "repair") for act in thread.acts
    )


def correct_some(plot: Plot, filed: list[Thread], visits: list[Thread], tickets: int, talks: int) -> None:
    """Correct some tickets and visits after they were signed: they show as 已签后更改 and keep what was signed."""
    filed = [t for t in filed if t.end < plot.now - DAY and any(act.kind == "fees_written" for act in t.acts)]
    plot.rng.shuffle(filed)
    with_parts = [t for t in filed if len(_fees(t)["lines"]) > 1]
    plain = [t for t in filed if t not in with_parts]
    for thread in (with_parts + plain)[:tickets]:
        fees = next(act for act in reversed(thread.acts) if act.kind == "fees_written")
        lines = list(fees.body["lines"])
        lines = lines[:-1] if len(lines) > 1 else [_cheaper(lines[0])]
        body = dict(fees.body) | {"lines": lines, "total_fen": sum(line["amount_fen"] for line in lines)}
        at = thread.end + plot.minutes(60, 600)
        thread.act(plot.cast.supervisor, "amended", at, target_id=fees.id, body=body, reason=say.AMEND_FEES)
        plot.changed.add(thread.id)
    signed = [
        v for v in visits if v.acts[-1].kind == "signed" and v.acts[0].body.get("said") and v.end < plot.now - DAY
    ]
    for thread in plot.rng.sample(signed, min(talks, len(signed))):
        said = thread.acts[0]
        body = dict(said.body) | {
            "said": plot.pick([one.words for one in say.SAID if one.words not in said.body["said"]])
        }
        steward = next(member for member in plot.cast.stewards if member.id == said.author)
        at = thread.end + plot.minutes(30, 300)
        thread.act(steward, "amended", at, target_id=said.id, body=body, reason=say.AMEND_VISIT)
        plot.changed.add(thread.id)


def _fees(thread: Thread) -> dict[str, Any]:
    return next(act.body for act in reversed(thread.acts) if act.kind == "fees_written")


def _cheaper(line: dict[str, Any]) -> dict[str, Any]:
    return fee_line(line["name"], line["qty"], line["price_fen"] * 9 // 10, line["unit"], line["item_id"])
