"""放到手机上 (put on a phone): the desk shows a code, whose scan gives a phone the app, the server and its user."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Final

import flet as ft

from app.actions import Session
from app.actions.models import JoinCode, Staff
from app.domain.writing.folding import sought
from app.domain.writing.join_codes import keeps_offline, only_here, spoken
from app.domain.writing.names import fits_name
from app.ui import theme
from app.ui.asking import told, use_asked, waiting
from app.ui.context import Ui, cloud_of, language_code, use_read, use_ui
from app.ui.kit.base import body, column, quiet, row, tag, txt
from app.ui.kit.buttons import Action
from app.ui.kit.fields import SearchField
from app.ui.kit.lists import empty_state, group, list_row
from app.ui.kit.notices import notice
from app.ui.kit.scaffold import Scaffold
from app.ui.kit.ticket import chip
from app.ui.qr import qr_png
from app.ui.router import Route
from app.ui.screens.desk.parts import not_for_you
from app.ui.screens.phone.sign_in import role_words
from app.ui.texts import t

PATH: Final = "/put-on-phone"
SHOWN: Final = 30
"""Most people drawn; others are found by searching."""
QR_SIDE: Final = 280
"""Greatest side of the QR code in px: readable at arm's length, and it fits a phone's screen."""


def may_put(session: Session) -> bool:
    """Whether there is anybody this person may put on a phone; only then is a link to this page shown."""
    return bool(session.devices.people())


@ft.component
def PutOnPhoneScreen() -> ft.Control:
    """Draw the list of people, to choose whose phone it is."""
    ui = use_ui()
    text, set_text = ft.use_state("")
    people, me = use_read(lambda s: (s.devices.people(), s.profile.staff_id))
    if not people:
        return not_for_you(ui, t("join.desk.heading"), id="put-on-phone")
    found = [person for person in people if _fits(person, text)]
    rows = [_person(ui, person, me) for person in found[:SHOWN]]
    content: list[ft.Control] = [
        quiet(t("join.desk.says")),
        SearchField("put-find", set_text, hint=t("join.desk.find"), initial=text),
    ]
    if rows:
        content.append(group(t("join.desk.who"), rows, count=len(found), id="put-people"))
    else:
        content.append(empty_state(t("join.desk.nobody"), t("join.desk.nobody_says"), mark=ft.Icons.PERSON_SEARCH))
    if len(found) > SHOWN:
        content.append(quiet(t("join.desk.more", n=len(found) - SHOWN)))
    return Scaffold(t("join.desk.heading"), content, id="put-on-phone", on_back=ui.back, cloud=cloud_of(ui))


def _fits(person: Staff, text: str) -> bool:
    facts = sought(f"{person.number} {person.phone} {role_words(person.roles)}")
    spelled = (person.initials, person.pinyin)
    return all(sought(word) in facts or fits_name(person.name, word, *spelled) for word in text.split())


def _person(ui: Ui, person: Staff, me: str) -> ft.Control:
    name = t("join.desk.me", name=person.name) if person.id == me else person.name
    sub = " · ".join(part for part in (role_words(person.roles), person.number) if part)
    return list_row(
        f"put-{person.number}", name, lambda: ui.go(f"{PATH}/{person.id}"), sub=sub, leading=ft.Icons.PERSON_OUTLINE
    )


# -- the code ------------------------------------------------------------------------------------


@ft.component
def CodeScreen(staff_id: str) -> ft.Control:
    """Draw one person's code, as a QR code for scanning and as letters for reading out."""
    ui = use_ui()
    person = use_read(lambda s: next((p for p in s.devices.people() if p.id == staff_id), None), staff_id)
    asked = use_asked(lambda: ui.session.devices.join_code(staff_id), wanted=person is not None)
    ran_out, set_ran_out = ft.use_state("")
    heading = t("join.desk.heading")
    if person is None:
        return not_for_you(ui, heading, id="put-code")
    content: list[ft.Control] = [txt(person.name, ft.TextThemeStyle.HEADLINE_SMALL, align=ft.TextAlign.CENTER)]
    code = asked.value
    action: Action | None = Action(t("join.desk.fresh"), asked.again, icon=ft.Icons.REFRESH_ROUNDED)
    second: Action | None = None
    if asked.problem is not None:
        offline = (t("join.desk.offline"), t("join.desk.offline_says"))
        content.append(told(asked.problem, language_code(ui.page), offline=offline))
        action = Action(t("join.desk.again"), asked.again, icon=ft.Icons.REFRESH_ROUNDED)
    elif code is None:
        content.append(waiting(t("join.desk.making")))
        action = None
    elif ran_out == code.code:
        content.append(notice(t("join.desk.over"), kept=t("join.desk.over_says"), id="put-over"))
    else:
        content.extend(_shown(code, lambda: set_ran_out(code.code)))
        second, action = action, Action(t("join.desk.done"), ui.back)
    return Scaffold(heading, content, id="put-code", on_back=ui.back, cloud=cloud_of(ui), action=action, second=second)


