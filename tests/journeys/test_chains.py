"""Chains with rules in code on phones and a real server: goods at the gate, a deposit that goes back (K5, N2, N3)."""

from __future__ import annotations

import asyncio

import pytest
from sqlalchemy import select

from app.actions import Session
from app.actions.form_draft import Where
from app.domain.subjects.case import CaseCard
from app.domain.subjects.case.chains import chain_of
from app.domain.subjects.case.kinds import CASE
from app.domain.times import DAY, HOUR, china_day
from app.domain.wire.errors import Problem
from app.store.queries import CardFilter
from sync_server.store.subjects.case.tables import cases
from sync_server.store.subjects.matter import matters
from tests.journeys.conftest import Clock, MakeTown, Town
from tests.support.filled import built_in, fill, sign_all
from tests.support.forms import publish

PERMIT = ("goods_permit", "goods_gate", "goods_gate_code")


def at_home(town: Town) -> Where:
    return Where(household_id=town.home, building_id=town.building, address="3栋1单元1501")


async def sent(*sessions: Session) -> None:
    """Sync them in turn; nothing is refused."""
    for session in sessions:
        status = await session.sync_now()
        assert (status.waiting, status.refused) == (0, 0)


def reasons(session: Session, case_id: str) -> list[str]:
    return [flag.reason for flag in session.state(CASE, case_id).flags]


async def gates(town: Town) -> tuple[Session, Session, Session]:
    """A desk and two guards, who have the forms."""
    publish(town.server.store, *built_in(*PERMIT))
    for login in ("g1", "g2"):
        town.staff[login] = town.server.add_staff(login, "guard", name=login.upper())
    desk, one, two = [await town.phone(login) for login in ("d1", "g1", "g2")]
    await sent(desk, one, two)
    return desk, one, two


@pytest.mark.proves("N2")
def test_a_permit_used_at_two_gates_offline_is_told_to_both_and_the_desk(town: Town) -> None:
    async def play() -> None:
        desk, one, two = await gates(town)
        permit = await fill(desk, "goods_permit", at_home(town), who="owner", agrees="phone",
                            goods=[{"what": "沙发", "number": "1"}])  # fmt: skip
        code = str(desk.card(CASE, permit).number)  # type: ignore[union-attr]
        await sent(desk, one, two)
        (found,) = one.cards(CardFilter(type=CASE, text=code))
        assert found.id == permit and "沙发 1" in found.words(), "the gate finds it by its number, without a network"
        for gate in (one, two):
            await fill(gate, "goods_gate", at_home(town), permit, counted="same")
        with pytest.raises(Problem, match="permit_used"):
            await fill(one, "goods_gate", at_home(town), permit, counted="same")
        await sent(one, two, one, desk)
        assert [reasons(each, permit) for each in (one, two, desk)] == [["permit_used"]] * 3
        assert [flag.reason for flag in desk.flags()] == ["permit_used"]

    asyncio.run(play())


@pytest.mark.proves("N3")
@pytest.mark.parametrize("first", ["permit", "gate"])
def test_goods_let_out_by_a_code_are_matched_with_their_permit_whichever_comes_first(town: Town, first: str) -> None:
    async def play() -> None:
        desk, gate, other = await gates(town)
        permit = await fill(desk, "goods_permit", at_home(town), who="owner", agrees="phone",
                            goods=[{"what": "纸箱", "number": "6"}])  # fmt: skip
        code = str(desk.card(CASE, permit).number)  # type: ignore[union-attr]
        out = await fill(gate, "goods_gate_code", Where(address="东门"), code=code)
        assert standing(gate, out) == "to_check"
        await sent(*((desk, gate) if first == "permit" else (gate, desk)))
        await sent(desk, gate, other)
        assert [standing(desk, one) for one in (permit, out)] == ["", ""]
        assert standing(gate, out) == "" and reasons(desk, out) == reasons(desk, permit) == []
        with pytest.raises(Problem, match="permit_used"):
            await fill(other, "goods_gate", at_home(town), permit, counted="same")
        again = await fill(other, "goods_gate_code", Where(address="西门"), code=code)
        await sent(other, desk)
        assert reasons(desk, again) == ["permit_used"], "twice by its code: told at the desk"
        assert town.server.store.verify_everything() is not None

    asyncio.run(play())
    with town.server.store.read() as connection:
        rows = connection.execute(select(cases.c.number, cases.c.matched_id)).all()
    assert len({number for number, _ in rows}) == 1 and all(other for _, other in rows)


