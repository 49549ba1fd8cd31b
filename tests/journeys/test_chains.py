"""Chains with rules in code on phones and a real server: goods and passes at the gate, a deposit that goes back,
receipts that finance signs (K3, K5, N2-N4, O5)."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace
from datetime import date

import flet as ft
import pytest
from sqlalchemy import select

from app.actions import Session
from app.actions.form_draft import Where
from app.device.opencv import OpenCv
from app.domain.rules.photos import photo_of
from app.domain.subjects.case import CaseCard
from app.domain.subjects.case.chains import chain_of
from app.domain.subjects.case.kinds import CASE
from app.domain.times import DAY, HOUR, china_day
from app.domain.wire.canonical import sha256_hex
from app.domain.wire.errors import Problem
from app.store.queries import CardFilter
from app.ui.qr import qr_png
from app.ui.subjects.case.paths import FORMS, WATCHED, fill_path, path_of
from sync_server.bills.reading import Row
from sync_server.store import tables as t
from sync_server.store.estate import unpaid
from sync_server.store.subjects.case.tables import cases
from sync_server.store.subjects.matter import matters
from tests.forms.built_in import finish
from tests.journeys.conftest import Clock, MakeTown, Town
from tests.support.field_work import signature
from tests.support.filled import built_in, fill, open_form, sign_all
from tests.support.forms import publish
from tests.support.pictures import picture
from tests.support.screens import screens

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
        again = await fill(other, "goods_gate_code", Where(address="西门"), code=code)
        await sent(desk, gate)
        assert [standing(desk, one) for one in (permit, out)] == ["", ""]
        assert standing(gate, out) == "" and reasons(desk, out) == reasons(desk, permit) == []
        await sent(other)
        with pytest.raises(Problem, match="permit_used"):
            await fill(other, "goods_gate", at_home(town), permit, counted="same")
        await sent(desk)
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


@pytest.mark.proves("K3")
def test_the_gate_looks_a_pass_up_by_number_or_name_without_a_network(town: Town) -> None:
    publish(town.server.store, *built_in("decoration_filing", "decoration_passes"))
    town.staff["g1"] = town.server.add_staff("g1", "guard", name="G1")

    async def play() -> None:
        desk, gate = await town.phone("d1"), await town.phone("g1")
        case = await fill(desk, "decoration_filing", at_home(town), who="owner", kind="simple",
                          papers="leader workers")  # fmt: skip
        rows = [{"number": "P1", "name": "赵六"}, {"number": "P2", "name": "钱七"}]
        await give(desk, case, at_home(town), "issued", rows)
        await sent(desk, gate)
        async with screens(gate, WATCHED):
            await sent(gate, gate)
        photos = [step.entry for step in gate.steps_of(CASE, case) if photo_of(step.entry) is not None]
        assert len(photos) == 2 and all(gate.photos.thumbnail(one) for one in photos), "workers' small pictures, too"
        for words, there in (("p2", "P2 钱七"), ("赵六", "P1 赵六")):
            async with screens(gate, WATCHED) as seen:
                await seen.type("watched-find", words)
                await asyncio.sleep(0.3)
                assert there in seen.words() and "、" not in seen.words().split(there)[1].splitlines()[0]
        await fill(desk, "decoration_passes", at_home(town), case, what="lost", **{"pass": rows[1:]})
        await sent(desk, gate)
        async with screens(gate, WATCHED) as seen:
            await seen.type("watched-find", "P2")
            await asyncio.sleep(0.3)
            assert "P2 钱七（已挂失）" in seen.words()

    asyncio.run(play())


async def give(desk: Session, case: str, where: Where, what: str, rows: list[dict[str, str]]) -> None:
    """Give passes out, each with a photo of the worker that was really taken."""
    draft, filling = open_form(desk, "decoration_passes", where, case)
    filling.answer(filling.find("what"), what)
    for number, said in enumerate(rows):
        row = filling.add_row(filling.root, "pass")
        shot = picture(320 + number, 240)
        await desk.photos.hold(draft.once, shot, "record", once=desk.new_id())
        for name, value in (said | {"photo": sha256_hex(shot.data)}).items():
            filling.answer(row.kids[name][0], value)
    finish(filling)
    await desk.cases.record(draft, filling)


@pytest.mark.proves("N2", "N3")
def test_the_gate_scans_a_permit_and_is_told_of_one_that_was_used(town: Town) -> None:
    """N.2, N.3: the QR code on the carrier's phone opens the permit; one that is not here yet goes out by its code; one
    that was used does not, neither scanned nor typed."""

    async def play() -> None:
        desk, gate, _ = await gates(town)
        permit = await fill(desk, "goods_permit", at_home(town), who="owner", agrees="phone",
                            goods=[{"what": "沙发", "number": "1"}])  # fmt: skip
        code = str(desk.card(CASE, permit).number)  # type: ignore[union-attr]
        async with screens(gate, "/scan") as seen:
            await seen.tap("scan-type")
            await seen.type("scan-code", code)
            await seen.tap("scan-go")
            assert seen.path == WATCHED and "没有找到" in seen.words()
            await seen.tap("by-code")
            assert code in [one.value for one in seen.controls() if isinstance(one, ft.TextField)]
        await sent(desk, gate)
        await scan(gate, code, permit, "沙发\n件数\n1")
        await fill(gate, "goods_gate", at_home(town), permit, counted="same")
        await scan(gate, code, permit, "已经用过，不能再放行")
        with pytest.raises(Problem, match="permit_used"):
            await fill(gate, "goods_gate_code", Where(address="东门"), code=code)
        assert gate.cases.permit("12345678") is None and gate.cases.permit("") is None

    asyncio.run(play())


async def scan(gate: Session, code: str, permit: str, says: str) -> None:
    """Scan the picture of a permit's code, as the carrier's phone shows it, from the gallery."""
    async with screens(gate, "/scan") as seen:
        hardware = replace(seen.ui.hardware, gallery=Shown(qr_png(code)), decoder=OpenCv())
        vars(seen.ui)["hardware"] = hardware
        await seen.tap("scan-gallery")
        await seen.rest()
        assert seen.path == path_of(permit) and says in seen.words()


@dataclass
class Shown:
    """A gallery with one picture."""

    data: bytes

    async def pick(self) -> bytes:
        return self.data


@pytest.mark.proves("N4")
def test_arrears_stand_beside_a_permit_for_the_desk_and_never_at_the_gate(town: Town) -> None:
    """N.4: neither on the gate's screen nor in anything that its phone was sent."""
    with town.server.store.read() as connection:
        address = connection.scalar(select(t.households.c.address).where(t.households.c.id == town.home))
    with town.server.store.numbered() as write:
        owing, faults = unpaid.put(write, "", [Row(2, str(address), "2020-01", 123_45)], date(2026, 11, 20))
    assert owing.fen == 123_45 and not faults

    async def play() -> None:
        desk, gate, _ = await gates(town)
        form = desk.cases.latest("goods_permit")
        assert form is not None
        async with screens(desk, FORMS) as seen:
            seen.ui.go(fill_path(form.hash, desk.new_id()), form=form.hash, household=town.home, nowhere=False)
            await seen.rest()
            assert "截至 2026-11-20，欠费 123.45 元" in seen.words(), "told while it is filled in"
        permit = await fill(desk, "goods_permit", at_home(town), who="owner", agrees="phone",
                            goods=[{"what": "沙发", "number": "1"}])  # fmt: skip
        await sent(desk, gate)
        for session, told in ((desk, True), (gate, False)):
            async with screens(session, path_of(permit)) as seen:
                assert ("123.45" in seen.words()) is told and ("arrears" in seen.ids()) is told
        assert "123.45" not in str([step.entry.body for step in gate.steps_of(CASE, permit)])
        assert gate.home(town.home) is None, "the gate has no households at all"

    asyncio.run(play())


