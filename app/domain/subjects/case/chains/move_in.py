"""Move-in 入住 as rules (J): who does not take the home over, or does not sign, gets no keys; one signature covers each
paper; what lacks shows until it is there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from datetime import date
from typing import Final

from app.domain import roles
from app.domain.rules.clocks import Clock
from app.domain.subjects.case.chains.rule import Chain, Lack, count_of, day_of, of_step, rows_of, said, shown
from app.domain.subjects.case.state import Body, CaseState, Filled
from app.domain.times import at_china, read_day
from app.domain.wire.errors import OPENED_TWICE, STEP_LACKS

FACTS, ROOMS, ITEMS, PAPERS, REST = "facts", "rooms", "items", "papers", "rest"
REFUSED: Final = "refused"
"""What the owner says who does not take the home over."""
MOVE_IN_REST: Final = "move_in_rest"
"""The clock of what a hand-over still lacked: from the hand-over to the day that was promised."""
NOT_TAKEN, LACKING = "not_taken", "lacking"
"""Lists: homes that were not taken over or not signed for, and hand-overs that still lack something."""
_DONE: Final = {
    "identity": ("身份、房产资料", "identity and title"),
    "agreement": ("物业服务协议", "service agreement"),
    "rules": ("管理规约", "house rules"),
    "account": ("缴费账户", "account"),
    "archive": ("客户档案", "archive"),
    "decoration": ("装修须知", "rules of decoration"),
}
"""What a hand-over comprises, by the names of the form's choices."""


_MAY: Final = roles.OVERSEERS | {roles.STEWARD, roles.SYSTEM}


class MoveIn(Chain):
    """入住."""

    name = "move_in"
    together = True

    def signs_now(self, s: CaseState) -> bool:
        """Tell whether it is signed now: at the end, all papers at once; before, only that a home is not taken over.
        What nobody wants to sign is not asked for again until its form is filled in anew (J3)."""
        last = s.last
        if last.get("unsigned_reason"):
            return False
        return last.get("step") not in (FACTS, ROOMS, ITEMS) or is_refused(s)

    def misfit(self, s: CaseState, b: Body, day: date) -> str | None:
        """Return why a form does not fit: things or papers for a home that was not taken over (J3), or what was handed
        over already."""
        step = str(b.get("step") or "")
        if self.lacks(s, step, day):
            return STEP_LACKS.name
        over = (step == PAPERS and bool(of_step(s, PAPERS)) and not is_unsigned(s)) or (
            step == ROOMS and bool(of_step(s, ITEMS))
        )
        return OPENED_TWICE.name if over else None

    def lacks(self, s: CaseState, step: str, day: date, open_raised: Sequence[str] = ()) -> list[Lack]:
        """Return what the hand-over of keys and papers lacks: that the owner takes the home over (J3)."""
        if step not in (ITEMS, PAPERS) or not is_refused(s):
            return []
        why = shown(of_step(s, ROOMS)[-1], "refused")
        return [Lack(f"业主不接房（{why}），不能移交钥匙和物品" if why else "业主不接房，不能移交钥匙和物品",
                     "the owner does not take the home over: no keys, no things")]  # fmt: skip

    def offers(self, s: CaseState, step: str) -> bool:
        """Tell whether a step is one that comes next: rooms again until they are taken over, papers again until they
        are signed, the rest as long as something lacks (J4)."""
        if step == ROOMS:
            return not of_step(s, ROOMS) or is_refused(s)
        if step == PAPERS:
            return not of_step(s, PAPERS) or is_unsigned(s)
        return step != REST or (is_handed(s) and bool(lacking(s)))

    def goes_on(self, s: CaseState) -> bool:
        """Tell whether more is to come although the papers were filled in: the owner has not signed, or something
        lacks (J3, J4)."""
        return is_unsigned(s) or bool(lacking(s))

    def clocks(self, s: CaseState) -> list[Clock]:
        """Return the clock of what the hand-over lacked, to the day by which it was promised (J4)."""
        papers = next(
            (one for one in s.filled if one.body.get("step") == PAPERS and said(one.body, "lacking_by")), None
        )
        if papers is None or not is_handed(s):
            return []
        day = next((found for b in reversed(s.filled) if (found := day_of(b.body, "lacking_by"))), None)
        assert day is not None
        rest = [one.entry.at for one in s.filled if one.body.get("step") == REST]
        met = rest[-1] if rest and not lacking(s) else None
        return [Clock(MOVE_IN_REST, "J.4", papers.entry.at, at_china(day, 23, 59), met)]

    def may(self, held: Set[str], b: Body) -> bool:
        """Tell whether somebody may: stewards, and who oversees them, say who lives there (J6)."""
        return bool(held & _MAY)

    def known(self, s: CaseState) -> dict[str, str]:
        """Return who moves in and when, what lacks and until when, and whether the home was taken over."""
        handed, lacks = is_handed(s), lacking(s)
        by = next((day for one in reversed(s.filled) if (day := said(one.body, "lacking_by"))), "")
        papers = of_step(s, PAPERS)
        found = {
            "name": said(next(iter(of_step(s, FACTS)), {}), "name"),
            "moves_in": said(papers[-1], "moves_in") if papers else "",
            "refused": "yes" if is_refused(s) or is_unsigned(s) else "",
            "handed": "yes" if handed else "",
            "lacking": "、".join(_DONE[one][0] for one in lacks if one in _DONE) if handed else "",
            "until": by if handed and lacks else "",
        }
        return {name: value for name, value in found.items() if value}

    def standing(self, known: Mapping[str, str], day: date) -> str:
        """Return for what it waits: for the owner, or for what lacks."""
        if known.get("refused"):
            return NOT_TAKEN
        return LACKING if known.get("until") or known.get("lacking") else ""


