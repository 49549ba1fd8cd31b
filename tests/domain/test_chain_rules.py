"""Chains of forms with rules in code: decoration (K), goods at the gate and visitors (N), fees and receipts (O)."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from app.domain.subjects import subject_of
from app.domain.subjects.case import CaseCard
from app.domain.subjects.case.chains import chain_of
from app.domain.subjects.case.chains.cash import difference
from app.domain.subjects.case.chains.decoration import ends_on, passes_out, refund_from
from app.domain.subjects.case.chains.goods import code_of, is_code
from app.domain.subjects.case.chains.move_in import is_handed
from app.domain.subjects.case.kinds import CASE
from app.domain.subjects.case.state import CaseState
from app.domain.subjects.fold import fold
from app.domain.subjects.signing import facts_to_sign, make_content, signature_body
from app.domain.times import add_months, at_china
from app.domain.wire.entries import Entry

_ID = "00000000-0000-4000-8000-0000000000cb"
START = date(2026, 3, 1)


class Chain:
    """A case, step after step, each on a day."""

    def __init__(self, case: str) -> None:
        self.case = case
        self.entries: list[Entry] = []

    def add(self, kind: str, body: dict[str, Any], day: date, author: str = "li") -> Entry:
        n = len(self.entries) + 1
        id_ = f"00000000-0000-4000-8000-{n:012}"
        self.entries.append(Entry(id_, kind, CASE, _ID, body, author, "d", n, at_china(day, 10) + n))
        return self.entries[-1]

    def step(self, step: str, day: date, after: tuple[str, ...] = (), **more: Any) -> Entry:
        answers = more.pop("answers", {})
        body = {
            "form": "a" * 64, "form_id": f"{self.case}_{step}", "title": step, "case": self.case, "step": step,
            "facts": {"started": at_china(day, 9)}, "shown": [], "answers": answers, **more,
        }  # fmt: skip
        return self.add("form_filled", body | ({"after": list(after)} if after else {}), day)

    def sign(self, signer: str, day: date) -> None:
        content = make_content(CASE, facts_to_sign(self.state, CASE), ["x"], day.isoformat())
        self.add(
            "signed",
            signature_body(purpose=CASE, signer=signer, name="张", capacity="self", content=content, strokes=b"i"),
            day,
        )

    @property
    def state(self) -> CaseState:
        state = fold(CASE, self.entries)
        assert isinstance(state, CaseState)
        return state

    @property
    def reasons(self) -> list[str]:
        return [flag.reason for flag in self.state.flags]

    def standing(self, day: date) -> str:
        card = subject_of(CASE).card(self.state)
        return chain_of(self.case).standing(card.as_(CaseCard).known, day)

    def lacks(self, step: str, day: date, *still: str) -> list[str]:
        return [one.zh for one in chain_of(self.case).lacks(self.state, step, day, still)]


def work(start: date = START, until: date | None = None, **answers: Any) -> Chain:
    """A decoration that was filed."""
    chain = Chain("decoration")
    said = {"start": start.isoformat(), "until": (until or add_months(start, 3)).isoformat(), "kind": "full"}
    chain.step("filed", start, answers=said | answers)
    return chain


def passes(chain: Chain, what: str, day: date, *rows: tuple[str, str]) -> None:
    """Passes are given, come back or are lost."""
    said = [{"#": f"r{n}", "number": number, "name": name} for n, (number, name) in enumerate(rows)]
    chain.step("passes", day, ("filed", "passes"), answers={"what": what, "pass": said})


REFUND = {"leak": "no", "passes_issued": "1", "passes_back": "1", "receipt": "OK", "permit": "OK"}


@pytest.mark.proves("K2")
@given(
    start=some.dates(date(2024, 1, 1), date(2032, 12, 31)), over=some.integers(-40, 40), later=some.integers(-100, 130)
)
def test_work_takes_at_most_three_months_and_an_extension_three_more(start: date, over: int, later: int) -> None:
    """K.2: over month ends and leap days; what is too long is kept, flagged, and an extension of it changes nothing."""
    latest = add_months(start, 3)
    until = latest + timedelta(days=over)
    chain = work(start, until)
    assert chain.reasons == (["term_too_long"] if over > 0 else [])
    longer = until + timedelta(days=later)
    chain.step("extended", start, ("filed", "extended"), answers={"until": longer.isoformat()})
    fits = until < longer <= add_months(until, 3)
    assert (chain.reasons[-1:] != ["term_too_long"] or over > 0) if fits else chain.reasons[-1] == "term_too_long"
    assert ends_on(chain.state) == (longer if fits else until)


@pytest.mark.parametrize(
    ("start", "latest"),
    [("2027-11-30", "2028-02-29"), ("2026-11-30", "2027-02-28"), ("2026-01-31", "2026-04-30")],
)
def test_three_months_end_on_the_last_day_of_a_short_month(start: str, latest: str) -> None:
    assert work(date.fromisoformat(start), date.fromisoformat(latest)).reasons == []
    assert work(date.fromisoformat(start), date.fromisoformat(latest) + timedelta(days=1)).reasons == ["term_too_long"]


@pytest.mark.proves("K5")
def test_a_deposit_goes_back_when_nothing_lacks_and_everything_that_lacks_is_named() -> None:
    chain = work(receipt="R7")
    passes(chain, "issued", START, ("P1", "赵六"), ("P2", "钱七"))
    passes(chain, "returned", START, ("p1", "赵六"))
    chain.step("final", date(2026, 5, 20), ("filed", "passes"), answers={"found": "no", "in_use": "2026-05-30"})
    first = date(2026, 8, 30)
    assert refund_from(chain.state) == first and passes_out(chain.state) == ["P2 钱七"]
    assert chain.lacks("refunded", first - timedelta(days=1), "砸了承重墙") == [
        "使用满 3 个月要到 2026-08-30", "出入证没收回：P2 钱七", "违规没有改完：砸了承重墙",
    ]  # fmt: skip
    assert (chain.standing(date(2026, 6, 1)), chain.standing(first)) == ("in_use", "to_refund")
    chain.step("refunded", first, ("final",), ends=True, signers=["neighbour", "resident", "staff"], answers=REFUND)
    assert chain.reasons == ["step_lacks"], "a pass is out: kept and flagged, and the deposit stays"
    told = subject_of(CASE).misfit(chain.state, chain.entries[-1], str)
    assert told["lacks_zh"] == "出入证没收回：P2 钱七" and "P2" in told["lacks_en"]
    passes(chain, "lost", first, ("P2", "钱七"))
    assert chain.lacks("refunded", first) == []
    form = chain.step(
        "refunded", first, ("final",), ends=True, signers=["neighbour", "resident", "staff"], answers=REFUND,
        unsigned_reason="邻居不在",
    )  # fmt: skip
    assert chain.reasons == ["step_lacks"]
    assert chain.state.to_sign == ((form.id, "neighbour"), (form.id, "resident")), "no reason stands in for these"
    assert chain.standing(first) == "to_refund"
    for signer in ("neighbour", "resident"):
        chain.sign(signer, first)
    assert (chain.state.stage, chain.standing(first)) == ("done", "")


@pytest.mark.proves("K5")
@pytest.mark.parametrize("lacking", ["receipt", "permit", "passes_back"])
def test_a_refund_without_receipt_permit_or_all_passes_is_kept_and_flagged(lacking: str) -> None:
    """K.5: also where an office changed its form and does not ask for them."""
    chain = work()
    chain.step("final", START, ("filed",), answers={"found": "no"})
    answers = {name: value for name, value in REFUND.items() if name != lacking}
    chain.step("refunded", date(2026, 6, 1), ("final",), ends=True, answers=answers)
    assert chain.reasons == ["step_lacks"]


@given(inspected=some.dates(date(2024, 1, 1), date(2032, 12, 31)), use=some.integers(-92, 92))
def test_three_months_run_from_the_inspection_or_from_use_where_that_was_later(inspected: date, use: int) -> None:
    chain = work()
    in_use = inspected + timedelta(days=use)
    chain.step("final", inspected, ("filed",), answers={"found": "no", "in_use": in_use.isoformat()})
    first = refund_from(chain.state)
    assert first == add_months(max(inspected, in_use), 3)
    assert chain.lacks("refunded", first) == [] and chain.lacks("refunded", first - timedelta(days=1))


def test_an_inspection_that_found_something_wrong_takes_the_date_back() -> None:
    chain = work()
    chain.step("final", START, ("filed", "final"), answers={"found": "no"})
    chain.step("final", START, ("filed", "final"), answers={"found": "yes"})
    assert refund_from(chain.state) is None and chain.lacks("refunded", date(2027, 1, 1)) == ["还没有验收合格"]


@pytest.mark.proves("K4")
def test_supervisors_alone_stop_work_and_nothing_is_accepted_while_it_is_stopped() -> None:
    chain = work()
    order = chain.step("stopped", START, ("filed", "stopped"), answers={"what": "stop"})
    case = subject_of(CASE)
    assert case.may({"service_supervisor"}, order, []) and case.may({"manager"}, order, [])
    assert not case.may({"guard", "steward", "desk"}, order, [])
    assert chain.standing(START) == "stopped"
    chain.step("final", START, ("filed", "stopped"), answers={"found": "no"})
    assert chain.reasons == ["step_lacks"]
    chain.step("stopped", START, ("filed", "stopped"), answers={"what": "go_on"})
    chain.step("final", START, ("filed", "stopped"), answers={"found": "no"})
    assert chain.reasons == ["step_lacks"]


@pytest.mark.proves("K6")
def test_what_is_over_its_time_or_nearly_so_stands_in_its_list() -> None:
    chain = work(START, date(2026, 4, 30))
    days = (date(2026, 4, 10), date(2026, 4, 16), date(2026, 4, 30), date(2026, 5, 1))
    assert [chain.standing(day) for day in days] == ["running", "expiring", "expiring", "overstayed"]
    free = work(kind="supplier")
    free.step("final", START, ("filed",), answers={"found": "no"})
    assert free.standing(date(2026, 7, 1)) == "", "a free service leaves no deposit"


def permit(until: date = date(2026, 3, 3), code: str = "12345672") -> Chain:
    """A permit for goods that was issued."""
    chain = Chain("goods")
    goods = [{"#": "a", "what": "沙发", "number": "1"}, {"#": "b", "what": "纸箱", "number": "6"}]
    chain.step("issued", START, answers={"code": code, "until": until.isoformat(), "goods": goods})
    return chain


@given(some.integers(100_000, 999_999), some.integers(0, 7), some.integers(1, 9))
def test_a_code_with_one_wrong_digit_is_no_code(number: int, at: int, by: int) -> None:
    """N.3: what is misheard on the telephone is found out."""
    code = code_of(number)
    wrong = code[:at] + str((int(code[at]) + by) % 10) + code[at + 1 :]
    assert is_code(code) and not is_code(wrong)


@pytest.mark.proves("N2")
def test_a_permit_lets_goods_out_once_and_until_its_day() -> None:
    chain = permit()
    card = subject_of(CASE).card(chain.state)
    assert card.number == "12345672" and "沙发 1、纸箱 6" in card.words()
    assert chain.standing(date(2026, 3, 3)) == "valid"
    assert chain.lacks("released", date(2026, 3, 4)) == ["放行条 2026-03-03 已过期，请补办"]
    chain.step("released", date(2026, 3, 4), ("issued",), ends=True)
    assert chain.reasons == ["permit_expired"]
    chain.step("released", date(2026, 3, 3), ("issued",), ends=True)
    assert chain.standing(date(2026, 3, 9)) == ""
    chain.step("released", date(2026, 3, 3), ("issued",), ends=True)
    assert chain.reasons == ["permit_expired", "permit_used"]


@pytest.mark.proves("N5")
def test_a_permit_whose_day_is_over_is_unused_and_visitors_are_inside_until_they_leave() -> None:
    assert permit().standing(date(2026, 3, 4)) == "unused"
    chain = Chain("visitor")
    chain.step("in", START, answers={"name": "周先生", "pass": "V08"})
    assert chain.standing(START) == "inside" and "v08" in subject_of(CASE).card(chain.state).words()
    chain.step("out", START, ("in",), ends=True)
    assert chain.standing(START) == ""


@pytest.mark.proves("N3")
def test_what_the_server_finds_of_a_code_stands_on_both_sides() -> None:
    chain, gate = permit(), Chain("goods_code")
    gate.step("released", START, ends=True, answers={"code": "12345672"})
    assert gate.standing(START) == "to_check"
    gate.add("case_matched", {"found": "missing"}, START, "system")
    assert gate.reasons == ["permit_missing"] and gate.standing(START) == "to_check"
    chain.add("case_matched", {"found": "matched", "other_id": _ID}, START, "system")
    gate.add("case_matched", {"found": "matched", "other_id": _ID}, START, "system")
    assert (chain.standing(START), gate.standing(START), chain.state.stage) == ("", "", "done")
    chain.step("released", START, ("issued",), ends=True)
    chain.add("case_matched", {"found": "matched", "other_id": _ID}, START, "system")
    assert chain.reasons == ["permit_used", "permit_used"]


@pytest.mark.proves("O3")
def test_a_promise_to_pay_is_a_duty_on_its_day_and_finance_alone_agrees_to_a_postponement() -> None:
    case, chain = subject_of(CASE), Chain("fees")
    chain.step("reminded", START, answers={"answer": "promises", "promised": "2026-03-09"})
    (owed,) = case.owed(case.card(chain.state))
    assert (owed.clock, owed.owner, owed.due) == ("fee_promise", "li", at_china(date(2026, 3, 9), 23, 59))
    chain.step("kept", date(2026, 3, 9), ("reminded",), ends=True, answers={"kept": "yes"})
    assert (chain.state.stage, case.owed(case.card(chain.state)), chain.standing(START)) == ("done", [], "")
    asked = Chain("fees")
    asked.step("reminded", START, answers={"answer": "postpone", "postponed": "2026-04-01"})
    assert asked.standing(START) == "asked" and case.owed(case.card(asked.state)) == []
    decided = asked.step("decided", START, ("reminded",), answers={"agreed": "yes", "until": "2026-04-01"})
    assert case.may({"finance"}, decided, []) and not case.may({"steward", "desk"}, decided, [])
    (owed,) = case.owed(case.card(asked.state))
    assert owed.due == at_china(date(2026, 4, 1), 23, 59)
    heard = Chain("fees")
    heard.step("reminded", START, answers={"answer": "heard"})
    assert heard.state.stage == "done", "who promised nothing is not waited for"


def moving_in(accepted: str = "now", **papers: str) -> Chain:
    """A hand-over up to its papers."""
    chain = Chain("move_in")
    chain.step("facts", START, signers=["resident"], answers={"name": "赵新"})
    chain.step("rooms", START, ("facts", "rooms"), signers=["resident", "staff"], answers={"accepted": accepted})
    if accepted != "refused":
        chain.step("items", START, ("rooms",), signers=["resident", "staff"])
        said = {"open": "0", "moves_in": "2026-03-05"} | papers
        chain.step("papers", START, ("items", "papers"), ends=True, signers=["resident", "staff"], answers=said)
    return chain


@pytest.mark.proves("J1")
def test_one_signature_covers_each_paper_of_a_move_in_until_one_of_them_changes() -> None:
    chain = moving_in()
    papers = [one.entry.id for one in chain.state.filled]
    assert chain.state.to_sign == ((papers[3], "resident"), (papers[3], "staff"))
    chain.sign("resident", START)
    assert {(one, "resident") for one in papers} <= chain.state.signed
    assert not is_handed(chain.state), "the clerk has not signed"
    chain.sign("staff", START)
    assert (chain.state.stage, is_handed(chain.state), chain.state.signature) == ("done", True, "intact")
    was = chain.entries[0]
    chain.add(
        "amended", {"target_id": was.id, "body": {**was.body, "answers": {"name": "赵新民"}}, "reason": "笔误"}, START
    )
    state = chain.state
    assert state.signature == "changed" and not is_handed(state) and state.to_sign[0][1] == "resident"
    chain.sign("resident", START)
    assert is_handed(chain.state)


@pytest.mark.proves("J1")
def test_papers_that_an_older_phone_had_signed_one_by_one_are_not_signed_again() -> None:
    """Its facts are of one form alone; who signs at the end signs what is left."""
    chain = Chain("move_in")
    chain.step("facts", START, signers=["resident"], answers={"name": "赵新"})
    chain.sign("resident", START)
    chain.step("rooms", START, ("facts",), signers=["resident"], answers={"accepted": "now"})
    chain.step("items", START, ("rooms",), signers=["resident"])
    chain.step("papers", START, ("items",), ends=True, signers=["resident"], answers={"open": "0"})
    facts = facts_to_sign(chain.state, CASE)
    assert [one["form_id"] for one in facts["papers"]] == ["move_in_rooms", "move_in_items"]
    plain = {name: value for name, value in facts.items() if name != "papers"}
    content = make_content(CASE, plain, ["x"], START.isoformat())
    chain.add("signed", signature_body(purpose=CASE, signer="resident", name="张", capacity="self", content=content,
                                       strokes=b"i"), START)  # fmt: skip
    assert chain.reasons == [], "an older phone's signature under the last paper alone fits"
    assert [id_ for id_, _ in chain.state.to_sign] == [one.entry.id for one in chain.state.filled[1:3]]


@pytest.mark.proves("J3")
@settings(max_examples=40)
@given(
    some.lists(some.sampled_from(["rooms_no", "rooms_yes", "items", "papers", "unsigned", "sign", "rest"]), max_size=9)
)
def test_whatever_phones_bring_nothing_is_handed_over_without_acceptance_and_signature(steps: list[str]) -> None:
    chain = Chain("move_in")
    chain.step("facts", START, answers={"name": "赵新"})
    for what in steps:
        if what == "sign":
            if chain.state.to_sign:
                chain.sign(chain.state.to_sign[0][1], START)
            continue
        step = {"rooms_no": "rooms", "rooms_yes": "rooms", "unsigned": "papers"}.get(what, what)
        after = {
            "rooms": ("facts", "rooms"),
            "items": ("rooms",),
            "papers": ("items", "papers"),
            "rest": ("papers", "rest"),
        }
        said = {"accepted": "refused" if what == "rooms_no" else "now"} if step == "rooms" else {"open": "0"}
        more: dict[str, Any] = {"unsigned_reason": "不签"} if what == "unsigned" else {}
        chain.step(
            step, START, after[step], ends=step in ("papers", "rest"), signers=["resident"], answers=said, **more
        )
    state = chain.state
    rooms = [one.body["answers"]["accepted"] for one in state.filled if one.body["step"] == "rooms"]
    papers = [one for one in state.filled if one.body["step"] == "papers"]
    handed = is_handed(state)
    if handed:
        assert rooms and rooms[-1] == "now" and not papers[-1].body.get("unsigned_reason")
        assert (papers[-1].entry.id, "resident") in state.signed
    things = [one.body["step"] for one in state.filled if one.body["step"] in ("items", "papers")]
    assert not things or "now" in rooms
    assert "move_in" not in {chain.standing(START)} and (chain.standing(START) != "lacking" or handed)


@pytest.mark.proves("J4")
def test_what_a_hand_over_lacks_has_a_clock_and_is_named_until_it_is_there() -> None:
    case = subject_of(CASE)
    chain = moving_in(open="2", done="identity rules account decoration", lacking_by="2026-03-09")
    for signer in ("resident", "staff"):
        chain.sign(signer, START)
    card = case.card(chain.state)
    assert (chain.state.stage, chain.standing(START)) == ("open", "lacking")
    assert card.as_(CaseCard).known["lacking"] == "物业服务协议、客户档案"
    (owed,) = case.owed(card)
    assert (owed.clock, owed.owner, owed.due) == ("move_in_rest", "li", at_china(date(2026, 3, 9), 23, 59))
    chain.step("rest", START, ("papers", "rest"), ends=True, answers={"done": "agreement", "open": "1"})
    assert chain.standing(START) == "lacking" and chain.state.stage == "open"
    chain.step("rest", START, ("papers", "rest"), ends=True, answers={"done": "archive agreement", "open": "0"})
    assert (chain.standing(START), chain.state.stage, chain.reasons) == ("", "done", [])


@pytest.mark.proves("O5")
@given(some.lists(some.integers(1, 10**7), min_size=1, max_size=6), some.integers(-300, 300), some.booleans())
def test_what_is_handed_in_is_the_sum_of_the_receipts_or_somebody_says_why_not(
    fen: list[int], off: int, says: bool
) -> None:
    """O.5: to the fen, however many receipts; also where an office's form does not ask."""
    chain = Chain("cash")
    lines = [{"#": f"r{n}", "kind": "service", "yuan": f"{one / 100:.2f}"} for n, one in enumerate(fen)]
    handed_in = max(0, sum(fen) + off)
    answers = {"day": "2026-03-01", "line": lines, "handed_in": f"{handed_in / 100:.2f}"} | (
        {"why": "later"} if says else {}
    )
    form = chain.step(
        "reported", START, ends=True, answers=answers, unsigned_reason="财务不在", signers=["staff", "finance"]
    )
    differs = handed_in != sum(fen)
    assert chain.reasons == (["step_lacks"] if differs and not says else [])
    assert difference(form.body) == handed_in - sum(fen)
    assert chain.state.to_sign == ((form.id, "finance"),) and chain.standing(START) == "cash_unsigned"
    assert "finance" in subject_of(CASE).audience(chain.state), "finance has it on its phone"
    chain.sign("finance", START)
    assert (chain.state.stage, chain.standing(START)) == ("done", "")