@pytest.mark.proves("O5")
def test_finance_has_the_days_receipts_on_its_phone_and_signs_what_the_desk_handed_in(town: Town) -> None:
    publish(town.server.store, *built_in("cash_report"))
    for login, role in (("f1", "finance"), ("s1", "steward")):
        town.staff[login] = town.server.add_staff(login, role, name=login.upper())

    async def play() -> None:
        desk, finance, steward = [await town.phone(login) for login in ("d1", "f1", "s1")]
        line = [{"kind": "service", "receipts": "3", "yuan": "100.10"}, {"kind": "card", "receipts": "1", "yuan": "20"}]
        draft, filling = open_form(desk, "cash_report", Where(address="前台"))
        for said in line:
            row = filling.add_row(filling.root, "line")
            for name, value in said.items():
                filling.answer(row.kids[name][0], value)
        filling.answer(filling.find("handed_in"), "120")
        with pytest.raises(Problem, match="field_missing"):
            await desk.cases.record(draft, filling)
        filling.answer(filling.find("why"), "change")
        await desk.cases.record(draft, filling)
        report = draft.case_id
        await desk.sign(signature(desk.signing_content(CASE, report, CASE), "前台", "staff", "self"))
        await sent(desk, finance, steward)
        assert steward.card(CASE, report) is None, "nobody else is sent it"
        async with screens(finance, WATCHED) as seen:
            assert "前台交款，待财务签名" in seen.words() and "120.10 元，差 -0.10 元" in seen.words()
        await finance.sign(signature(finance.signing_content(CASE, report, CASE), "会计", "finance", "self"))
        await sent(finance, desk)
        assert finance.cases.watched() == {} and not desk.cases.view(report).state.to_sign
        assert reasons(desk, report) == [] and desk.cases.view(report).state.signature == "intact"

    asyncio.run(play())
