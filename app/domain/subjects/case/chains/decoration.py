"""Decoration 装修 as rules (K): at most three months and three more, what a deposit's return still lacks, who stops
work, and which passes are out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from datetime import date, timedelta
from typing import Final

from app.domain.rules.scopes import GATE
from app.domain.subjects.case.chains.rule import Chain, Lack, count_of, day_of, of_step, rows_of, said
from app.domain.subjects.case.kinds import REVIEWERS
from app.domain.subjects.case.state import Body, CaseState
from app.domain.times import add_months, china_day, read_day
from app.domain.wire.errors import STEP_LACKS, TERM_TOO_LONG

FILED, EXTENDED, PASSES, STOPPED, FINAL, REFUNDED = "filed", "extended", "passes", "stopped", "final", "refunded"
MONTHS: Final = 3
"""Months that a decoration takes at most, that an extension adds at most, and after which a deposit goes back."""
SOON: Final = timedelta(days=14)
"""How long before its end a decoration stands among those that expire."""
OVERSTAYED, EXPIRING, WORK_STOPPED, RUNNING = "overstayed", "expiring", "stopped", "running"
TO_REFUND, IN_USE = "to_refund", "in_use"
"""Lists in which a decoration stands: over its time, nearly so, stopped, running; its deposit can go back, or waits for
the three months in use."""


class Decoration(Chain):
    """装修."""

    name = "decoration"
    scopes = frozenset((GATE,))

    def misfit(self, s: CaseState, b: Body, day: date) -> str | None:
        """Return why a form does not fit: an end later than it may be (K2), or a refund that lacks something (K5)."""
        step = b.get("step")
        until = day_of(b, "until")
        if step == FILED and until is not None and until > _latest(day_of(b, "start") or day):
            return TERM_TOO_LONG.name
        if step == EXTENDED and until is not None:
            before = ends_on(s)
            if before is not None and not before < until <= _latest(before):
                return TERM_TOO_LONG.name
        if step == REFUNDED and self.lacks_of(s, b, day):
            return STEP_LACKS.name
        return STEP_LACKS.name if step == FINAL and self.lacks(s, FINAL, day) else None

    def lacks(self, s: CaseState, step: str, day: date, open_raised: Sequence[str] = ()) -> list[Lack]:
        """Return what the return of the deposit lacks (K5), or the final inspection while work is stopped (K4)."""
        if step == FINAL and is_stopped(s):
            return [Lack("停工还没有解除", "the stop order still holds")]
        if step != REFUNDED:
            return []
        found: list[Lack] = []
        earliest = refund_from(s)
        if earliest is None:
            found.append(Lack("还没有验收合格", "the final inspection has not found it right"))
        elif day < earliest:
            found.append(Lack(f"使用满 3 个月要到 {earliest}", f"three months in use are over on {earliest}"))
        out = passes_out(s)
        if out:
            found.append(Lack(f"出入证没收回：{'、'.join(out)}", f"passes not back: {', '.join(out)}"))
        found += [Lack(f"违规没有改完：{words}", f"a breach is open: {words}") for words in open_raised]
        return found

    def lacks_of(self, s: CaseState, b: Body, day: date) -> list[Lack]:
        """Return what a form that is filled in lacks, its own answers included."""
        step = str(b.get("step") or "")
        return self.lacks(s, step, day) + (_of_form(b) if step == REFUNDED else [])

    def must_sign(self, b: Body) -> frozenset[str]:
        """Return who signs the return of a deposit in any case: the downstairs neighbour and the owner (K5)."""
        return frozenset(("neighbour", "resident")) if b.get("step") == REFUNDED else frozenset()

    def may(self, held: Set[str], b: Body) -> bool:
        """Tell whether somebody may: supervisors and managers alone stop work and let it go on (K4)."""
        return b.get("step") != STOPPED or bool(held & REVIEWERS)

    def known(self, s: CaseState) -> dict[str, str]:
        """Return when it ends, its passes and workers, whether it is stopped, and when its deposit can go back."""
        issued, out, until, earliest = passes_issued(s), passes_out(s), ends_on(s), refund_from(s)
        filing = next(iter(of_step(s, FILED)), {})
        workers = [str(row.get("worker_name") or "") for row in rows_of(filing, "worker")]
        found = {
            "until": until.isoformat() if until is not None else "",
            "refund_from": earliest.isoformat() if earliest is not None else "",
            "passes_issued": str(len(issued)) if issued else "",
            "passes_out": "、".join(out),
            "passes_in": "、".join(passes_over(s, "returned")),
            "passes_lost": "、".join(passes_over(s, "lost")),
            "workers": "、".join(one for one in workers if one),
            "contractor": said(filing, "contractor"),
            "receipt": said(filing, "receipt"),
            "stopped": "yes" if is_stopped(s) else "",
            # A supplier's free service leaves no deposit unless a receipt says so.
            "refunded": "yes" if of_step(s, REFUNDED) and not s.to_sign else "",
            "deposit": "yes" if said(filing, "receipt") or said(filing, "kind") != "supplier" else "",
        }
        return {name: value for name, value in found.items() if value}

    def standing(self, known: Mapping[str, str], day: date) -> str:
        """Return in which list it stands (K6)."""
        if known.get("refunded"):
            return ""
        earliest, until = read_day(known.get("refund_from")), read_day(known.get("until"))
        if earliest is not None:
            if not known.get("deposit"):
                return ""
            return TO_REFUND if earliest <= day else IN_USE
        if known.get("stopped"):
            return WORK_STOPPED
        if until is None:
            return RUNNING
        return OVERSTAYED if until < day else EXPIRING if until <= day + SOON else RUNNING


def ends_on(s: CaseState) -> date | None:
    """Return the last day of the work, as filed or extended last."""
    days = [day_of(b, "until") for b in of_step(s, FILED, EXTENDED)]
    return next((day for day in reversed(days) if day is not None), None)


def refund_from(s: CaseState) -> date | None:
    """Return the first day on which the deposit can go back: three months after the final inspection found it right, or
    after it came into use where that was later. ``None`` while the last inspection did not find it right."""
    last = next((one for one in reversed(s.filled) if one.body.get("step") == FINAL), None)
    if last is None or said(last.body, "found") != "no":
        return None
    inspected, in_use = china_day(last.entry.at), day_of(last.body, "in_use")
    return _latest(max(inspected, in_use) if in_use is not None else inspected)


def is_stopped(s: CaseState) -> bool:
    """Tell whether a supervisor's stop order holds (K4)."""
    orders = of_step(s, STOPPED)
    return bool(orders) and said(orders[-1], "what") == "stop"


