"""What a phone's own keyboard does, in Chromium: it takes room from the window, and Chinese is composed on it."""

from __future__ import annotations

from typing import Final

from tests.engines.chromium import Chromium
from tests.engines.day import HOME, SYNC_S, Day, entries_of
from tests.engines.engine import wait_for
from tests.engines.twin import Twin
from tests.support.driver import PHONE

LOWER: Final = 500
"""How high the window is while the keyboard is there."""
QUIET: Final = "5栋1单元201"
"""A door where nothing has happened yet: its form begins with the form."""
FURTHER: Final = 240
"""How far down in the form the next field is."""
SAID: Final = ("厨房角阀漏水", "chu'fang'jiao'fa'lou'shui")


def composed(day: Day) -> None:
    """Words composed in a low window, what they find touched in it: a door by its resident's name, a ticket there."""
    engine = day.engine
    assert isinstance(engine, Chromium)
    twin = day.twin
    while twin.guide.at("back").count():
        twin.tap("back")
        twin.guide.settle()
    twin.tap("tab-households")
    _type(twin, engine, "household-find", "张伟", "zhang'wei")
    twin.shot("found-door")
    _take(twin, engine, f"door-{HOME}")
    twin.shows("household-head")
    twin.tap("back")
    twin.tap("tab-today")
    twin.guide.see_id("today")
    twin.shows("tab-today")
    twin.same()
    twin.tap("tab-households")
    _type(twin, engine, "household-find", "曾志强", "zeng'zhi'qiang")
    _take(twin, engine, f"door-{QUIET}")
    twin.tap("new-ticket")
    _type(twin, engine, "content", *SAID)
    twin.shot("content")
    _keyboard(engine, up=False)
    _guide(twin, up=False)
    engine.scroll(FURTHER)
    _type(twin, engine, "item-find", "角阀", "jiao'fa")
    twin.shot("found-item")
    _take(twin, engine, "item-S02")
    twin.tap("main-action")
    wait_for(lambda: _tickets(day), "ticket on the server", SYNC_S)
    assert _tickets(day) == [(SAID[0], "S02")]
    engine.clean()


def _type(twin: Twin, engine: Chromium, id: str, words: str, letters: str) -> None:
    """Touch a field, the keyboard comes, and words are composed; the field stays in sight."""
    if twin.guide.at(f"{id}-clear").count():
        twin.tap(f"{id}-clear")
    twin.tap(id)
    _keyboard(engine, up=True)
    _guide(twin, up=True)
    twin.guide.type_into(id, "")
    twin.shows(id)
    engine.compose(words, letters)
    twin.guide.type_into(id, words)
    twin.shows(id)


def _take(twin: Twin, engine: Chromium, id: str) -> None:
    """Touch what was found while the keyboard is there; by that it goes."""
    twin.press(id)
    # The guide's before it leaves the page: in a page under another that grows, Flutter's tree keeps the old places.
    _guide(twin, up=False)
    twin.guide.tap(id)
    _keyboard(engine, up=False)


def _keyboard(engine: Chromium, *, up: bool) -> None:
    engine.resize(PHONE[0], LOWER if up else PHONE[1])


def _guide(twin: Twin, *, up: bool) -> None:
    twin.guide.page.set_viewport_size({"width": PHONE[0], "height": LOWER if up else PHONE[1]})
    twin.guide.settle()


def _tickets(day: Day) -> list[tuple[str, str]]:
    """What was wrong and which price item, of each ticket that was opened at a door."""
    items = {item.id: item.code for item in day.mine.desk().tickets.price_items("")}
    opened = (body for body in entries_of(day.mine, "ticket_opened") if body["channel"] == "door")
    return [(body["content"], items.get(body.get("item_id", ""), "")) for body in opened]
