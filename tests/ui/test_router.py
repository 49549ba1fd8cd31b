"""Back goes where the thumb expects, whatever the browser's history holds."""

from __future__ import annotations

import flet as ft
import pytest

from app.ui.router import Route, Router


def screen(**_: str) -> ft.Control:
    return ft.Text("")


ROUTES = (
    Route("/", screen, parent=None),
    Route("/ticket/{id}", screen),
    Route("/ticket/{id}/price", screen, parent="/ticket/{id}"),
    Route("/sync", screen),
    Route("/join/{code}", screen, parent=None, passing=True),
)


class Browser:
    """The browser's history as Flet leaves it: pushes only, and a Back button that reports the address before."""

    def __init__(self, start: str = "/") -> None:
        self.router = Router(ROUTES)
        self.entries = [start]
        self.at = 0
        self.late: list[str] | None = None
        """A busy client: what it was told and has not written yet."""
        self.router._push = self.told
        self.router.start(start)

    def told(self, path: str) -> None:
        if self.late is None:
            self.push(path)
        else:
            self.late.append(path)

    def catch_up(self) -> None:
        while self.late:
            self.push(self.late.pop(0))
        self.late = None

    def push(self, path: str) -> None:
        del self.entries[self.at + 1 :]
        self.entries.append(path)
        self.at += 1
        self.router.heard(path)

    def back(self) -> None:
        self.at -= 1
        self.router.heard(self.entries[self.at])

    @property
    def stack(self) -> list[str]:
        return [layer.path for layer in self.router.stack]


def test_a_deep_address_has_its_parents_under_it() -> None:
    assert Browser("/ticket/42/price").stack == ["/", "/ticket/42", "/ticket/42/price"]


def test_the_values_of_a_path_reach_the_screen() -> None:
    assert Browser("/ticket/42/price").router.stack[-1].values == {"id": "42"}


def test_an_unknown_address_opens_the_home_screen() -> None:
    assert Browser("/nowhere").stack == ["/"]


def test_back_of_the_browser_goes_one_screen_down() -> None:
    window = Browser()
    window.router.go("/ticket/1")
    window.router.go("/ticket/1/price")
    window.back()
    assert window.stack == ["/", "/ticket/1"]
    window.back()
    assert window.stack == ["/"]


def test_back_never_returns_to_a_form_that_was_saved() -> None:
    window = Browser()
    window.router.go("/ticket/1")
    window.router.go("/ticket/1/price")
    window.router.replace("/ticket/1")
    assert window.stack == ["/", "/ticket/1"]
    window.back()
    assert window.stack == ["/"]


def test_the_screen_beneath_is_the_same_living_one_after_saving() -> None:
    window = Browser()
    window.router.go("/ticket/1")
    alive = window.router.stack[-1].serial
    window.router.go("/ticket/1/price")
    window.router.replace("/ticket/1")
    assert window.router.stack[-1].serial == alive


def test_back_asks_before_it_leaves_a_half_filled_form_and_the_address_stays() -> None:
    window = Browser()
    window.router.go("/ticket/1")
    window.router.go("/ticket/1/price")
    window.router.held = frozenset({"/ticket/1/price"})
    for _ in range(2):
        window.back()
        assert window.router.asked == window.stack[-1] == window.entries[window.at] == "/ticket/1/price"
        window.router.answered()
    window.router.held = frozenset()
    window.back()
    assert (window.router.asked, window.stack) == ("", ["/", "/ticket/1"])


def test_back_closes_what_lies_over_a_screen_and_leaves_the_screen() -> None:
    window = Browser()
    window.router.go("/ticket/1")
    window.router.close_over = lambda: True
    window.back()
    assert window.stack == ["/", "/ticket/1"] and window.entries[window.at] == "/ticket/1"
    window.router.close_over = lambda: False
    window.back()
    assert window.stack == ["/"]


def test_back_after_the_apps_own_back_button_stays_at_the_root() -> None:
    window = Browser()
    window.router.go("/ticket/1")
    window.router.back()
    window.back()
    assert window.stack == ["/"]


def test_a_typed_address_opens_over_what_is_there() -> None:
    window = Browser()
    window.push("/sync")
    assert window.stack == ["/", "/sync"]


def test_a_typed_deep_address_gets_its_parents_and_keeps_what_is_alive() -> None:
    window = Browser()
    home = window.router.stack[0].serial
    window.push("/ticket/7/price")
    assert window.stack == ["/", "/ticket/7", "/ticket/7/price"]
    assert window.router.stack[0].serial == home


def test_going_where_one_is_opens_nothing_twice() -> None:
    window = Browser()
    window.router.go("/sync")
    window.router.go("/sync")
    assert window.stack == ["/", "/sync"]


def test_two_quick_moves_are_not_taken_for_back() -> None:
    window = Browser()
    late: list[str] = []
    window.router._push = late.append
    window.router.go("/ticket/1")
    window.router.go("/ticket/1/price")
    for path in late:
        window.router.heard(path)
    assert window.stack == ["/", "/ticket/1", "/ticket/1/price"]


