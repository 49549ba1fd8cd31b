"""Taking a household's archive out of the house (S5): what a request allows, to whom, how often and until when."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from app.domain import roles
from app.domain.subjects import subject_of
from app.domain.subjects.case import CaseCard
from app.domain.subjects.case.chains import Lack, chain_of
from app.domain.subjects.case.chains.archive import (
    EXPORT_ASKED,
    EXPORT_READY,
    ArchiveExport,
    Grant,
    classes_asked,
    grant_of,
    is_repeat,
)
from app.domain.subjects.case.kinds import CASE
from app.domain.subjects.case.state import CaseState
from app.domain.subjects.fold import fold
from app.domain.subjects.signing import facts_to_sign, make_content, signature_body
from app.domain.times import MINUTE, at_china
from app.domain.wire.entries import Entry
from tests.support.field_device import STROKES_BYTES

DAY = date(2026, 12, 1)
NOON = at_china(DAY, 12)
WANTED = {"whom": "court", "name": "法院", "why": "取证", "which": "all", "uses": "2", "until": "2026-12-08"}


class Request:
    """A request as its entries leave it: asked for by ``by``."""

    def __init__(self, by: str = "li", **answers: str) -> None:
        self.entries: list[Entry] = []
        self.fill("asked", by, WANTED | answers)

    @property
    def state(self) -> CaseState:
        """What the entries come to."""
        state = fold(CASE, self.entries)
        assert isinstance(state, CaseState)
        return state

    def add(self, kind: str, by: str, body: dict[str, Any]) -> Entry:
        """One more entry, a minute after the one before."""
        n = len(self.entries) + 1
        entry = Entry(f"e-{n}", kind, CASE, "c-1", body, by, f"d-{by}", n, NOON + n * MINUTE)
        self.entries.append(replace(entry, seq=n))
        return self.entries[-1]

    def fill(self, step: str, by: str, answers: dict[str, str]) -> Entry:
        """A form of the chain."""
        return self.add("form_filled", by, body_of(step, answers))

    def sign(self, by: str) -> None:
        """The signature that lacks first."""
        content = make_content(CASE, facts_to_sign(self.state, CASE), ["已阅"], "2026-12-01")
        said = {"purpose": CASE, "signer": "staff", "name": by, "capacity": "staff"}
        self.add("signed", by, signature_body(**said, content=content, strokes=STROKES_BYTES))

    def decide(self, by: str = "wang", agreed: str = "yes") -> Request:
        """Asked, signed, decided about and signed."""
        self.sign("li")
        self.fill("decided", by, {"agreed": agreed})
        if self.state.to_sign:
            self.sign(by)
        return self

    def correct(self, target: int, by: str, step: str, answers: dict[str, str]) -> None:
        """A correction of one of the forms."""
        body = {"target_id": f"e-{target}", "body": body_of(step, answers), "reason": "写错"}
        self.add("amended", by, body)

    def take(self, by: str = "li") -> None:
        """The server records that it was taken."""
        used = sum(one.kind == "archive_exported" for one in self.entries) + 1
        said = {"staff_id": by, "use": used, "classes": ["1"], "records": 1, "files": 4, "content_hash": "0" * 64}
        self.add("archive_exported", roles.SYSTEM, said)


def body_of(step: str, answers: dict[str, str]) -> dict[str, Any]:
    after = {"after": ["asked"], "ends": True} if step == "decided" else {}
    return {
        "form": "0" * 64, "form_id": f"archive_export_{step}", "title": step, "case": ArchiveExport.name, "step": step,
        "facts": {"started": 1}, "household_id": "h-1", "building_id": "b1", "answers": answers, "shown": [],
        "signers": ["staff"], **after,
    }  # fmt: skip


def why(request: Request, day: date = DAY) -> str:
    """Why nothing can be taken by it; "" if it can."""
    found = grant_of(request.state, day)
    return found.zh if isinstance(found, Lack) else ""


@pytest.mark.proves("S5")
def test_a_request_that_somebody_else_agreed_to_can_be_used_as_often_as_was_agreed_until_its_day() -> None:
    request = Request()
    assert why(request) == "还没有人批准"
    found = grant_of(request.decide().state, DAY)
    assert found == Grant("h-1", "li", "wang", frozenset(range(1, 13)), 2, 0, date(2026, 12, 8))
    assert request.state.flags == [] and why(request, date(2026, 12, 8)) == ""
    assert why(request, date(2026, 12, 9)) == "已经过期"
    request.take()
    assert isinstance(grant_of(request.state, DAY), Grant)
    request.take()
    assert why(request) == "次数已经用完"
    last = request.entries[-1].at
    assert is_repeat(request.state, "li", last + MINUTE) and not is_repeat(request.state, "li", last + 10 * MINUTE)
    assert not is_repeat(request.state, "wang", last + MINUTE)
    assert isinstance(grant_of(request.state, DAY, again=True), Grant), "what did not arrive counts once"


@pytest.mark.proves("S5")
def test_nobody_decides_about_their_own_request_whatever_the_desk_says_afterwards() -> None:
    own = Request().decide(by="li")
    assert [flag.reason for flag in own.state.flags] == ["same_person"] and why(own) == "还没有人批准"
    flagged = own.state.flags[0].entry_id
    own.add("flag_settled", "desk", {"entry_id": flagged, "decision": "accept", "note": "x"})
    if own.state.to_sign:
        own.sign("li")
    assert why(own) == "要由申请人以外的人批准"
    case = subject_of(CASE)
    asked, decided = own.entries[0], next(one for one in own.entries if one.body.get("step") == "decided")
    assert {role for role in roles.ROLES if case.may({role}, decided, [])} == {roles.MANAGER, roles.ARCHIVIST}
    reads_nothing = {roles.ADMIN, roles.CLEANER, roles.CLEANING_LEAD, roles.CULTURE_CLERK}
    assert not {role for role in reads_nothing if case.may({role}, asked, [])}
    assert case.may({roles.DESK}, asked, []) and case.may({roles.STEWARD}, asked, [])


@pytest.mark.proves("S5")
def test_what_was_changed_refused_ended_or_never_signed_allows_nothing() -> None:
    assert why(Request().decide(agreed="no")) == "没有批准"
    unsigned = Request()
    unsigned.fill("decided", "wang", {"agreed": "yes"})
    assert why(unsigned) == "申请或批准还没有签名"
    more = Request().decide()
    more.correct(1, "li", "asked", WANTED | {"uses": "5"})
    assert why(more) == "申请或批准还没有签名"
    while more.state.to_sign:
        more.sign("li")
    assert why(more) == "批准以后改过，要重新申请", "signed again by whoever asked is not decided again"
    forged = Request().decide(agreed="no")
    forged.correct(3, "desk", "decided", {"agreed": "yes"})
    while forged.state.to_sign:
        forged.sign("desk")
    assert why(forged) == "批准以后改过，要重新申请", "an overseer's correction is no decision"
    before = Request()
    before.correct(1, "li", "asked", WANTED | {"uses": "1"})
    assert why(before.decide()) == "" and isinstance(found := grant_of(before.state, DAY), Grant) and found.uses == 1
    ended = Request().decide()
    ended.add("case_ended", "desk", {"reason": "不需要了"})
    assert why(ended) == "申请已经结束"


def test_lists_say_what_waits_for_a_decision_and_what_can_be_had() -> None:
    chain, case = chain_of(ArchiveExport.name), subject_of(CASE)

    def stands(request: Request) -> tuple[str, bool]:
        said = case.card(request.state).as_(CaseCard)
        return chain.standing(said.known, DAY), said.watched

    request = Request()
    assert stands(request) == (EXPORT_ASKED, True)
    assert stands(request.decide()) == (EXPORT_READY, True)
    request.take()
    request.take()
    assert stands(request) == ("", False) and stands(Request().decide(agreed="no")) == ("", False)


@settings(max_examples=40)
@given(
    some.sets(some.integers(1, 12)), some.integers(0, 7), some.integers(0, 7), some.integers(-3, 40), some.booleans()
)  # fmt: skip
def test_never_more_than_was_asked_for(chosen: set[int], uses: int, taken: int, days: int, whole: bool) -> None:
    until = DAY + timedelta(5)
    said = {
        "which": "all" if whole else "some", "uses": str(uses), "until": until.isoformat(),
        "papers": " ".join(f"c{n}" for n in chosen if n % 2), "records": " ".join(f"c{n}" for n in chosen if not n % 2),
    }  # fmt: skip
    request = Request(**said).decide()
    for _ in range(taken):
        request.take()
    day = DAY + timedelta(days)
    found = grant_of(request.state, day)
    allowed = min(uses, 5)
    assert isinstance(found, Grant) == (day <= until and taken < allowed and (whole or bool(chosen)))
    assert classes_asked(request.state.filled[0].body) == (frozenset(range(1, 13)) if whole else frozenset(chosen))
    if isinstance(found, Grant):
        assert (found.uses, found.used, found.until) == (allowed, taken, until)
