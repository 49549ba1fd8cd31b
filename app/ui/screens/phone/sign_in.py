"""Signing in: the people already on this phone as big buttons, or a name and a password."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

import flet as ft

from app.actions.models import Profile
from app.domain.wire import errors
from app.domain.wire.errors import Problem
from app.domain.writing.names import told_apart
from app.ui import theme
from app.ui.context import Ui, language_code, use_ui
from app.ui.kit.base import app_icon, column, flow, icon, pressable, quiet, row, tag, txt
from app.ui.kit.buttons import Action, MainAction, icon_button, small_button
from app.ui.kit.fields import TextBox
from app.ui.kit.notices import notice
from app.ui.kit.ticket import chip
from app.ui.router import Route
from app.ui.texts import has, t

_OTHER = Profile("", "", "", "", (), "", "", False, 0)
"""Stands for a person who is not on this phone yet."""


@ft.component
def SignIn() -> ft.Control:
    """Draw the sign-in page. With a session (switching persons, or an expired sign-in) it has a back button."""
    ui = use_ui()
    page = ft.context.page
    people = ui.phone.profiles()
    now_in = ui.session.profile if ui.signed_in else None
    expired = ui.signed_in and ui.session.sync_status().sign_in_needed
    chosen, choose = ft.use_state(now_in if expired else (None if people else _OTHER))
    login, set_login = ft.use_state("")
    password, set_password = ft.use_state("")
    server, set_server = ft.use_state(ui.phone.server_url)
    asks_server, ask_server = ft.use_state(not ui.phone.server_url)
    wrong, set_wrong = ft.use_state(("", ""))
    tries, set_tries = ft.use_state(0)

    def pick(profile: Profile) -> None:
        set_wrong(("", ""))
        set_password("")
        choose(profile)
        if profile.signed_in and not (expired and now_in is not None and profile.id == now_in.id):
            ui.phone.open(profile.id)
            enter(ui)

    async def sign_in() -> None:
        set_wrong(("", ""))
        name = chosen.login if chosen and chosen.id else login
        url = chosen.server_url if chosen and chosen.id else address_of(server)
        try:
            await ui.phone.sign_in(name, password, url or None)
        except Problem as problem:
            set_wrong(why_not(problem, language_code(page)))
            if problem.kind is errors.WRONG_PASSWORD:
                # A new, empty field: nobody wants to delete dots one by one.
                set_password("")
                set_tries(tries + 1)
            return
        if not (chosen and chosen.id):
            ui.choose(server=url)
            ui.phone.server_url = url or ui.phone.server_url
        enter(ui)

    content: list[ft.Control] = [app_head(people, asks=chosen is None)]
    if wrong[0]:
        content.append(notice(wrong[0], kept=wrong[1], tone="red", id="sign-in-wrong"))
    content.extend(_ended(ui, people if chosen is None else [chosen]))
    if chosen is None:
        content.extend(_people(ui, people, pick))
        content.append(
            MainAction(Action(t("shell.sign_in.other"), lambda: pick(_OTHER), id="other-person"), quiet=True)
        )
        content.append(row([_by_code(ui)], alignment=ft.MainAxisAlignment.CENTER))
    else:
        fields: list[ft.Control] = []
        if chosen.id:
            unsent = ui.phone.unsent_counts().get(chosen.id, 0)
            fields.append(person_card(chosen, unsent, called=called_apart(people).get(chosen.id, "")))
        else:
            if asks_server:
                fields.append(
                    TextBox(
                        "sign-in-server", t("shell.sign_in.server"), server, set_server,
                        hint="https://", keyboard=ft.KeyboardType.URL, helper=t("shell.sign_in.server_help"),
                    )
                )  # fmt: skip
            fields.append(TextBox("sign-in-login", t("shell.sign_in.login"), login, set_login))
        field = TextBox(
            "sign-in-password", t("shell.sign_in.password"), password, set_password,
            password=True, on_submit=sign_in, autofocus=bool(chosen.id or tries),
            key=f"password-{tries}",
        )  # fmt: skip
        fields.append(field)
        ready = bool(password and (chosen.id or (login.strip() and address_of(server))))
        fields.append(MainAction(Action(t("shell.sign_in.go"), sign_in, enabled=ready)))
        content.append(column(fields, gap=theme.GAP_LARGE))
        below: list[ft.Control] = [_by_code(ui)]
        if people:
            below.append(small_button("choose-person", t("shell.sign_in.choose"), lambda: choose(None), tone="text"))
        if not chosen.id and not asks_server:
            words = t("shell.sign_in.change_server")
            below.append(small_button("change-server", words, lambda: ask_server(True), tone="text"))
        content.append(row(below, alignment=ft.MainAxisAlignment.CENTER, wrap=True))
        content.append(quiet(t("shell.sign_in.forgot"), align=ft.TextAlign.CENTER))
    return frame(ui, content, on_back=ui.back if ui.signed_in else None)


def frame(
    ui: Ui, content: list[ft.Control], *, id: str = "sign-in", on_back: Callable[[], object] | None = None
) -> ft.Control:
    """Return the frame of a page before signing in: nothing around it but a back button and the language."""
    look = theme.look_of(ui.page)
    other = "en" if look.language == "zh-CN" else "zh-CN"

    def switch() -> None:
        ui.choose(language=other)
        theme.choose(ui.page, language=other)

    tools = row(
        [
            *([icon_button("back", ft.Icons.ARROW_BACK_ROUNDED, t("common.back"), on_back)] if on_back else []),
            ft.Container(expand=True),
            small_button("language", "English" if other == "en" else "中文", switch, tone="text"),
        ]
    )
    inner = ft.Column(
        [tools, *content, ft.Container(height=theme.GAP_LARGE)],
        scroll=ft.ScrollMode.AUTO,
        expand=True,
        spacing=theme.GAP_LARGE,
        horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
    )
    width = min(480.0, float(ui.page.width or 390))
    middle = ft.Row(
        [ft.Container(inner, width=width, padding=ft.Padding.symmetric(horizontal=theme.EDGE))],
        alignment=ft.MainAxisAlignment.CENTER,
        vertical_alignment=ft.CrossAxisAlignment.STRETCH,
        expand=True,
    )
    safe = ft.SafeArea(ft.Column([middle], expand=True, spacing=0), expand=True)
    return tag(id, ft.Container(safe, expand=True, bgcolor=ft.Colors.SURFACE), expand=True)


def app_head(people: list[Profile], *, asks: bool = False) -> ft.Control:
    """Return the app's name with the estate's and, with ``asks``, the question who uses the phone."""
    estate = next((profile.estate for profile in people if profile.estate), "")
    name = column(
        [
            ft.Semantics(header=True, content=txt(t("common.app_name"), ft.TextThemeStyle.DISPLAY_SMALL)),
            quiet(estate or t("shell.sign_in.slogan")),
        ],
        gap=0,
    )
    picture = app_icon()
    head = row([picture, ft.Container(name, expand=True)], gap=16)
    parts: list[ft.Control] = [head]
    if asks:
        parts.append(txt(t("shell.sign_in.who"), ft.TextThemeStyle.TITLE_LARGE))
    return ft.Container(column(parts, gap=28), padding=ft.Padding.only(top=16, bottom=4))


def _ended(ui: Ui, people: list[Profile]) -> list[ft.Control]:
    """Return a notice for each person whose sign-in the server ended here, saying what became of their unsent work."""
    ended = [profile for profile in people if profile.ended]
    unsent = ui.phone.unsent_counts() if ended else {}
    return [
        notice(
            t("devices.held", name=one.name),
            kept=t("devices.held_unsent", n=unsent[one.id], name=one.name)
            if unsent.get(one.id)
            else t("devices.held_clean", name=one.name),
            id=f"ended-{one.login}",
        )
        for one in ended
    ]


def _by_code(ui: Ui) -> ft.Control:
    return small_button("by-code", t("join.offer"), lambda: ui.go("/join"), icon=ft.Icons.PIN_OUTLINED, tone="text")


def _people(ui: Ui, people: list[Profile], pick: object) -> list[ft.Control]:
    unsent = ui.phone.unsent_counts()
    take = pick if callable(pick) else None
    called = called_apart(people)
    return [
        person_card(one, unsent.get(one.id, 0), (lambda p=one: take(p)) if take else None, called=called[one.id])
        for one in people
    ]


def called_apart(people: list[Profile]) -> dict[str, str]:
    """Return each person's name by profile id; people of the same name are told apart by their sign-in names."""
    return told_apart({one.id: one.name for one in people}, {one.id: one.login for one in people})