def test_signing_out_forgets_the_stack() -> None:
    window = Browser("/ticket/42/price")
    window.router.reset("/sync")
    assert window.stack == ["/", "/sync"]


def test_a_path_no_route_knows_is_a_fault() -> None:
    with pytest.raises(LookupError):
        Browser().router.go("/nowhere")


def test_a_code_that_was_used_is_never_come_back_to() -> None:
    browser = Browser("/join/ABCD2345")
    assert browser.stack == ["/join/ABCD2345"]
    browser.router.spend("/join/ABCD2345")
    browser.router.reset("/")
    browser.router.go("/sync")
    browser.back()
    browser.back()
    assert browser.stack == ["/"] and browser.entries[browser.at] == "/"
    browser.router.go("/sync")
    assert browser.stack == ["/", "/sync"]
    browser.back()
    assert browser.stack == ["/"]


def test_a_code_that_was_not_used_is_opened_each_time_it_is_scanned() -> None:
    browser = Browser("/join/ABCD2345")
    browser.router.reset("/")
    browser.router.heard("/join/ABCD2345")
    assert browser.stack == ["/join/ABCD2345"]


def test_back_right_after_saving_does_not_return_to_the_form_though_the_client_writes_late() -> None:
    window = Browser()
    window.router.go("/ticket/1")
    window.router.go("/ticket/1/price")
    window.router.go("/sync")
    window.late = []
    window.router.replace("/ticket/1")
    window.back()
    assert window.stack == ["/"]
    window.catch_up()
    assert (window.stack, window.entries[window.at]) == (["/"], "/")


def test_back_before_the_address_of_a_new_screen_is_written_takes_that_screen_away() -> None:
    window = Browser()
    window.router.go("/ticket/1")
    window.router.go("/sync")
    window.late = []
    window.router.go("/ticket/2")
    window.back()
    window.catch_up()
    assert window.stack == ["/", "/ticket/1", "/sync"]
    window.back()
    assert window.stack[-1] != "/ticket/2"


def test_the_address_is_the_screens_after_every_back_whatever_was_saved_before() -> None:
    """A6: found, consent and started, then Back and Back: a reload comes back to what is seen."""
    window = Browser()
    window.router.go("/ticket/1")
    window.router.go("/ticket/1/price")
    window.router.replace("/sync")
    window.router.replace("/ticket/1")
    for _ in range(3):
        window.back()
        assert window.entries[window.at] == window.stack[-1]


def test_a_back_that_passes_over_addresses_goes_one_screen_down() -> None:
    """A6: browsers pass over addresses that no touch made; the form that was saved is not opened again."""
    window = Browser()
    window.router.go("/sync")
    window.router.go("/ticket/1/price")
    window.router.replace("/ticket/1")
    window.router.go("/ticket/2")
    window.at -= 2
    window.router.heard("/ticket/1/price")
    assert (window.stack, window.entries[window.at]) == (["/", "/sync", "/ticket/1"], "/ticket/1")


def test_a_link_is_opened_whatever_lies_in_the_history() -> None:
    """A6: an address with a query comes from a link, never from Back: the form that was saved is asked for anew."""
    window = Browser()
    window.router.go("/ticket/1/price")
    window.router.replace("/ticket/1")
    window.router.go("/sync")
    window.router.heard("/ticket/1/price?from=notice")
    assert window.stack[-1] == "/ticket/1/price"


@pytest.mark.parametrize("link", ["/ticket/1?from=notice", "/sync?x"])
def test_back_to_where_a_link_led_is_a_back(link: str) -> None:
    """A6: a half-filled form above it is asked about, and not left."""
    for window in (Browser(link), Browser()):
        window.push(link)
        window.router.go("/ticket/1/price")
        window.router.held = frozenset({"/ticket/1/price"})
        window.back()
        assert window.router.asked == window.stack[-1] == window.entries[window.at] == "/ticket/1/price"


def test_an_address_of_long_before_is_opened_again() -> None:
    """A6: only a saved form's address is a Back from afar; any other one shows its screen."""
    window = Browser()
    window.router.go("/sync")
    window.router.reset("/")
    window.router.go("/ticket/1")
    window.push("/sync")
    assert window.stack[-1] == "/sync" == window.entries[window.at]


def test_an_address_no_screen_knows_gives_way_to_the_one_that_is_seen() -> None:
    """A6: the address never differs from the screen."""
    window = Browser()
    window.router.go("/sync")
    window.push("/nowhere")
    assert (window.stack[-1], window.entries[window.at]) == ("/sync", "/sync")


def test_only_what_was_opened_in_the_app_was_chosen() -> None:
    """A6: an address, also the same one again, is no decision to do a step once more."""
    window = Browser("/ticket/1/price")
    assert not window.router.chosen("/ticket/1/price")
    window.router.back()
    window.router.go("/ticket/1/price")
    assert window.router.chosen("/ticket/1/price")
