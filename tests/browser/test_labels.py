"""Every screen for somebody who sees it badly: each control has a name, and at 200 % nothing runs out of the window."""

from __future__ import annotations

from typing import Any, Final

from app.ui.routes import ROUTES
from tests.browser.conftest import FieldDay, choose_look
from tests.browser.every_screen import every_role

LONG: Final = (390, 2600)
"""As high as the longest screen: only what is near the window is in the semantics tree."""
ELSEWHERE: Final = {
    "/sign-in": "looked at by itself below",
    "/join/{code}": "signs in, and goes on at once",
}
LOOK: Final = """() => {
    const said = node => (node.getAttribute('aria-label') || node.textContent || '').trim();
    const live = ['button', 'link', 'checkbox', 'radio', 'switch', 'tab', 'img', 'textbox', 'slider'];
    const nameless = [], outside = [];
    for (const node of document.querySelectorAll('flt-semantics-host *')) {
        const named = node.closest('[flt-semantics-identifier]');
        const id = named ? named.getAttribute('flt-semantics-identifier') : node.outerHTML.slice(0, 120);
        const field = node.matches('input, textarea');
        const touched = field || node.hasAttribute('flt-tappable') || live.includes(node.getAttribute('role'));
        if (touched && !(field ? node.getAttribute('aria-label') : said(node))) nameless.push(id);
        const box = node.getBoundingClientRect();
        if (box.width && (box.right > innerWidth + 1 || box.left < -1)) outside.push([id, said(node).slice(0, 40)]);
    }
    return {nameless, outside};
}"""
NOTHING: Final = {"nothing-here", "empty", "visit-sign-nothing"}
"""What a screen shows when it has nothing to show."""


def test_every_control_of_every_screen_has_a_name_and_nothing_runs_out_at_200_percent(field_day: FieldDay) -> None:
    bad: dict[str, Any] = {}
    with every_role(field_day) as paths:
        assert paths.keys() | ELSEWHERE.keys() == {route.path for route in ROUTES}, "a route that nobody looks at"
        phone = field_day.phone(None, size=LONG)

        def look(name: str, empty: bool = False) -> None:
            phone.page.wait_for_timeout(250)
            found = phone.page.evaluate(LOOK)
            if not empty and NOTHING & set(phone.ids()):
                found["nothing"] = sorted(NOTHING & set(phone.ids()))
            if any(found.values()):
                bad[name] = found

        look("/sign-in")
        field_day.sign_in(phone, "admin")
        choose_look(phone, "scale-200")
        for route, path in paths.items():
            phone.go(path)
            phone.page.wait_for_url(phone.url + path)
            if route == "/visit/new/{household_id}":
                phone.tap("met-0")
            look(route, empty=route == "/flags")
        phone.page.set_viewport_size({"width": 1280, "height": 1600})
        for path in ("/desk", "/tickets", "/confirm", "/finance"):
            phone.go(path)
            look(f"{path} wide")
    assert not bad
    assert not phone.problems and not phone.outside