def role_words(held: Mapping[str, object] | tuple[str, ...] | frozenset[str]) -> str:
    """Return roles in words, such as 维修工、前台 (repair worker, desk); unknown ones of a newer server as "other"."""
    keys = [f"shell.role.{role}" if has(f"shell.role.{role}") else "shell.role.other" for role in sorted(held)]
    return t("shell.and").join(t(key) for key in dict.fromkeys(keys))


def avatar(name: str, size: float = 52) -> ft.Control:
    """Return the first character of a name in a circle: nobody needs their photo on the company's phone."""
    side = theme.scaled(size)
    return ft.Container(
        txt(name[:1], ft.TextThemeStyle.TITLE_LARGE, color=ft.Colors.ON_PRIMARY_CONTAINER),
        width=side,
        height=side,
        border_radius=side / 2,
        bgcolor=ft.Colors.PRIMARY_CONTAINER,
        alignment=ft.Alignment.CENTER,
    )


def person_card(profile: Profile, unsent: int, on_tap: object = None, called: str = "") -> ft.Control:
    """Return a person of this phone and the number of their unsent entries; with `on_tap` it is a big button.

    `called` replaces the name, to tell apart people of the same name.
    """
    name = called or profile.name
    marks: list[ft.Control] = []
    if unsent:
        marks.append(flow([chip(t("common.cloud.waiting", n=unsent), "amber", ft.Icons.CLOUD_UPLOAD_OUTLINED)]))
    words = column([txt(name, ft.TextThemeStyle.TITLE_LARGE), quiet(role_words(profile.roles)), *marks], gap=2)
    line: list[ft.Control] = [avatar(profile.name), ft.Container(words, expand=True)]
    if on_tap is not None:
        mark = ft.Icons.ARROW_FORWARD_ROUNDED if profile.signed_in else ft.Icons.LOCK_OUTLINE
        line.append(icon(mark, 24, ft.Colors.PRIMARY))
    return pressable(
        f"person-{profile.login}",
        row(line, gap=16),
        on_tap if callable(on_tap) else None,
        label=f"{name} {role_words(profile.roles)}",
        padding=ft.Padding.symmetric(horizontal=16, vertical=12),
        radius=theme.RADIUS,
        bgcolor=theme.PAPER,
        border=ft.Border.all(1, ft.Colors.OUTLINE_VARIANT),
        min_height=72,
    )