def test_a_sum_that_is_no_number_comes_to_nothing() -> None:
    """A forged report must not break a phone."""
    chain = Chain("cash")
    chain.step("reported", START, ends=True, answers={"line": [{"#": "a", "yuan": "1e999"}], "handed_in": "viel"})
    assert chain.reasons == [] and subject_of(CASE).card(chain.state).as_(CaseCard).known["total"] == "0.00"


@pytest.mark.proves("K3")
def test_a_pass_that_came_back_or_was_lost_is_known_as_that() -> None:
    chain = work()
    passes(chain, "issued", START, ("P1", "赵六"), ("P2", "钱七"), ("P3", "孙八"))
    passes(chain, "returned", START, ("p1", "赵六"))
    passes(chain, "lost", START, ("P2", "钱七"))
    known = subject_of(CASE).card(chain.state).as_(CaseCard).known
    assert [known[name] for name in ("passes_out", "passes_in", "passes_lost")] == ["P3 孙八", "p1 赵六", "P2 钱七"]
    passes(chain, "issued", START, ("P1", "赵六"))
    again = subject_of(CASE).card(chain.state).as_(CaseCard).known
    assert again["passes_out"] == "P3 孙八、P1 赵六" and "passes_in" not in again


DAY_OF_EVENT = date(2026, 9, 25)
GUEST = {"event": "中秋游园", "name": "王芳", "phone": "13800001111", "people": "3", "photos": "no"}


