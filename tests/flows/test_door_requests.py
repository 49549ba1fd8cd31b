"""What a resident asked by the card at their door, in the desk's window: called back, made a ticket, or none (X)."""

from __future__ import annotations

from uuid import uuid4

import pytest
from sqlalchemy import select

from app.domain.subjects.matter import state as st
from sync_server.door.pictures import made_anew
from sync_server.door.services import Service
from sync_server.store import tables
from sync_server.store.subjects import door_requests
from sync_server.store.subjects.door_requests import Asked, Door
from sync_server.store.subjects.matter import matters
from tests.support.field_day import FieldDay, choose_look
from tests.support.flat import picture as photo

DOOR = "3栋2单元1501"


def asked(
    day: FieldDay, wanted: str, words: str, phone: str = "", with_photo: bool = False, service: Service | None = None
) -> str:
    """A resident's request; its matter's id."""
    store = day.server.store
    with store.read() as connection:
        unit = connection.execute(select(tables.units).where(tables.units.c.address == DOOR)).one()
    door = Door("H00000000", unit.id, unit.building_id, DOOR, "", "荔园", "")
    shown = made_anew(photo()) if with_photo else None
    number = door_requests.ask(store, door, Asked(str(uuid4()), wanted, words, phone, shown, service), "192.0.2.1")
    with store.read() as connection:
        d = door_requests.door_requests.c
        return str(connection.scalar(select(d.matter_id).where(d.number == number)))


def row(day: FieldDay, matter: str) -> tuple[str, str | None]:
    """Its stage and ticket in the server's register."""
    with day.server.store.read() as connection:
        found = connection.execute(select(matters).where(matters.c.id == matter)).one()
    return found.stage, found.ticket_id


@pytest.mark.proves("X2")
def test_x_a_request_is_called_back_and_becomes_a_ticket(field_day: FieldDay) -> None:
    """One page says what and whom to call; one save confirms it and opens the ticket."""
    matter = asked(field_day, "repair", "厨房水管漏水，地上都是水", "138 0013 8001", with_photo=True)
    phone = field_day.phone("desk")
    phone.go("/matters")
    phone.see("未核实")
    phone.shot("door-request-register")
    phone.go(f"/matter/{matter}")
    phone.see("还没有核实")
    phone.see("扫码报修")
    phone.shot("door-request")
    phone.tap("main-action")
    phone.see_id("matter-confirm")
    phone.tap("who-0")
    phone.shot("door-request-confirm")
    phone.tap("main-action")
    phone.see("厨房水管漏水")
    phone.see_id("matter-ticket")
    phone.shot("door-request-ticket")
    field_day.read("desk", lambda s: s.matters.view(matter))
    stage, ticket = row(field_day, matter)
    assert (stage, ticket is not None) == (st.TO_HANDLE, True)


def test_x_a_prank_is_put_away_with_its_reason(field_day: FieldDay) -> None:
    matter = asked(field_day, "complaint", "<script>alert(1)</script> " + "吵" * 400)
    phone = field_day.phone("desk")
    choose_look(phone, "theme-dark", "scale-200")
    phone.go(f"/matter/{matter}")
    phone.see("还没有核实")
    phone.see("<script>alert(1)</script>")
    phone.shot("door-request-dark-large")
    phone.tap("main-action")
    phone.see_id("matter-confirm")
    phone.tap("second-action")
    phone.see_id("matter-dismiss")
    phone.tap("why-prank")
    phone.type_into("ask-dismiss", "住户说没有发过")
    phone.shot("door-request-dismiss-dark-large")
    phone.tap("main-action")
    phone.see("已办结")
    phone.see("恶作剧")


@pytest.mark.proves("X3")
def test_x_a_service_is_read_by_its_name_confirmed_by_a_call_and_closed_with_what_came_of_it(
    field_day: FieldDay,
) -> None:
    """Without an outcome it is not closed; done and no longer wanted need no more words, failed does."""
    matter = asked(field_day, "help", "下午要用", "138 0013 8001", service=Service("chair", "轮椅借用", "Wheelchair"))
    phone = field_day.phone("desk")
    phone.go(f"/matter/{matter}")
    phone.see("轮椅借用：下午要用")
    phone.tap("main-action")
    phone.see_id("matter-confirm")
    phone.tap("who-0")
    phone.tap("main-action")
    phone.see("待处理")
    phone.tap("main-action")
    phone.see_id("matter-close")
    phone.see("选一下办成了没有")
    phone.tap("outcome-failed")
    phone.see("写一句结果")
    phone.tap("outcome-done")
    phone.shot("door-service-close")
    phone.tap("main-action")
    phone.see("已办结")
    phone.see("办好了")
    field_day.read("desk", lambda s: s.matters.view(matter))
    with field_day.server.store.read() as connection:
        row = connection.execute(select(matters).where(matters.c.id == matter)).one()
    assert (row.stage, row.outcome, row.called_at is not None) == (st.CLOSED, "done", True)
