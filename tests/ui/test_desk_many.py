"""Several rows of the desk's table marked by mouse or keys, and one thing done to all of them with one question."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from functools import partial
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.actions import CardFilter
from app.actions.follow_ups import FollowUpForm, PlanForm
from app.actions.models import JobForm, MatterForm, TicketForm
from app.actions.session import Session
from app.domain.subjects.follow_up.kinds import FOLLOW_UP
from app.domain.subjects.job.kinds import JOB
from app.domain.subjects.matter.kinds import MATTER
from app.domain.subjects.ticket.kinds import TICKET
from app.domain.times import DAY, HOUR
from app.domain.wire.errors import ALREADY_OVER, DISK_FULL, Problem
from app.ui.screens.desk.wide.many import carry_out, told
from app.ui.screens.desk.wide.marking import AT_ONCE, Marks
from app.ui.subjects import face_of
from app.ui.subjects.together import Said, Together
from tests.actions.phones import DESK, OTHER_WORKER, SERVICE, STEWARD, SUPERVISOR, WORKER, phone_of, uid
from tests.actions.test_session import HOME, Team
from tests.support.screens import Seen, screens

ORDER = tuple("abcdefgh")


@given(st.lists(st.sampled_from([-1, 1]), max_size=12), st.integers(0, 7), st.sets(st.sampled_from("abcdefgh")))
def test_shift_marks_from_where_it_began_to_where_it_is(steps: list[int], first: int, before: set[str]) -> None:
    """Going back takes away again what going on had marked."""
    marks, at = Marks(frozenset(before)), first
    for by in steps:
        to = max(0, min(len(ORDER) - 1, at + by))
        marks, at = marks.moved(ORDER, at, to), to
    if steps:
        between = set(ORDER[min(first, at) : max(first, at) + 1])
        assert between <= marks.ids <= between | before


def test_all_is_all_that_is_shown_and_once_more_none() -> None:
    assert Marks().all(ORDER).ids == frozenset(ORDER)
    assert Marks().turned("c").all(ORDER).all(ORDER) == Marks()
    assert len(Marks().all([str(n) for n in range(AT_ONCE + 9)]).ids) == AT_ONCE


# -- with keys -----------------------------------------------------------------------------------


def _struck(seen: Seen, said: SimpleNamespace, _: object) -> Any:
    page: Any = seen.page
    return page.on_keyboard_event(said)


async def press(seen: Seen, *keys: str) -> None:
    """Press keys as a keyboard does: "x", "Shift+Arrow Down", "Ctrl+A"."""
    for key in keys:
        held, _, name = key.rpartition("+")
        said = SimpleNamespace(key=name, ctrl=held == "Ctrl", shift=held == "Shift", alt=False, meta=False)
        await seen.event(partial(_struck, seen, said), None)


def opened(team: Team, *contents: str, **form: Any) -> list[str]:
    """Tickets that the desk opened, given to nobody."""
    made = [TicketForm(content, household_id=HOME, channel="phone", **form) for content in contents]
    return [team.do(team[DESK].tickets.open(one)).subject_id for one in made]


def marked(seen: Seen) -> str:
    return next((line for line in seen.words().splitlines() if line.startswith("已选")), "")


def kinds_of(session: Session, type_: str, id_: str) -> list[str]:
    return [step.kind for step in session.steps_of(type_, id_)]


def test_rows_are_marked_taken_over_and_assigned_without_a_mouse(tmp_path: Path) -> None:
    """A.1, A.2: one question for all, one entry for each."""
    team = Team(tmp_path)
    tickets = opened(team, "灯不亮", "水管漏水", "门锁坏了")

    async def go() -> None:
        async with screens(team[SUPERVISOR], "/desk", width=1366) as seen:
            await press(seen, *["Shift+Arrow Down"] * 3, "Shift+Arrow Up")
            assert marked(seen) == "已选 2 条"
            await press(seen, "Escape", "x")
            assert marked(seen) == "已选 1 条"
            await press(seen, " ", "Ctrl+A")
            assert marked(seen) == "已选 3 条"
            await press(seen, "1", "Ctrl+Enter")
            await seen.rest()
            assert marked(seen) == ""
            await press(seen, "Ctrl+A", "1")
            await seen.tap_over(f"many-whom-{OTHER_WORKER}")
            await press(seen, "Ctrl+Enter")
            await seen.rest()

    asyncio.run(go())
    for ticket in tickets:
        assert kinds_of(team[SUPERVISOR], TICKET, ticket) == ["ticket_opened", "received", "assigned"]
        assert team[SUPERVISOR].tickets.view(ticket).state.assignee == OTHER_WORKER


def test_only_what_fits_all_is_offered_and_what_fits_some_leaves_the_others_out(tmp_path: Path) -> None:
    """A.8: what is confirmed is what was marked, never a part of it in silence."""
    team = Team(tmp_path)
    lamp = TicketForm("大堂灯不亮", ticket_kind="public_repair", address="3栋大堂", channel="phone")
    done = team.do(team[DESK].tickets.open(lamp, assign_to=WORKER)).subject_id
    for verb in ("accept", "arrive"):
        team.do(getattr(team[WORKER].tickets, verb)(done))
    team.do(team[WORKER].tickets.finish(done, "换了灯管", True))
    opened(team, "灯不亮")

    async def go() -> None:
        async with screens(team[SUPERVISOR], "/desk", width=1366) as seen:
            await press(seen, "Ctrl+A")
            assert "many-confirm" not in seen.ids()
            await seen.tap("only-confirm")
            assert marked(seen) == "已选 1 条"
            await seen.tap("many-confirm")
            assert "确认：1 条？" in seen.told()
            await seen.tap_over("desk-many-yes")
            await seen.rest()

    asyncio.run(go())
    assert team[SUPERVISOR].tickets.view(done).state.stage == "confirmed"


def test_what_is_not_done_is_told_by_its_number_and_why_and_the_others_are_done(tmp_path: Path) -> None:
    team = Team(tmp_path)
    over, kept = opened(team, "灯不亮", "水管漏水")

    async def go() -> None:
        async with screens(team[SUPERVISOR], "/desk", width=1366) as seen:
            await press(seen, "Ctrl+A", "1")
            team.share(await team[DESK].tickets.void(over, "重复登记"))
            await seen.tap_over("desk-many-yes")
            await seen.rest()
            assert "有 1 条没有签收" in seen.told() and "3栋2单元1501" in seen.told()
            assert "另外 1 条已保存" in seen.told()

    asyncio.run(go())
    assert kinds_of(team[SUPERVISOR], TICKET, over) == ["ticket_opened", "voided"]
    assert kinds_of(team[SUPERVISOR], TICKET, kept)[-1] == "received"


def test_a_full_disk_ends_it_and_says_so_of_the_rest(tmp_path: Path) -> None:
    team = Team(tmp_path)
    boss = team[SUPERVISOR]
    cards = [boss.card(TICKET, id_) for id_ in opened(team, "灯不亮", "水管漏水", "门锁坏了")]
    tried: list[str] = []

    async def do(_: Session, card: Any, __: Said, ___: str) -> None:
        tried.append(card.id)
        raise Problem(DISK_FULL if len(tried) == 2 else ALREADY_OVER)

    what = Together("receive", "签收", "", [card for card in cards if card is not None], do)
    failed = asyncio.run(carry_out(boss, what, Said(), boss.new_id()))
    assert len(tried) == 2 and [problem.kind for _, problem in failed] == [ALREADY_OVER, DISK_FULL, DISK_FULL]
    assert len(told(failed, "zh").splitlines()) == 2


# -- of every type -------------------------------------------------------------------------------


def done_jobs(boss: Session) -> list[str]:
    """Jobs of the supervisor's own department, finished and confirmed by phone."""
    made = []
    for content in ("张贴通知", "搬运物品"):
        form = JobForm(content, "完成后拍照", boss.now() + HOUR, SERVICE, address="大堂")
        job = asyncio.run(boss.jobs.send(form)).subject_id
        asyncio.run(boss.record(JOB, job, "job_accepted", {}))
        asyncio.run(boss.record(JOB, job, "job_finished", {"process": "贴好", "result": "完成"}))
        asyncio.run(boss.record(JOB, job, "job_confirmed_by_phone", {"name": "张伟", "reason": "公共区域"}))
        made.append(job)
    return made


