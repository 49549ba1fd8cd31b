"""A day with the app on a phone and no server: done offline, there after a kill, and sent when the server is back."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest
from playwright.sync_api import Browser
from sqlalchemy import select

from app.actions import Session
from app.actions.models import Saved, TicketForm
from app.domain.rules.state import INTACT
from app.domain.subjects.ticket import state as st
from app.domain.subjects.visit import VISIT
from app.store.queries import CardFilter
from sync_server.store import tables
from sync_server.store.people import accounts
from tests.browser.web_day import PATIENCE_MS, WebDay, web_day
from tests.support.field_estate import PEOPLE
from tests.support.flet_driver import AppDriver

ADDRESS: Final = "3栋2单元1501"
NEXT_DOOR: Final = "3栋2单元1602"


@pytest.fixture
def day(chromium: Browser, fresh_url: str, tmp_path: Path, web_tree: Path) -> Iterator[WebDay]:
    """The offline web app's day, on each kind of store."""
    with web_day(chromium, fresh_url, tmp_path, web_tree) as running:
        yield running


def repair(phone: AppDriver, ticket: str) -> None:
    """From 接单 to the resident's signature, with a material of the resident that fails (A.2-A.7)."""
    phone.tap(f"ticket-{ticket}")
    phone.see("接单")
    phone.tap("main-action")
    phone.see_id("clock-on_site")
    phone.tap("main-action")
    phone.see("记录实际情况")
    phone.tap("main-action")
    phone.see("更换水龙头")
    phone.tap("main-action")
    phone.see("请您确认价格")
    phone.tap("main-action")
    phone.see("没有自带材料，开始维修")
    phone.tap("second-action")
    phone.tap("material-角阀")
    phone.tap("verdict-fail")
    phone.tap("material-remarks-phrase-2")
    phone.tap("material-warned")
    phone.tap("decides-use_anyway")
    phone.tap("main-action")
    phone.see("材料已检查，开始维修")
    phone.tap("main-action")
    phone.see("填写费用")
    phone.tap("main-action")
    phone.see("住户同意的价格：¥30")
    phone.tap("main-action")
    phone.see("住户试用，一切正常")
    phone.tap("main-action")
    phone.see_id("signing")
    phone.sign()
    phone.agree()
    phone.see("签名有效")


def visit(phone: AppDriver, household: str) -> None:
    """Who was met, what was said, the signature (E)."""
    phone.go(f"/household/{household}")
    phone.see_id("household")
    phone.tap("main-action")
    phone.tap("met-0")
    phone.tap("said-phrase-2")
    phone.tap("main-action")
    phone.see_id("signing")
    phone.sign()
    phone.agree()
    phone.see("走访已保存，住户已签名")


def also_a_steward(day: WebDay, person: str) -> None:
    """In a small company one person repairs and visits."""
    member = PEOPLE[person]
    with day.server.store.numbered() as write:
        number = tables.staff.c.number == member.number
        staff_id = write.connection.execute(select(tables.staff.c.id).where(number)).scalar_one()
        buildings = tuple(write.connection.execute(select(tables.buildings.c.id)).scalars())
        accounts.put_staff(
            write, staff_id=staff_id, number=member.number, name=member.name, login=member.login,
            held=("repair_worker", "steward"), buildings=buildings,
        )  # fmt: skip


def test_a_day_without_a_server_survives_a_kill_and_goes_up_whole(day: WebDay) -> None:
    also_a_steward(day, "worker")
    home, next_door = day.household_id(ADDRESS), day.household_id(NEXT_DOOR)

    async def listed(desk: Session) -> Saved:
        item = next(item.id for item in desk.tickets.price_items("S01"))
        worker = next(member.id for member in desk.staff_list() if member.number == PEOPLE["worker"].number)
        form = TicketForm(content="厨房水龙头漏水", household_id=home, listed=True, item_id=item)
        return await desk.tickets.open(form, assign_to=worker)

    ticket = day.act("desk", listed).subject_id
    phone = day.signed_in("worker")
    phone.see_id(f"ticket-{ticket}")
    day.server.stop()

    repair(phone, ticket)
    visit(phone, next_door)
    day.pocket.kill()

    phone = day.pocket.open()
    phone.see_id("today", timeout_ms=PATIENCE_MS)
    phone.see("没有网络", timeout_ms=PATIENCE_MS)
    phone.go(f"/ticket/{ticket}")
    phone.see("签名有效")
    phone.go(f"/household/{next_door}")
    phone.see("楼道卫生")
    day.server.start()
    phone.see("全部已上传", timeout_ms=2 * PATIENCE_MS)

    desk = day.desk()
    view = desk.tickets.view(ticket)
    assert (view.state.stage, view.state.signature) == (st.DONE, INTACT)
    material = view.state.materials[0]
    assert (material["verdict"], material["warned"], material["choice"]) == ("fail", True, "use_anyway")
    (card,) = desk.cards(CardFilter(type=VISIT, household_id=next_door))
    assert desk.visits.view(card.id).state.stage == "signed"
    with day.server.store.read() as connection:
        unfinished = select(tables.blobs.c.hash).where(tables.blobs.c.complete_at.is_(None))
        assert connection.execute(unfinished).all() == []
    for page in day.pocket.pages:
        page.clean()
