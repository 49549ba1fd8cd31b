"""The desk at a PC as a browser shows it: how much is in sight, and a call from the ring to the worker by keys."""

from __future__ import annotations

from typing import Final

from tests.support.field_day import BrowserDay, choose_look
from tests.support.flet_driver import AppDriver

NOTEBOOK: Final = (1366, 768)
SCREEN: Final = (1920, 1080)
DOORS: Final = ("3栋2单元1501", "3栋1单元302", "3栋1单元303", "5栋1单元202", "5栋商铺03", "3栋2单元1502")
FAULTS: Final = (
    "厨房水龙头漏水，水槽下方积水",
    "客厅插座没有电",
    "店里的下水道堵了，后厨地面返水，货架下面都是水，请带大功率疏通机，门口不好停车",
    "门锁转不动",
    "卫生间灯不亮",
    "阳台推拉门轮子坏",
)


def at_pc(day: BrowserDay, person: str, size: tuple[int, int] = NOTEBOOK, dark: bool = False) -> AppDriver:
    """Somebody's window at a PC."""
    return day.phone(person, size=size, scale=1, dark=dark)


def in_sight(app: AppDriver) -> int:
    """How many rows of the table stand wholly inside it."""
    table = app.box("desk-table").bounding_box()
    assert table is not None and table["y"] + table["height"] <= NOTEBOOK[1]
    boxes = [app.box(id_).bounding_box() for id_ in app.ids() if id_.startswith("row-")]
    end = table["y"] + table["height"]
    return sum(1 for box in boxes if box is not None and box["y"] > table["y"] and box["y"] + box["height"] <= end)


def test_a_dispatcher_sees_sixteen_tickets_and_takes_a_call_without_a_mouse(browser_day: BrowserDay) -> None:
    desk = at_pc(browser_day, "desk")
    desk.go("/desk")
    desk.see_id("desk")
    desk.shot("desk-pc-empty")
    for n in range(20):
        browser_day.open_ticket(
            DOORS[n % len(DOORS)],
            FAULTS[n % len(FAULTS)],
            worker=(None, "worker", "worker2")[n % 3],
            urgent=n == 4,
            minutes_ago=3 * n,
        )
    desk.see("未派 7", timeout_ms=30_000)
    assert in_sight(desk) >= 16
    keys = desk.page.keyboard
    keys.press("ArrowDown")
    desk.see_id("ticket-paper")
    desk.shot("desk-pc")
    keys.press("?")
    desk.see("快捷键")
    desk.shot("desk-pc-keys")
    keys.press("Escape")
    desk.gone_id("desk-sheet")
    keys.press("c")
    desk.see_id("call-time")
    desk.settle()
    keys.type("5-1-202")
    keys.press("Enter")
    desk.see_id("home-change")
    desk.shot("desk-pc-call")
    keys.press("5")
    desk.settle()
    keys.press("Control+Enter")
    desk.see_id("assign")
    keys.press("ArrowDown")
    desk.settle()
    desk.shot("desk-pc-assign")
    keys.press("Enter")
    desk.see("已派给")
    # What a letter means outside of a field it does not mean inside one.
    keys.press("/")
    desk.settle()
    keys.type("cn")
    desk.settle()
    assert desk.value_of("desk-find") == "cn"
    assert not desk.has("call-time") and not desk.has("ticket-new")
    assert not desk.outside and not desk.problems


def test_the_table_in_other_windows_and_in_the_dark(browser_day: BrowserDay) -> None:
    browser_day.open_ticket(DOORS[0], FAULTS[2], worker=None, urgent=True, minutes_ago=65)
    boss = at_pc(browser_day, "supervisor", SCREEN)
    boss.go("/desk")
    boss.see("未派")
    boss.page.keyboard.press("ArrowDown")
    boss.see_id("ticket-paper")
    boss.page.keyboard.press("x")
    boss.see("已选 1 条")
    boss.shot("desk-pc-1920")
    choose_look(boss, "theme-dark")
    boss.show("/desk", "desk-table", "desk-pc-1920-dark")
    boss.show("/wall", "wall-people", "wall-dark")
    choose_look(boss, "theme-light")
    boss.show("/wall", "wall-people", "wall")
    choose_look(boss, "scale-200")
    boss.show("/desk", "desk-table", "desk-pc-large")
    boss.resize(1024, 768)
    choose_look(boss, "scale-100")
    boss.show("/desk", "desk-table", "desk-pc-1024")
    assert not boss.outside and not boss.problems