def asked_follow_ups(boss: Session) -> list[str]:
    """Follow-ups that were asked by phone and wait for an opinion."""
    made = []
    for about in ("中秋送月饼", "新入住"):
        form = PlanForm(about, boss.now() + 2 * DAY, source="festival", household_id=HOME, owner_id=SERVICE)
        one = asyncio.run(boss.follow_ups.plan(form)).subject_id
        asked = FollowUpForm(one, boss.new_id(), "phone", name="张伟", satisfied=True, said="很好", settled=True)
        asyncio.run(boss.follow_ups.record(asked))
        made.append(one)
    return made


def matters(boss: Session) -> list[str]:
    """Suggestions that nobody handles yet."""
    forms = [
        MatterForm("suggestion", said, household_id=HOME, contact_name="张伟") for said in ("装减速带", "多设长椅")
    ]
    return [asyncio.run(boss.matters.open(form)).subject_id for form in forms]


@pytest.mark.parametrize(
    ("type_", "make", "act", "whom", "words", "kind"),
    [
        (JOB, done_jobs, "confirm", "", "", "job_confirmed"),
        (FOLLOW_UP, asked_follow_ups, "review", "", "同意", "follow_up_reviewed"),
        (MATTER, matters, "own", STEWARD, "本楼管家跟进", "owned"),
    ],
)
def test_each_type_says_what_is_done_to_several(
    tmp_path: Path, type_: str, make: Callable[[Session], list[str]], act: str, whom: str, words: str, kind: str
) -> None:
    """B.4, D.6, C.2: by the verb that does it to one, and the same answer on each."""
    boss = phone_of(tmp_path, SERVICE)
    ids = make(boss)

    async def go() -> None:
        async with screens(boss, "/desk", width=1366) as seen:
            await seen.tap(f"type-{type_}")
            await press(seen, "Ctrl+A")
            await seen.tap(f"many-{act}")
            if words:
                await press(seen, "Ctrl+Enter")
                assert kind not in kinds_of(boss, type_, ids[0]), "nothing is done before it is answered"
                field = next(one for one in seen.controls(everywhere=True) if getattr(one, "multiline", False))
                await seen.event(field.on_change, SimpleNamespace(value=words), data=words)  # type: ignore[attr-defined]
            if whom:
                await seen.tap_over(f"many-whom-{whom}")
            await press(seen, "Ctrl+Enter")
            await seen.rest()

    asyncio.run(go())
    for one in ids:
        assert kinds_of(boss, type_, one).count(kind) == 1
        assert not boss.state(type_, one).flags


