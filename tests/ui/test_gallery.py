"""The kit: taps, typing, drawing, Back, large text. The pieces are those of tests/gallery.

What only a browser shows is tried in Chromium, in one window that goes from page to page; the rest in a window without.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from app.ui import theme
from tests.gallery.app import make_main
from tests.support.driver import CHROMIUM, Driver
from tests.support.flet_driver import AppDriver, FletServer, open_app
from tests.support.window_driver import WindowApp


@pytest.fixture(scope="module")
def gallery() -> Iterator[str]:
    with FletServer(make_main()) as server:
        yield server.url


@pytest.fixture(scope="module")
def window(gallery: str, chromium: Browser) -> Iterator[AppDriver]:
    with open_app(chromium, gallery) as driver:
        yield driver
        assert not driver.problems
        assert not driver.outside, "the app fetched something from outside"


@pytest.fixture
def app(window: AppDriver) -> AppDriver:
    """The gallery in Chromium, at its first page: what was opened before is gone."""
    window.go("/")
    window.see_id("home")
    return window


@pytest.fixture(scope="module")
def windows() -> Iterator[WindowApp]:
    with WindowApp(make_main()) as running:
        yield running


@pytest.fixture
def flow(request: pytest.FixtureRequest) -> Iterator[Driver]:
    """The gallery at its first page, in the kind of window that was asked for (tests/conftest.py)."""
    if request.param == CHROMIUM:
        yield request.getfixturevalue("app")
    else:
        with request.getfixturevalue("windows").open() as opened:
            yield opened
            assert not opened.problems


def test_a_double_tap_acts_once(app: AppDriver) -> None:
    app.go("/ticket")
    app.double_tap("main-action")
    app.see("已保存")
    app.see("到达现场（1）")


def test_undo_takes_back_what_was_saved(app: AppDriver) -> None:
    app.go("/ticket")
    app.tap("main-action")
    app.see("到达现场（1）")
    app.tap_text("撤销")
    app.gone("到达现场（1）")


def test_back_after_saving_does_not_return_to_the_form(flow: Driver) -> None:
    flow.tap("card-1")
    flow.see_id("ticket-paper")
    flow.tap("second-action")
    flow.see_id("verdict-pass")
    flow.tap("main-action")
    flow.gone_id("verdict-pass")
    flow.back()
    flow.see_id("home")
    flow.gone_id("ticket-paper")


def test_a_reload_stands_where_it_was_with_its_parents_beneath(app: AppDriver) -> None:
    app.go("/choose")
    app.see_id("verdict-pass")
    app.reload()
    app.see_id("verdict-pass")
    app.tap("back")
    app.see_id("ticket-paper")
    app.tap("back")
    app.see_id("home")


def test_a_choice_a_phrase_and_a_moment_are_taps(flow: Driver) -> None:
    flow.go("/choose")
    flow.tap("verdict-poor")
    flow.tap("remark-phrase-0")
    flow.tap("remark-phrase-2")
    assert flow.value_of("remark") == "螺纹磨损，尺寸不符"
    flow.tap("much-more")
    flow.tap("who-family")
    flow.see("verdict=poor much=3 who=family said=螺纹磨损，尺寸不符")


def test_typing_is_not_lost_and_the_screen_can_clear_it(app: AppDriver) -> None:
    app.go("/fields")
    assert app.value_of("long").endswith("关不严。"), "the field has the focus before a key is pressed"
    app.press("End")
    for letter in "abcdefghijklmnopqrstuvwxyz":
        app.page.keyboard.type(letter)
    app.see("关不严。abcdefghijklmnopqrstuvwxyz")
    app.holds("long", "水槽下方的角阀锈蚀，关不严。abcdefghijklmnopqrstuvwxyz")
    app.tap("reset")
    app.gone("关不严")
    app.holds("long", "")


def test_an_action_that_cannot_be_done_yet_says_why(flow: Driver) -> None:
    flow.go("/fields")
    flow.see("先填工号")
    assert not flow.enabled("main-action")
    flow.type_into("login", "W012")
    flow.gone("先填工号")
    assert flow.enabled("main-action")


def test_five_thousand_rows_draw_a_few_search_and_remember_their_place(app: AppDriver) -> None:
    app.go("/list")
    app.see("5000 户")
    assert len([id for id in app.ids() if id.startswith("p-")]) < 80
    app.scroll(6000)
    app.see_id("p-90")
    app.tap("p-90")
    app.see_id("ticket-paper")
    app.back()
    app.see_id("p-90")
    app.type_into("find", "12栋2单元1302")
    app.see("1 户")


def test_a_signature_needs_ink_and_can_be_undone(app: AppDriver) -> None:
    app.go("/sign")
    assert not app.enabled("sign-agree")
    app.draw("pad", [[(0.5, 0.5), (0.501, 0.5)]])
    app.see("一个点不算签名")
    assert not app.enabled("sign-agree")
    app.tap("pad-clear")
    app.see("请在此签名")
    app.sign()
    app.see("确认签名（4 笔）")
    assert app.enabled("sign-agree")
    app.tap("pad-undo")
    app.see("确认签名（3 笔）")
    app.tap("sign-agree")
    app.see_id("ticket-paper")


def test_the_resident_makes_the_letters_larger(app: AppDriver) -> None:
    app.go("/sign")
    before = app.box("fees-total").bounding_box()
    app.tap("signing-bigger")
    app.tap("signing-bigger")
    app.settle()
    after = app.box("fees-total").bounding_box()
    assert before is not None
    assert after is not None
    assert after["height"] > before["height"] * 1.3
    for _ in theme.TEXT_SCALES[2:]:
        app.tap("signing-bigger")  # as it was: the window is others', too


def test_a_sheet_whose_screen_is_drawn_anew_while_it_opens_hears_and_goes(app: AppDriver) -> None:
    """News of a sync draw a screen anew at any time; a sheet replaced while it opened stood for ever, deaf."""
    app.go("/dialogs")
    for name in ("open-restless", "open-sheet", "open-restless"):
        app.tap(name)
        app.tap("r-0" if name == "open-restless" else "w-1")
        app.gone_id("restless-sheet")
        app.gone_id("sheet")
    app.see("done: 王䶮")


def test_a_question_is_answered_or_left(flow: Driver) -> None:
    flow.go("/dialogs")
    flow.tap("ask")
    flow.see("工单会结束")
    flow.tap("question-no")
    flow.gone("工单会结束")
    flow.tap("ask")
    flow.see("工单会结束")
    flow.tap("question-yes")
    flow.see("done: declined")


PAGES = {
    "/": "今日",
    "/ticket": "维修单",
    "/pieces": "零件",
    "/choose": "材料验证",
    "/fields": "登录",
    "/sign": "请核对并签名",
    "/empty": "今天没有要走访的住户",
}
"""Each page of the gallery, and words that only it says."""
OUTSIDE = """() => [...document.querySelectorAll('flt-semantics')].map(n => [n.getBoundingClientRect(), n])
    .filter(([box]) => box.width && (box.right > innerWidth + 1 || box.left < -1))
    .map(([, n]) => n.getAttribute('aria-label') || n.textContent)"""


def test_twice_as_large_text_stays_inside_the_window_upright_and_turned(chromium: Browser) -> None:
    outside = {}
    with FletServer(make_main(2.0)) as server, open_app(chromium, server.url, size=(360, 740)) as driver:
        for page, words in PAGES.items():
            driver.go(page)
            driver.see(words)
            for size in ((360, 740), (844, 390)):
                driver.page.set_viewport_size({"width": size[0], "height": size[1]})
                driver.settle()
                outside[page, size] = driver.page.evaluate(OUTSIDE)
    assert {page: words for page, words in outside.items() if words} == {}
