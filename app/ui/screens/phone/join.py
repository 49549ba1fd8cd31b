"""Signing in by a one-time code: scanned (the address /join/CODE) or typed."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Final

import flet as ft

from app.actions.models import Profile
from app.domain.wire import errors
from app.domain.wire.errors import Problem
from app.domain.writing.join_codes import LENGTH, is_code, plain_code, server_of, spoken, strange_in
from app.ui import theme
from app.ui.context import Ui, language_code, use_ui
from app.ui.kit.base import Tap, body, column, quiet, tag, txt
from app.ui.kit.buttons import Action, MainAction
from app.ui.kit.fields import Heard, TextBox
from app.ui.kit.notices import notice
from app.ui.router import Route
from app.ui.screens.phone.sign_in import address_of, app_head, enter, frame, person_card, why_not
from app.ui.texts import t

_LAST: Final = "joined_by"
"""The saved choice with the code last used to sign in here: scanning it again opens the app instead of an error."""


@ft.component
def JoinScreen(code: str = "") -> ft.Control:
    """Draw the page that signs in by a code: at once by one from the address, otherwise by one that is typed.

    While somebody is signed in on this phone, it asks first.
    """
    ui = use_ui()
    given = plain_code(code)
    typed, set_typed = ft.use_state(spoken(given))
    server, set_server = ft.use_state(ui.phone.server_url)
    busy, set_busy = ft.use_state(False)
    agreed, set_agreed = ft.use_state(not ui.signed_in)
    wrong, set_wrong = ft.use_state(("", ""))
    plain = plain_code(typed)

    async def join() -> None:
        set_wrong(("", ""))
        set_busy(True)
        url = ui.phone.server_url or server_of(typed) or address_of(server)
        try:
            await ui.phone.join(plain, url or None)
        except Problem as problem:
            set_busy(False)
            set_wrong(_why(problem, language_code(ui.page)))
            return
        ui.choose(server=url, **{_LAST: plain})
        ui.phone.server_url = url or ui.phone.server_url
        if given:
            ui.router.spend(f"/join/{code}")
        enter(ui)

    async def start() -> None:
        if ui.signed_in and given and ui.preferences.read().get(_LAST) == given:
            ui.router.reset("/")
        elif is_code(given) and not ui.signed_in:
            await join()
        elif given and not is_code(given):
            set_wrong(_why(Problem(errors.CODE_UNKNOWN), language_code(ui.page)))

    async def go_on() -> None:
        set_agreed(True)
        if is_code(given):
            await join()

    ft.on_mounted(start)
    if not agreed and ui.signed_in:
        return frame(ui, _asks(ui, go_on), id="join", on_back=lambda: _leave(ui))
    content: list[ft.Control] = [app_head([])]
    if busy:
        content.append(_Progress(spoken(plain)))
        return frame(ui, content, id="join")
    if wrong[0]:
        content.append(notice(wrong[0], kept=wrong[1], tone="red", id="join-wrong"))
    content.append(_fields(ui, typed, set_typed, server, set_server, join))
    return frame(ui, content, id="join", on_back=lambda: _leave(ui))


def _fields(
    ui: Ui, typed: str, set_typed: Heard, server: str, set_server: Heard, join: Callable[[], Awaitable[None]]
) -> ft.Control:
    plain = plain_code(typed)
    fields: list[ft.Control] = [txt(t("join.heading"), ft.TextThemeStyle.TITLE_LARGE), quiet(t("join.says"))]
    asks_server = not ui.phone.server_url and not server_of(typed)
    if asks_server:
        fields.append(
            TextBox(
                "join-server", t("shell.sign_in.server"), server, set_server,
                hint="https://", keyboard=ft.KeyboardType.URL, helper=t("shell.sign_in.server_help"),
            )
        )  # fmt: skip
    odd = strange_in(plain)
    error = t("join.strange", what=" ".join(odd[:4])) if odd else None
    if len(plain) > LENGTH and not odd:
        error = t("join.too_long", n=LENGTH)
    left = LENGTH - len(plain)
    hint = t("join.left", n=left) if plain and left > 0 else t("join.example")
    ready = is_code(plain) and bool(not asks_server or address_of(server))
    fields.append(
        TextBox(
            "join-code", t("join.field"), typed, set_typed,
            hint="ABCD-2345", error=error, helper=t("join.complete", code=spoken(plain)) if ready else hint,
            autofocus=True, on_submit=join if ready else None,
        )
    )  # fmt: skip
    fields.append(MainAction(Action(t("join.go"), join, enabled=ready)))
    return column(fields, gap=theme.GAP_LARGE)


@ft.component
def _Progress(code: str) -> ft.Control:
    return tag(
        "join-progress",
        column(
            [
                txt(t("join.running"), ft.TextThemeStyle.TITLE_LARGE),
                body(t("join.running_says", code=code)),
                ft.ProgressBar(color=ft.Colors.PRIMARY, bar_height=4, border_radius=2),
            ],
            gap=theme.GAP,
        ),
        live_region=True,
    )


def _asks(ui: Ui, go_on: Tap) -> list[ft.Control]:
    """Draw the question before a code replaces the person signed in: it may be another's, scanned by mistake."""
    profile: Profile = ui.session.profile
    unsent = ui.phone.unsent_counts().get(profile.id, 0)
    kept = t("join.other_unsent", n=unsent, name=profile.name) if unsent else t("join.other_clean", name=profile.name)
    return [
        app_head([]),
        tag(
            "join-other",
            column(
                [
                    txt(t("join.other", name=profile.name), ft.TextThemeStyle.TITLE_LARGE),
                    person_card(profile, unsent),
                    body(kept),
                ],
                gap=theme.GAP,
            ),
        ),
        column(
            [
                MainAction(Action(t("join.other_go"), go_on)),
                MainAction(Action(t("join.other_stay", name=profile.name), lambda: _leave(ui)), quiet=True),
            ],
            gap=theme.GAP_SMALL,
        ),
    ]


def _leave(ui: Ui) -> None:
    if ui.router.can_go_back:
        ui.back()
    else:
        ui.router.reset("/")


def _why(problem: Problem, lang: str) -> tuple[str, str]:
    """Return what went wrong, and the one thing to do."""
    if problem.kind is errors.CODE_UNKNOWN:
        return problem.message(lang), t("join.unknown_do")
    if problem.kind is errors.NO_NETWORK:
        return t("shell.sign_in.no_network"), t("join.no_network_do")
    return why_not(problem, lang)


ROUTES: Final = (Route("/join", JoinScreen), Route("/join/{code}", JoinScreen, parent=None, passing=True))
"""Not guarded by the sign-in: whoever joins is not signed in yet."""