def passes_issued(s: CaseState) -> list[str]:
    """Return the passes that were ever given to workers, by number and name (K3)."""
    return list(
        dict.fromkeys(_pass(row) for b in of_step(s, PASSES) if said(b, "what") == "issued" for row in _rows(b))
    )


def passes_out(s: CaseState) -> list[str]:
    """Return the passes that are out: given and neither back nor reported lost since, by number and name."""
    out: dict[str, str] = {}
    for b in of_step(s, PASSES):
        for row in _rows(b):
            number = str(row.get("number") or "").strip().upper()
            if said(b, "what") == "issued":
                out[number] = _pass(row)
            else:
                out.pop(number, None)
    return list(out.values())


def passes_over(s: CaseState, how: str) -> list[str]:
    """Return the passes that are no longer good, because they came back (``returned``) or were lost: the gate finds
    them, too, and lets nobody in with one."""
    last: dict[str, tuple[str, str]] = {}
    for b in of_step(s, PASSES):
        for row in _rows(b):
            last[str(row.get("number") or "").strip().upper()] = (said(b, "what"), _pass(row))
    return [words for what, words in last.values() if what == how]


def _rows(b: Body) -> list[Mapping[str, object]]:
    return [row for row in rows_of(b, "pass") if row.get("number")]


def _pass(row: Mapping[str, object]) -> str:
    return f"{str(row.get('number') or '').strip()} {str(row.get('name') or '').strip()}".strip()


def _of_form(b: Body) -> list[Lack]:
    """Return what the answers of a refund lack: its passes, the receipt and the permit (K5). The form asks for them,
    but an office can change its form; the rule stays."""
    found = []
    if count_of(said(b, "passes_back")) < count_of(said(b, "passes_issued")):
        found.append(Lack("出入证没有全部收回", "not all passes are back"))
    if not said(b, "receipt"):
        found.append(Lack("收据原件没有交回", "the original receipt was not shown"))
    if not said(b, "permit"):
        found.append(Lack("许可证原件没有交回", "the original permit was not shown"))
    return found


def _latest(day: date) -> date:
    return add_months(day, MONTHS)
