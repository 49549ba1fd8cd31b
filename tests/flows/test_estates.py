"""A desk of two estates 小区 in the real app: what it sees of each, the switch, and what lands where."""

from __future__ import annotations

from typing import Final

from app.actions import CardFilter
from app.actions.models import TicketForm
from sync_server.store.people import accounts
from tests.support import waiting
from tests.support.field_day import FieldDay, choose_look
from tests.support.field_estate import PEOPLE

HERE, THERE = "荔园", "翠湖花园"
KEY: Final = "01990b7e-0000-7000-8000-0000000000c3"
"""The second estate's key."""


def a_second_estate(day: FieldDay) -> str:
    """翠湖花园, with the same building 3 and a worker of its own; the first one's desk is its desk, too.

    Returns the id of its household.
    """
    server = day.server
    server.add_estate("CH", THERE, KEY)
    home = server.add_household(server.add_building("3", KEY), "1501", "秦岭", KEY)["household_id"]
    server.add_staff("mali", "repair_worker", name="马力", estate=KEY)
    desk, desk_id = PEOPLE["desk"], day.staff_id("desk")
    with server.store.numbered() as write:
        accounts.put_staff(
            write, staff_id=desk_id, number=desk.number, name=desk.name, login=desk.login,
            held=("desk", "service_supervisor"), estate=KEY,
        )  # fmt: skip
    return home


def test_a_desk_of_two_estates_looks_at_all_and_at_each(field_day: FieldDay) -> None:
    home = a_second_estate(field_day)
    field_day.open_ticket("3栋2单元1501", "厨房水龙头漏水", worker=None, minutes_ago=40)
    field_day.open_ticket("5栋1单元201", "门锁转不动")
    there = field_day.act("desk", lambda s: s.tickets.open(TicketForm("门禁坏了", household_id=home))).subject_id
    field_day.act(
        "desk",
        lambda s: s.tickets.open(TicketForm("路灯不亮", "public_repair", address="南门岗亭", estate=KEY)),
        minutes_ago=20,
    )
    phone = field_day.phone("desk")
    phone.see("全部小区")
    phone.shot("estates-today")
    phone.tap("estate")
    phone.see_id("estate-1")
    phone.shot("estates-switch")
    phone.tap("estate-all")
    phone.gone_id("estate-1")
    phone.go("/desk")
    phone.see_id(f"overview-{KEY}")
    phone.see(f"{THERE} · 公共维修单")
    phone.shot("estates-desk")
    phone.tap(f"overview-{KEY}")
    phone.gone_id("estates-overview")
    phone.see_id(f"card-{there}")
    phone.tap(f"act-{there}")
    phone.see("马力")
    phone.gone("王强")  # who repairs in the first estate alone
    phone.shot("estates-assign")
    phone.choose("worker-staff-mali")
    phone.tap("main-action")
    phone.see_id("desk")
    waiting.eventually(
        lambda: field_day.read("desk", lambda s: s.tickets.view(there).assignee_name) == "马力",
        within=20, every=0.2, what="the ticket goes to who works there",
    )  # fmt: skip
    choose_look(phone, "theme-dark", "scale-200")
    phone.go("/")
    phone.see(THERE)
    phone.shot("estates-today-dark-large")


def test_a_public_place_of_all_estates_asks_which_and_its_ticket_has_that_ones_number(field_day: FieldDay) -> None:
    a_second_estate(field_day)
    phone = field_day.phone("desk")
    phone.see("全部小区")
    phone.go("/ticket-new")
    phone.tap("where-public")
    phone.see("请选择小区")
    phone.shot("estates-new")
    phone.tap(f"in-estate-{KEY}")
    phone.type_into("place", "南门")
    phone.type_into("content", "路灯不亮")
    phone.tap("main-action")
    phone.see("CH-", timeout_ms=20_000)  # its number, given by the server
    phone.see(THERE)
    phone.shot("estates-ticket")
    mine = field_day.read("desk", lambda s: [s.estate_of(card) for card in s.cards(CardFilter())])
    assert mine == [KEY]
    assert field_day.read("supervisor", lambda s: s.count(CardFilter())) == 0, "who has no post there sees nothing"