def _seconds(code: JoinCode, now: int) -> int:
    return max(0, (code.expires_at - now) // 1000)


@ft.component
def _Countdown(code: JoinCode, on_over: Callable[[], object]) -> ft.Control:
    """Draw the time a code has left. A component of its own, so that each second redraws nothing else."""
    ui = use_ui()
    left, set_left = ft.use_state(_seconds(code, ui.now()))
    running: ft.MutableRef[asyncio.Task[None]] = ft.use_ref()

    async def count() -> None:
        while ui.signed_in and (seconds := _seconds(code, ui.now())):
            set_left(seconds)
            await asyncio.sleep(1)
        on_over()

    def start() -> None:
        running.current = asyncio.get_running_loop().create_task(count())

    def end() -> None:
        if running.current is not None:
            running.current.cancel()

    ft.use_effect(start, [code.code], end)
    minutes, seconds = divmod(left, 60)
    tone = "amber" if left < 120 else "calm"
    return chip(t("join.desk.left", left=f"{minutes}:{seconds:02d}"), tone, ft.Icons.TIMER_OUTLINED)


def _shown(code: JoinCode, on_over: Callable[[], object]) -> list[ft.Control]:
    width = float(ft.context.page.width or 390)
    side = min(float(QR_SIDE), width - 2 * theme.EDGE - 24)
    picture = ft.Image(
        src=qr_png(code.address),
        width=side,
        height=side,
        fit=ft.BoxFit.CONTAIN,
        filter_quality=ft.FilterQuality.NONE,
        gapless_playback=True,
        semantics_label=t("join.desk.qr", address=code.address),
    )
    # White in dark mode too: many scanners cannot read an inverted code.
    qr = ft.Container(picture, bgcolor=ft.Colors.WHITE, border_radius=theme.RADIUS, padding=4)
    letters = txt(
        spoken(code.code), ft.TextThemeStyle.DISPLAY_SMALL, align=ft.TextAlign.CENTER, label=" ".join(code.code)
    )
    found: list[ft.Control] = [
        row([tag("put-qr", qr)], alignment=ft.MainAxisAlignment.CENTER),
        tag("put-letters", letters),
        row([_Countdown(code, on_over)], alignment=ft.MainAxisAlignment.CENTER),
        column([_step(1, t("join.desk.step1")), _step(2, t("join.desk.step2")), _step(3, t("join.desk.step3"))], gap=8),
        quiet(t("join.desk.by_hand", address=code.address.removesuffix(code.code))),
    ]
    if only_here(code.address):
        found.insert(0, notice(t("join.desk.only_here"), kept=t("join.desk.only_here_says"), id="put-only-here"))
    elif not keeps_offline(code.address):
        found.append(notice(t("join.desk.no_https"), kept=t("join.desk.no_https_says"), tone="calm", id="put-no-https"))
    return found


def _step(number: int, words: str) -> ft.Control:
    return ft.Row(
        [txt(f"{number}", ft.TextThemeStyle.TITLE_MEDIUM, color=ft.Colors.PRIMARY), body(words, expand=True)],
        spacing=12,
        vertical_alignment=ft.CrossAxisAlignment.START,
    )


ROUTES: Final = (Route(PATH, PutOnPhoneScreen, parent="/me"), Route(f"{PATH}/{{staff_id}}", CodeScreen, parent=PATH))
