"""Every screen for somebody who sees it badly: each control has a name, and at 200 % nothing runs out of the window."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from app.ui.routes import ROUTES
from tests.browser.every_screen import WHO, every_role
from tests.support.driver import PHONE
from tests.support.field_day import BrowserDay, choose_look
from tests.support.flet_driver import AppDriver

LOW: Final = (PHONE[0], 2600)
"""A window as high as the longest screen: only what is near the window is in the semantics tree."""
LOOK: Final = """async ([before, nothing]) => {
    const host = () => document.querySelector('flt-semantics-host');
    const pause = ms => new Promise(done => setTimeout(done, ms));
    const there = id => document.querySelector(`[flt-semantics-identifier="${id}"]`);
    // It has come when it is another screen, does not wait for an answer and has stopped moving.
    let seen = '';
    for (let n = 0, same = 0; n < 200 && same < 3; n++) {
        await pause(40);
        const now = host().outerHTML;
        same = now === seen && now !== before && !there('waiting') ? same + 1 : 0;
        seen = now;
    }
    const said = node => (node.getAttribute('aria-label') || node.textContent || '').trim();
    const live = ['button', 'link', 'checkbox', 'radio', 'switch', 'tab', 'img', 'textbox', 'slider'];
    const pinned = ['back', 'main-action', 'second-action', 'sign-agree', 'pad'];
    const found = {nameless: [], outside: [], nothing: nothing.filter(there)};
    for (const node of host().querySelectorAll('*')) {
        const named = node.closest('[flt-semantics-identifier]');
        const id = named ? named.getAttribute('flt-semantics-identifier') : node.outerHTML.slice(0, 120);
        const field = node.matches('input, textarea');
        const touched = field || node.hasAttribute('flt-tappable') || live.includes(node.getAttribute('role'));
        if (touched && !(field ? node.getAttribute('aria-label') || '' : said(node)).trim()) found.nameless.push(id);
        const box = node.getBoundingClientRect();
        // What moves under a thumb may lie outside: a row of choices sideways, a page's own buttons downwards.
        const beside = !node.closest('[style*="overflow-x: scroll"]') && (box.right > innerWidth + 1 || box.left < -1);
        const below = pinned.includes(id) && !node.closest('[style*="overflow-y: scroll"]')
            && (box.bottom > innerHeight + 1 || box.top < -1);
        if (box.width && (beside || below)) found.outside.push([id, said(node).slice(0, 40)]);
    }
    return [seen, found];
}"""
NOTHING: Final = {
    "leave",
    "nothing-here",
    "needs-network",
    "went-wrong",
}
"""What a screen shows when it has nothing to show; or when another one asks whether to leave it."""


def _met(phone: AppDriver) -> None:
    phone.tap("met-0")


def _sign(phone: AppDriver) -> None:
    phone.tap("main-action")
    phone.see_id("signing")


def _name_it(phone: AppDriver) -> None:
    phone.type_into("name", "雨伞")
    phone.type_into("rack", "A-01")
    _sign(phone)


def _ask(phone: AppDriver) -> None:
    for choice in ("way-door", "who-0", "satisfied-yes", "settled-yes"):
        phone.tap(choice)


def _write(phone: AppDriver) -> None:
    phone.type_into("letter-text", "各位业主：")


def _class(phone: AppDriver) -> None:
    phone.tap("class-4")


def _photo(phone: AppDriver) -> None:
    phone.tap("add-defect")
    phone.see_id("row-defect-1")
    phone.tap(next(one for one in phone.ids() if one.startswith("q-") and one.endswith("-photo")))


FILLED_IN: Final[Mapping[str, Callable[[AppDriver], None]]] = {
    "/follow-up/{follow_up_id}/ask": _ask,
    "/form/{digest}/{case_id}": _photo,
    "/follow-ups/letter": _write,
    "/household/{household_id}/archive/new": _class,
    "/visit/new/{household_id}": _met,
    "/key/{thing_id}/step/{kind}": _sign,
    "/keys/new/{kind}": _name_it,
}
"""What is done on a form after it was looked at, so that the signing page after it has something to sign."""


class Looker:
    """Looks at the screen of the moment, and keeps what is wrong with it."""

    def __init__(self, phone: AppDriver) -> None:
        self.bad: dict[str, Any] = {}
        self._phone = phone
        self._seen = ""
        self._sizes = [PHONE, LOW]

    def at(self, name: str) -> None:
        """Looks in a phone's window and in a high one, when the screen has come."""
        for turn in range(2):
            if turn:
                self._sizes.reverse()
                wide, high = self._sizes[0]
                self._phone.page.set_viewport_size({"width": wide, "height": high})
            self._seen, found = self._phone.page.evaluate(LOOK, [self._seen, sorted(NOTHING)])
            if any(found.values()):
                self.bad.setdefault(name, []).append(found)

    def stays(self) -> None:
        """What was just touched changed the screen already."""
        self._seen = ""


def test_every_control_of_every_screen_has_a_name_and_nothing_runs_out_at_200_percent(browser_day: BrowserDay) -> None:
    paths = every_role(browser_day)
    assert paths.keys() | {"/sign-in"} == {route.path for route in ROUTES}, "a route that nobody looks at"
    phone = browser_day.phone(None, path="/sign-in")
    look = Looker(phone)
    look.at("/sign-in")
    phone.go(f"/join/{browser_day.code_for(WHO)}")
    phone.see_id("today", timeout_ms=20_000)
    choose_look(phone, "scale-200")
    look.stays()
    for route, path in paths.items():
        if phone.page.url.partition("?")[0] == phone.url + path:
            look.stays()
        else:
            phone.go(path)
        look.at(route)
        if route in FILLED_IN:
            FILLED_IN[route](phone)
    assert look.bad == {}
    assert not phone.problems and not phone.outside
