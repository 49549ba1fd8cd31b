"""Notices (P): who releases one, at which places it has to hang and until when, what is owed there, what hangs there
now."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some

from app.domain.rules import notices
from app.domain.rules.duties import Duty, Facts, duties
from app.domain.rules.duty_rules import read_rules, standard
from app.domain.rules.notices import Board, Hanging, Hung, Notice
from app.domain.rules.workdays import WEEKDAYS
from app.domain.subjects import subject_of
from app.domain.subjects.case.kinds import CASE
from app.domain.subjects.fold import fold
from app.domain.subjects.notice import NOTICE, NoticeState, notice_of
from app.domain.times import DAY, HOUR, at_china
from app.domain.wire.entries import Entry
from app.domain.wire.errors import Problem

NOW = at_china(date(2026, 3, 2), 9)
LAST = date(2026, 3, 9)
FORMS = frozenset((("notice_posted", ""), ("notice_letterbox", "")))
DRAFT: dict[str, Any] = {"notice_kind": "works", "title": "电梯检修", "words": "明天检修。", "until": LAST.isoformat()}
ONE = Notice("n-1", "电梯检修", "works", LAST, "", (), False, NOW, NOW + DAY)
HOUSES = {id_: Board(id_, "board", name, id_, "", f"steward-{id_}") for id_, name in (("b1", "1栋"), ("b2", "2栋"))}
LOBBY = Board("p-1", "board", "1栋大堂", "b1", "", "steward-b1", NOW - DAY)


def folded(*steps: tuple[str, dict[str, Any]], by: str = "li") -> NoticeState:
    """A notice after these entries, an hour apart."""
    entries = [
        Entry(f"e-{n}", kind, NOTICE, "n-1", body, by, "d", n, NOW + n * HOUR) for n, (kind, body) in enumerate(steps)
    ]
    state = fold(NOTICE, entries)
    assert isinstance(state, NoticeState)
    return state


def released(**more: Any) -> tuple[str, dict[str, Any]]:
    """The entry of a release."""
    return "notice_released", {"post_by": NOW + DAY, **more}


def places(notice: Notice, hung: dict[str, Hung] | None = None, *boards: Board) -> list[Hanging]:
    """A notice at each of its places, where building 1 has a board in its lobby and building 2 has none."""
    return list(notices.hangings([notice], notices.boards_of(HOUSES, boards or (LOBBY,)), hung or {}))


def owed(listed: list[Hanging], now: int) -> list[Duty]:
    """What is owed of notices."""
    return duties(standard(), Facts(forms=FORMS, hangings=listed), now)


@pytest.mark.proves("P1")
def test_a_draft_is_released_by_a_supervisor_and_where_prices_change_by_the_manager_alone() -> None:
    subject = subject_of(NOTICE)
    state = folded(("notice_drafted", DRAFT), released())
    assert (state.stage, subject.audience(state), state.flags) == ("released", {"estate"}, [])
    prices = {**DRAFT, "prices": True}
    unaware = folded(("notice_drafted", prices), released())
    assert unaware.stage == "draft" and [flag.reason for flag in unaware.flags] == ["out_of_order"]
    release = Entry("e", "notice_released", NOTICE, "n-1", released(prices=True)[1], "li", "d", 1, NOW)
    assert not subject.may({"service_supervisor"}, release, []) and subject.may({"manager"}, release, [])
    card = subject.card(unaware)
    assert [subject.move(card, "li", {post}) for post in ("service_supervisor", "manager")] == [None, "release"]
    assert folded(("notice_drafted", prices), released(prices=True)).stage == "released"


def test_what_was_released_is_not_changed_any_more_only_withdrawn() -> None:
    changed = ("amended", {"target_id": "e-0", "body": {**DRAFT, "title": "停电"}, "reason": "x"})
    before = folded(("notice_drafted", DRAFT), changed, released())
    after = folded(("notice_drafted", DRAFT), released(), changed)
    assert (before.body["title"], len(before.flags)) == ("停电", 0)
    assert [flag.reason for flag in after.flags] == ["already_over"]
    gone = folded(("notice_drafted", DRAFT), released(), ("notice_withdrawn", {"reason": "改期"}))
    found = notice_of(gone)
    assert gone.stage == "withdrawn" and found is not None and found.over_at == NOW + 2 * HOUR
    assert notice_of(folded(("notice_drafted", DRAFT))) is None
    with pytest.raises(Problem):  # an outage says from when
        from app.domain.subjects.kinds import check_body

        check_body("notice_drafted", {**DRAFT, "notice_kind": "outage"})


@pytest.mark.proves("P1")
def test_it_is_owed_at_each_board_of_its_buildings_and_an_urgent_one_in_every_letterbox() -> None:
    plain, urgent = places(ONE), places(replace(ONE, urgent=True))
    assert [(one.board.name, one.board.sort) for one in plain] == [("1栋大堂", "board"), ("2栋", "board")]
    assert {(one.board.name, one.board.sort) for one in urgent} == {
        ("1栋大堂", "board"), ("1栋", "letterbox"), ("2栋", "board"), ("2栋", "letterbox")
    }  # fmt: skip
    assert [one.board.name for one in places(replace(ONE, buildings=("b1",)))] == ["1栋大堂"]
    assert places(replace(ONE, estate="other")) == []
    found = owed(urgent, NOW)
    assert {(one.owner, one.form, one.due) for one in found} == {
        (f"steward-{house}", form, NOW + DAY) for house in HOUSES for form in ("notice_posted", "notice_letterbox")
    }
    assert all(one.owed for one in found) and len({one.id for one in found}) == 4
    done = {plain[0].id: Hung(NOW + HOUR, "li")}
    first, second = owed(places(ONE, done), NOW + 2 * HOUR)
    assert (first.owed, second.owed, second.standing(NOW + 2 * HOUR)) == (True, False, "done")
    assert owed(plain, at_china(LAST + timedelta(days=1), 1)) == [], "what is over is not posted any more"
    assert duties(standard(), Facts(hangings=plain), NOW) == [], "nobody owes a form that is not published"


def test_a_board_that_is_written_down_later_has_until_that_evening() -> None:
    new = replace(LOBBY, id="p-2", since=NOW + 3 * DAY)
    (at,) = [one for one in places(ONE, {}, new) if one.board.id == "p-2"]
    assert at.post_by == at_china(date(2026, 3, 5), 23, 59)


@pytest.mark.proves("P2")
def test_a_board_shows_what_should_hang_there_now_and_what_has_to_come_down() -> None:
    at, after = NOW + 3 * DAY, at_china(LAST + timedelta(days=1), 0)
    two = replace(ONE, id="n-2", title="停水", until=LAST + timedelta(days=5))
    listed = [*places(ONE), *places(two)]
    hung = {listed[0].id: Hung(NOW + HOUR, "li")}
    listed = [*places(ONE, hung), *places(two, hung)]
    board = notices.at_boards(listed, at)["p-1"]
    stands = [(one.notice.title, one.standing(at)) for one in board]
    assert stands == [("停水", "to_post"), ("电梯检修", "hangs")]
    board = notices.at_boards(listed, after)["p-1"]
    assert [one.standing(after) for one in board] == ["to_remove", "to_post"]
    other = [notices.at_boards(listed, when)["b2"] for when in (at, after)]
    assert [len(board) for board in other] == [2, 1], "what was missed and is over, is over"
    down = {listed[0].id: Hung(NOW + HOUR, "li", after + HOUR, "li")}
    board = notices.at_boards(places(ONE, down) + places(two), after + DAY)["p-1"]
    assert [one.notice.title for one in board] == ["停水"]


@given(
    some.integers(0, 20 * DAY), some.none() | some.integers(0, 20 * DAY), some.none() | some.integers(0, 20 * DAY),
    some.none() | some.integers(0, 20 * DAY), some.sampled_from(notices.SORTS),
)  # fmt: skip
def test_at_any_time_it_stands_in_one_way_and_nothing_hangs_for_good(
    after: int, posted: int | None, removed: int | None, withdrawn: int | None, sort: str
) -> None:
    notice = replace(ONE, withdrawn_at=None if withdrawn is None else NOW + withdrawn)
    hung = None
    if posted is not None:
        hung = Hung(NOW + posted, "li", None if removed is None else NOW + posted + removed)
    one, now = Hanging("h", notice, replace(LOBBY, sort=sort), hung), NOW + after
    stands, over = one.standing(now), now >= notice.over_at
    assert (stands in (notices.TO_REMOVE, notices.REMOVED, notices.MISSED, notices.DELIVERED)) or not over
    if stands == notices.TO_REMOVE:
        assert hung is not None and hung.at <= now and (hung.removed_at is None or hung.removed_at > now)
    assert notice.remove_by >= notice.over_at - DAY and notice.remove_by <= notices.remove_by(LAST)
    assert bool(owed([one], now) and owed([one], now)[0].owed) == (stands == notices.TO_POST)


def posting(*steps: tuple[str, date]) -> Any:
    """The case of a posting after these steps."""
    shared = {"form": "0" * 64, "version": "1", "title": "张贴通知", "case": "notice", "facts": {"started": 1},
              "shown": [], "address": "1栋大堂"}  # fmt: skip
    entries = [
        Entry(
            f"e-{n}", "form_filled", CASE, "c-1",
            shared | {"form_id": f"notice_{step}", "step": step, "ends": step == "removed"}
            | ({"after": ["posted"]} if step == "removed" else {})
            | {"answers": {"heading": "电梯检修", "until": LAST.isoformat()} if step == "posted" else {"photo": "p"}},
            "li", "d", n, at_china(day, 10),
        )
        for n, (step, day) in enumerate(steps)
    ]  # fmt: skip
    return fold(CASE, entries)


@pytest.mark.proves("P1")
def test_whoever_posted_it_owes_its_removal_by_the_end_of_the_day_after_its_last() -> None:
    case = subject_of(CASE)
    hangs = posting(("posted", date(2026, 3, 2)))
    card = case.card(hangs)
    (duty,) = case.owed(card)
    assert (duty.clock, duty.owner, duty.due) == ("notice_removal", "li", at_china(date(2026, 3, 10), 23, 59))
    assert case.move(card, "li", {"steward"}) is None, "a duty on its day, not a card on 今日 from the first"
    late = posting(("posted", date(2026, 3, 2)), ("removed", date(2026, 3, 12)))
    (clock,) = case.clocks(late)
    assert (late.flags, clock.met_at, (clock.met_at or 0) > clock.due) == ([], at_china(date(2026, 3, 12), 10), True)
    assert case.owed(case.card(late)) == []


def test_by_when_it_is_told_is_the_companys_setting() -> None:
    said = standard().of_notices()
    ours = read_rules(
        '[[rule]]\nname = "told"\nfor = "notice"\nwhen = "urgent"\nwithin = "2 hours"\nowner = "steward"\n'
        'done = "posting"'
    ).of_notices()
    assert ours["urgent"].within is not None and ours["urgent"].within.until(NOW, WEEKDAYS) == NOW + 2 * HOUR
    assert ours["released"] == said["released"], "what a company's rules say nothing of stays as it was"
    assert said["released"].within is not None
    assert said["released"].within.until(NOW, WEEKDAYS) == at_china(date(2026, 3, 3), 23, 59)
    with pytest.raises(Problem):
        read_rules(
            '[[rule]]\nname = "x"\nfor = "household"\nwhen = "move_in"\nwithin = "2 hours"\nowner = "steward"\n'
            'done = "visit"'
        )