def enter(ui: Ui) -> None:
    """Open 今日 (today), the first screen after signing in, and show the person in all windows of this phone."""
    ui.router.reset("/")
    ui.agree()
    # From now on there is work here that is nowhere else, so ask the browser never to evict it.
    ui.in_background(ui.ask_to_keep())


def address_of(text: str) -> str:
    """Return a typed server address with a scheme (https by default) and without trailing slash; empty stays empty."""
    bare = text.strip().rstrip("/")
    if bare.count(":") > 1 and re.fullmatch("[0-9A-Fa-f:.]+", bare):
        bare = f"[{bare}]"  # an IPv6 address, whose end could otherwise be taken for a port
    return bare if not bare or "://" in bare else f"https://{bare}"


def why_not(problem: Problem, lang: str) -> tuple[str, str]:
    """Return what went wrong when signing in, and what to do about it ("" if there is no advice)."""
    if problem.kind is errors.NO_NETWORK:
        return t("shell.sign_in.no_network"), t("shell.sign_in.no_network_do")
    if problem.kind is errors.WIFI_SIGN_IN:
        return t("shell.sign_in.wifi"), t("shell.sign_in.wifi_do")
    if problem.kind is errors.WRONG_PASSWORD:
        return problem.message(lang), t("shell.sign_in.wrong_do")
    return problem.message(lang), ""


ROUTE = Route("/sign-in", SignIn)