def test_flags_of_several_records_are_settled_with_one_question(tmp_path: Path) -> None:
    team = Team(tmp_path)
    tickets = [team.ticket(), team.ticket()]
    for ticket in tickets:
        moved = asyncio.run(team[SUPERVISOR].tickets.assign(ticket, OTHER_WORKER))
        late = asyncio.run(team[WORKER].tickets.accept(ticket))
        team.share(moved, late)
    desk = team[DESK]
    assert desk.flag_count() == 2
    cards = desk.cards(CardFilter(flagged=True))
    (accept, aside) = [one for one in face_of(TICKET).together(desk, cards) if one.id.startswith("flags-")]
    assert [len(accept.fits), len(aside.fits)] == [2, 2]
    assert asyncio.run(carry_out(desk, aside, Said(words="已改派"), desk.new_id())) == []
    assert desk.flag_count() == 0


def test_what_can_be_done_is_judged_in_the_table_by_its_key(tmp_path: Path) -> None:
    """A.2: the form opens where the ticket stood, and the table stays."""
    team = Team(tmp_path)
    opened(team, "墙面渗水", listed=False)

    async def go() -> None:
        async with screens(team[SUPERVISOR], "/desk", width=1366) as seen:
            await press(seen, "Arrow Down", "a")
            assert "judge" in seen.ids() and "desk-table" in seen.ids()

    asyncio.run(go())


def test_a_record_beside_the_table_is_judged_without_leaving_it(tmp_path: Path) -> None:
    """D.6: the key for what comes next asks right there, and no key opens the page."""
    boss = phone_of(tmp_path, SERVICE)
    first, _ = asked_follow_ups(boss)

    async def go() -> None:
        async with screens(boss, "/desk", width=1366) as seen:
            await seen.tap(f"type-{FOLLOW_UP}")
            await seen.tap(f"row-{first}")
            assert "do-review" in seen.ids()
            await press(seen, "Ctrl+Enter", "a")
            assert seen.path == "/desk" and "审阅：1 条？" in seen.told()

    asyncio.run(go())


# -- duties and keys -----------------------------------------------------------------------------


def test_duties_stand_in_a_table_and_visits_are_handed_over_and_excused_there(tmp_path: Path) -> None:
    """D.1: what is owed is worked out, found by door, person and owner, and changed where it stands."""
    boss = phone_of(tmp_path, SERVICE)
    owed = [one for one in boss.duties.of_month() if one.owed]
    at_home = next(one for one in owed if one.about[1] == HOME)

    async def go() -> None:
        async with screens(boss, "/desk", width=1366) as seen:
            await seen.tap("type-duty")
            assert len([id_ for id_ in seen.ids() if id_.startswith("row-")]) == len(owed)
            await seen.tap(f"row-{at_home.id}")
            assert "13800138001" in seen.words() and "本月走访" in seen.words()
            await press(seen, "x")
            await seen.tap("many-excuse")
            field = next(one for one in seen.controls(everywhere=True) if getattr(one, "multiline", False))
            await seen.event(field.on_change, SimpleNamespace(value="全家外出"), data="全家外出")  # type: ignore[attr-defined]
            await press(seen, "Ctrl+Enter")
            await seen.rest()
            assert f"row-{at_home.id}" not in seen.ids()
            await seen.tap("desk-ended")
            assert f"row-{at_home.id}" in seen.ids() and "全家外出" in seen.words()

    asyncio.run(go())
    assert at_home.id not in {one.id for one in boss.duties.of_month() if one.owed}


@pytest.mark.parametrize("text", ["3-2-1502", "单雄", "sx", "9002", "李静 1502"])
def test_a_duty_is_found_by_door_person_phone_and_who_owes_it(tmp_path: Path, text: str) -> None:
    boss = phone_of(tmp_path, SERVICE)
    found = face_of("duty").listed(boss, False, text)
    assert found is not None and {card.household_id for card in found} == {uid("home", "3栋2单元1502")}
