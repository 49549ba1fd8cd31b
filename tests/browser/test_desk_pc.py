"""The desk at a PC as a browser shows it: how much is in sight, and a call from the ring to the worker by keys."""

from __future__ import annotations

from typing import Final

from app.actions import CardFilter, Session
from app.domain.writing.tags import KEY, Tag
from tests.support import field_work as work
from tests.support.field_day import BrowserDay, choose_look
from tests.support.flet_driver import AppDriver
from tests.support.waiting import eventually

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
    desk.see_id("desk-sheet")  # its words stand on its button, too
    desk.shot("desk-pc-keys")
    keys.press("Escape")
    desk.gone_id("desk-sheet")
    keys.press("c")
    desk.see_id("call-time")
    desk.see_focus("home-find")
    keys.type("5-1")
    desk.see_id("home-5栋1单元201")
    keys.press("ArrowDown")
    keys.press("ArrowDown")
    desk.see_chosen("home-5栋1单元202")
    desk.shot("desk-pc-hits")
    keys.press("Enter")
    desk.see_id("home-change")
    desk.shot("desk-pc-call")
    keys.press("5")
    assert desk.becomes_enabled("main-action")
    keys.press("Control+Enter")
    desk.see_id("assign")
    keys.press("ArrowDown")
    assert desk.becomes_enabled("main-action")
    desk.shot("desk-pc-assign")
    keys.press("Enter")
    desk.see("已派给")
    # What a letter means outside of a field it does not mean inside one.
    keys.press("/")
    desk.see_focus("desk-find")
    keys.type("cn")
    eventually(lambda: desk.value_of("desk-find") == "cn", what="what was typed")
    desk.settle()
    assert not desk.has("call-time") and not desk.has("ticket-new")
    assert not desk.outside and not desk.problems


def test_the_table_in_other_windows_and_in_the_dark(browser_day: BrowserDay) -> None:
    for n in range(28):
        worker = (None, "worker", "worker2")[n % 3]
        browser_day.open_ticket(DOORS[n % 6], FAULTS[n % 6], worker=worker, urgent=n == 2, minutes_ago=2 * n)
    boss = at_pc(browser_day, "supervisor", SCREEN)
    boss.go("/desk")
    boss.see("未派 10", timeout_ms=30_000)
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
    boss.resize(*NOTEBOOK)
    choose_look(boss, "theme-dark")
    boss.go("/desk")
    boss.see("未派 10")
    boss.settle()
    boss.page.keyboard.press("Control+a")
    boss.see("已选 28 条")
    boss.shot("desk-pc-marked-dark")
    assert not boss.outside and not boss.problems


def test_a_supervisor_marks_rows_by_keys_and_judges_them_with_one_question(browser_day: BrowserDay) -> None:
    """A.1, A.2: Ctrl+A, Space, Shift and arrows, a digit and Ctrl+Enter, as a browser hands them over."""
    for n in range(9):
        worker = "worker" if n == 8 else None
        browser_day.open_ticket(DOORS[n % 6], FAULTS[n % 6], worker=worker, urgent=n == 4, minutes_ago=7 * n)
    boss = at_pc(browser_day, "supervisor")
    boss.go("/desk")
    boss.see("未派 8", timeout_ms=30_000)
    keys = boss.page.keyboard
    keys.press("Control+a")
    boss.see("已选 9 条")
    boss.shot("desk-pc-marked")
    keys.press("Escape")
    boss.gone("已选 9 条")
    keys.press("ArrowDown")
    keys.press("Space")
    boss.see("已选 1 条")
    for n in range(3):
        keys.press("Shift+ArrowDown")
        boss.see(f"已选 {n + 2} 条")
    keys.press("1")
    boss.see("签收：4 条？")
    keys.press("Control+Enter")
    boss.gone("签收：4 条？")
    boss.gone_id("desk-marked")
    boss.tap("filter-alone")
    keys.press("Control+a")
    boss.see("已选 8 条")
    boss.tap("many-assign")
    boss.see("派工：8 条？")
    boss.shot("desk-pc-many")
    boss.choose(f"many-whom-{browser_day.staff_id('worker2')}")
    keys.press("Control+Enter")
    boss.see("未派 0")
    worker = browser_day.staff_id("worker2")

    def given() -> bool:
        return browser_day.read("supervisor", lambda s: s.count(CardFilter(ended=False, assignee=worker))) == 8

    eventually(given, within=30, every=0.5, what="the eight are given")
    assert not boss.outside and not boss.problems


def test_duties_and_keys_stand_in_tables_too(browser_day: BrowserDay) -> None:
    """D.1, G.2: light and dark, with large text, and empty."""

    def key(address: str, serial: str, rack: str) -> None:
        home = browser_day.household_id(address)

        async def entrust(session: Session) -> str:
            return await work.entrust(session, home, Tag(KEY, session.keys.tag_mark, serial).code, rack)

        browser_day.act("steward", entrust)

    boss = at_pc(browser_day, "service")
    boss.go("/desk")
    boss.see_id("type-duty")
    for n, address in enumerate(DOORS[:3]):
        key(address, f"K7N{n + 2}", f"A-0{n + 1}")
    boss.see_id("type-thing")  # it comes with the first key, and moves what stands after it
    boss.tap("type-duty")
    boss.see("本月走访")
    keys = boss.page.keyboard
    keys.press("ArrowDown")
    boss.see_id("duty-head")
    keys.press("Shift+ArrowDown")
    boss.see("已选 2 条")
    boss.shot("desk-pc-duties")
    boss.tap("many-excuse")
    boss.see("免办：2 条？")
    boss.type_into("many-words", "全家外出")
    boss.shot("desk-pc-excuse")
    keys.press("Control+Enter")
    boss.gone_id("desk-marked")
    boss.tap("desk-ended")
    boss.see("已免办：全家外出")
    boss.tap("desk-open")
    boss.see_id("type-thing", timeout_ms=30_000)
    boss.tap("type-thing")
    boss.see("A-01")
    keys.press("ArrowDown")
    boss.see_id("key-head")
    boss.shot("desk-pc-things")
    boss.type_into("desk-find", "没有这把")
    boss.see_id("desk-reset") if boss.has("desk-reset") else boss.see_id("empty")
    boss.shot("desk-pc-none-found")
    boss.type_into("desk-find", "")
    boss.tap("type-duty")
    choose_look(boss, "theme-dark", "scale-200")
    boss.resize(*SCREEN)
    boss.show("/desk", "desk-table", "desk-pc-duties-large")
    choose_look(boss, "scale-100")
    boss.show("/desk", "desk-table", "desk-pc-duties-dark")
    assert not boss.outside and not boss.problems
