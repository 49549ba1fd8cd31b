"""What of Flet we touch or work around, each without our part: a test that fails here says that our part can go.

Which part that is: docs/flet-internals.md.
"""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Callable
from dataclasses import dataclass, fields
from typing import Any

import flet as ft
import msgpack
import pytest
from flet.messaging.protocol import MessageAction

from tests.support.window import Window, window


@ft.observable
@dataclass
class Switch:
    """What a component of these tests is drawn anew for."""

    on: bool = False


def in_window(content: Callable[[], ft.Control], act: Callable[[Window], Any]) -> list[Any]:
    """Draw ``content`` in a window of Flet's own, do something, and return the messages that it was sent for that."""

    async def go() -> list[Any]:
        async with window(lambda page: page.render(content)) as shown:
            before = len(shown.packed)
            done = act(shown)
            if inspect.isawaitable(done):
                await done
            await shown.rest()
            return [msgpack.unpackb(one, strict_map_key=False) for one in shown.packed[before:]]

    return asyncio.run(go())


def drawing(shown: Window) -> asyncio.Task[None]:
    """Return Flet's task that draws what waits."""
    task: asyncio.Task[None] = shown.session._Session__updates_task  # type: ignore[attr-defined]
    return task


def test_an_error_in_a_handler_covers_the_window() -> None:
    """`faults.watch` puts a function of ours in the place of `session.error`."""
    made: list[ft.Control] = []

    @ft.component
    def Fails() -> ft.Control:
        made.append(ft.Button("x", on_click=lambda: 1 // 0))
        return made[-1]

    sent = in_window(Fails, lambda shown: shown.session.dispatch_event(made[-1]._i, "click", None))
    assert [action for action, _ in sent] == [MessageAction.SESSION_CRASHED.value]


def test_a_component_that_cannot_be_drawn_ends_all_drawing() -> None:
    """`faults.watch` starts the task again; it has no public name."""
    switch = Switch()
    ended: list[BaseException | None] = []

    @ft.component
    def Fails() -> ft.Control:
        ft.use_state(switch)
        return ft.Text(str(1 // (not switch.on)))

    async def act(shown: Window) -> None:
        switch.on = True
        await shown.rest()
        ended.append(drawing(shown).exception())

    assert in_window(Fails, act) == [], "nobody is told either"
    assert isinstance(ended[0], ZeroDivisionError)


def test_what_waits_to_be_drawn_is_drawn_in_no_order() -> None:
    """`faults.FromAbove` takes the place of this set. Forty, because half of them happen to be in order."""
    switches = [Switch(on=True) for _ in range(40)]
    ended: list[BaseException | None] = []

    @ft.component
    def Inside(switch: Switch) -> ft.Control:
        ft.use_state(switch)
        if not switch.on:
            raise RuntimeError("drawn before what lies around it took it away")
        return ft.Text("inside")

    @ft.component
    def Around(switch: Switch) -> ft.Control:
        ft.use_state(switch)
        return Inside(switch) if switch.on else ft.Text("gone")

    async def act(shown: Window) -> None:
        assert type(shown.session._Session__pending_updates) is set  # type: ignore[attr-defined]
        for switch in switches:
            switch.on = False
        await shown.rest()
        ended.append(drawing(shown).exception() if drawing(shown).done() else None)

    in_window(lambda: ft.Column([Around(switch) for switch in switches]), act)
    assert isinstance(ended[0], RuntimeError)


def test_a_context_is_lost_below_a_component_that_was_left_as_it_was() -> None:
    """`use_here` keeps what it found at the first drawing."""
    path = ft.create_context("")
    outer, inner = Switch(), Switch()
    seen: list[str] = []

    @ft.component
    def Below() -> ft.Control:
        ft.use_state(inner)
        seen.append(ft.use_context(path))
        return ft.Text(seen[-1])

    @ft.component
    def Screen() -> ft.Control:
        return ft.Column([Below()])

    @ft.component
    def Screens() -> ft.Control:
        ft.use_state(outer)
        return ft.Column([path("/here", lambda: ft.memo(Screen)())])

    async def act(shown: Window) -> None:
        outer.on = True
        await shown.rest()
        inner.on = True

    in_window(Screens, act)
    assert seen == ["/here", ""]


def test_who_listens_to_an_observable_is_forgotten() -> None:
    """`context.Ui.follow` keeps its listener, and the whole of it, beside."""
    switch, heard = Switch(), []

    def listen() -> None:
        def moved(_: object, field: str | None) -> None:
            heard.append(field)

        switch.subscribe(moved)  # type: ignore[attr-defined]

    listen()
    switch.on = True
    assert heard == []


def test_an_address_is_only_ever_added_to_the_history() -> None:
    """`router.Router` holds the stack and a mirror of the history; Flet's own shows what the address says."""
    assert list(inspect.signature(ft.Page.push_route).parameters) == ["self", "route", "kwargs"]
    about_routes = {name for name in dir(ft.Page) if "route" in name or "navigate" in name or "history" in name}
    assert about_routes == {"route", "push_route", "navigate", "on_route_change"}
    assert list(inspect.signature(ft.Router).parameters) == ["routes", "not_found", "manage_views"]


def test_an_answer_for_a_control_that_left_the_page_is_an_error() -> None:
    """The packaged app's camera stays in the page's overlay, hidden (`app/device/native/camera.py`)."""

    def act(shown: Window) -> None:
        with pytest.raises(RuntimeError, match="not registered"):
            shown.session.handle_invoke_method_results(10**9, "call", None, None)

    in_window(lambda: ft.Text("x"), act)


def test_a_container_has_no_least_height() -> None:
    """`kit.base.pressable` has a strut."""
    names = {field.name for field in fields(ft.Container)}
    assert "height" in names and not names & {"min_height", "constraints", "size_constraints"}