def is_refused(s: CaseState) -> bool:
    """Tell whether the owner does not take the home over, as the rooms were gone through last (J3)."""
    rooms = of_step(s, ROOMS)
    return bool(rooms) and said(rooms[-1], "accepted") == REFUSED


def is_unsigned(s: CaseState) -> bool:
    """Tell whether the owner did not sign the papers that were filled in last, for a reason that stands there (J3)."""
    papers = of_step(s, PAPERS)
    return bool(papers) and bool(papers[-1].get("unsigned_reason"))


def is_handed(s: CaseState) -> bool:
    """Tell whether the home is handed over: the owner takes it, and has signed the papers; a reason why nobody signs
    is no signature (J3)."""
    papers = last_of(s, PAPERS)
    if papers is None or is_refused(s) or is_unsigned(s):
        return False
    return (papers.entry.id, "resident") in s.signed and not any(id_ == papers.entry.id for id_, _ in s.to_sign)


def last_of(s: CaseState, step: str) -> Filled | None:
    """Return the last form of a step."""
    return next((one for one in reversed(s.filled) if one.body.get("step") == step), None)


def lacking(s: CaseState) -> list[str]:
    """Return what the hand-over comprises and nobody has done yet, by the form's choices (J4); an office whose form
    comprises less lacks nothing of the rest: its form counts what is ``open``."""
    papers, rest = of_step(s, PAPERS), of_step(s, REST)
    if not papers or not count_of(said(papers[-1], "open")) or any(said(b, "open") == "0" for b in rest):
        return []
    done = {one for b in (papers[-1], *rest) for one in said(b, "done").split()}
    return [one for one in _DONE if one not in done]


def tags_handed(s: CaseState) -> list[str]:
    """Return the tags of the keys that the list of things names (G.3)."""
    items = of_step(s, ITEMS)
    return [tag for row in rows_of(items[-1], "thing") if (tag := str(row.get("tag") or "").strip())] if items else []


def moves_in(s: CaseState) -> date | None:
    """Return the day on which the household moves in."""
    papers = of_step(s, PAPERS)
    return read_day(said(papers[-1], "moves_in")) if papers else None