def event() -> Chain:
    """A community event that was planned."""
    chain = Chain("event")
    said = {"name": "中秋游园", "day": DAY_OF_EVENT.isoformat(), "people": "80", "place": "中心花园"}
    chain.step("planned", date(2026, 9, 1), signers=["staff", "manager"], answers=said, unsigned_reason="经理出差")
    return chain


def test_an_event_is_held_once_the_manager_has_signed_and_its_day_has_come_and_stands_in_its_list_until_then() -> None:
    chain = event()
    assert [signer for _, signer in chain.state.to_sign] == ["manager"]  # whatever reason is given
    assert chain.standing(date(2026, 9, 2)) == ""
    assert chain.lacks("held", date(2026, 9, 24)) == ["经理还没有签名批准", "09-25 才办"]
    chain.sign("manager", date(2026, 9, 3))
    assert (chain.standing(date(2026, 9, 4)), chain.standing(date(2026, 9, 26))) == ("coming", "")
    assert chain.lacks("held", date(2026, 9, 24)) == ["09-25 才办"] and chain.lacks("held", DAY_OF_EVENT) == []
    chain.step("held", DAY_OF_EVENT, ("planned",), ends=True, answers={"people": "76"})
    assert (chain.state.stage, chain.reasons, chain.standing(DAY_OF_EVENT)) == ("done", [], "")
    held_anyway = event()
    held_anyway.step("held", DAY_OF_EVENT, ("planned",), ends=True, answers={"people": "76"})
    assert held_anyway.reasons == ["step_lacks"]


@pytest.mark.proves("U3")
@given(came=some.sampled_from([None, "0", "1", "3", "many"]), ended=some.booleans())
def test_who_came_to_an_event_is_asked_about_afterwards_and_who_did_not_is_not(came: str | None, ended: bool) -> None:
    chain = Chain("event_guest")
    chain.step("signed_up", date(2026, 9, 10), answers=GUEST)
    if came is not None:
        chain.step("came", DAY_OF_EVENT, ("signed_up",), ends=True, answers={"people": came})
    if ended:
        chain.add("case_ended", {"reason": "取消报名"}, DAY_OF_EVENT)
    closing = subject_of(CASE).closing(chain.state)
    assert (closing is not None) == (came in ("1", "3") and not ended)
    if closing is not None:
        assert (closing.source, closing.about, closing.contact_phone) == ("event", "中秋游园", "13800001111")


def test_a_plan_of_training_waits_for_the_manager_whatever_reason_is_given() -> None:
    chain = Chain("training_plan")
    chain.step("planned", START, ends=True, signers=["staff", "manager"], unsigned_reason="出差")
    assert chain.state.stage == "to_sign"
    chain.sign("manager", START)
    assert chain.state.stage == "done"