@pytest.mark.proves("N3")
def test_a_code_without_a_permit_is_flagged_once_the_time_is_over(make_town: MakeTown) -> None:
    clock = Clock()
    town = make_town(clock)

    async def play() -> None:
        desk, gate, _ = await gates(town)
        out = await fill(gate, "goods_gate_code", Where(address="东门"), code="12345672")
        await sent(gate)
        for ahead, expected in ((23 * HOUR, []), (25 * HOUR, ["permit_missing"]), (27 * HOUR, ["permit_missing"])):
            clock.ahead = ahead
            await desk.record(CASE, desk.new_id(), "form_filled", any_form(desk))
            await sent(desk, gate)
            assert reasons(gate, out) == expected

    asyncio.run(play())


def any_form(session: Session) -> dict[str, object]:
    """What makes a phone send something."""
    return {
        "form": "a" * 64, "form_id": "x", "title": "x", "facts": {"started": session.now()}, "answers": {},
        "shown": [], "address": "x",
    }  # fmt: skip


def standing(session: Session, case_id: str) -> str:
    card = session.card(CASE, case_id)
    assert card is not None
    extra = card.as_(CaseCard)
    return chain_of(extra.chain).standing(extra.known, china_day(session.now()))


@pytest.mark.proves("K5")
def test_an_open_breach_keeps_a_deposit_on_the_phone_and_is_found_by_the_server(make_town: MakeTown) -> None:
    """K.5: a phone that does not know of the breach lets it through; it is kept, and the desk is told."""
    clock = Clock()
    town = make_town(clock)
    publish(town.server.store, *built_in("decoration_filing", "decoration_breach", "decoration_final",
                                         "decoration_refund"))  # fmt: skip

    async def play() -> None:
        desk, other = await town.phone("d1"), await town.phone("d2")
        where, day = at_home(town), china_day(desk.now()).isoformat()
        case = await fill(desk, "decoration_filing", where, who="owner", kind="full", start=day, until=day,
                          papers="licence plans leader workers")  # fmt: skip
        await fill(desk, "decoration_final", where, case, found="no")
        await sent(desk, other)
        view = desk.cases.view(case)
        (refund,) = [one for one in view.next if one.id == "decoration_refund"]
        assert [one.zh[:6] for one in view.lacks[refund.hash]] == ["使用满 3 "], "named before anybody fills it in"
        for name in ("d1", "d2"):
            town.clocks[name].ahead = 93 * DAY
        clock.ahead = 93 * DAY
        breach = await fill(desk, "decoration_breach", where, case, rules="structure", order="now", signs="absent")
        await sign_all(desk, case)
        with pytest.raises(Problem) as caught:
            await fill(desk, "decoration_refund", where, case, leak="no", passes_issued="0", passes_back="0")
        assert "违规没有改完" in caught.value.message("zh")
        await sent(desk)
        await fill(other, "decoration_refund", where, case, leak="no", passes_issued="0", passes_back="0")
        await sent(other, desk)
        assert [reason for reason in reasons(desk, breach) if reason != "form_other_post"] == ["step_lacks"]
        checked = [step.entry.body for step in desk.steps_of(CASE, case) if step.kind == "form_checked"]
        (found,) = [body for body in checked if body["found"] == "lacks"]
        assert "违规没有改完" in found["why_zh"]

    asyncio.run(play())
    with town.server.store.read() as connection:
        assert connection.scalar(select(cases.c.refund_from)) is not None
        assert connection.scalar(select(matters.c["class"])) == "breach"
