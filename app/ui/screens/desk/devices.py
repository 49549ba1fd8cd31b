"""手机和设备 (devices), for the desk: whose they are, when the server last saw each, and revoking one that was lost."""

from __future__ import annotations

from typing import Final

import flet as ft

from app.actions import Session
from app.actions.models import Device
from app.domain.subjects import access
from app.domain.wire import errors
from app.domain.wire.errors import Problem
from app.domain.writing.folding import sought
from app.domain.writing.names import fits_name
from app.ui import theme
from app.ui.asking import told, use_asked, waiting
from app.ui.context import Ui, cloud_of, language_code, use_now, use_ui
from app.ui.kit.base import column, flow, quiet, txt
from app.ui.kit.buttons import Action
from app.ui.kit.fields import SearchField
from app.ui.kit.lists import empty_state, group, list_row
from app.ui.kit.money import facts
from app.ui.kit.notices import notice, use_question
from app.ui.kit.scaffold import Scaffold
from app.ui.kit.ticket import chip, paper
from app.ui.router import Route
from app.ui.screens.desk.parts import not_for_you
from app.ui.texts import ago_text, moment_text, t

PATH: Final = "/devices"
SHOWN: Final = 40
"""Most devices drawn in each list; others are found by searching."""
_COMPUTERS: Final = frozenset(("win32", "darwin", "linux"))


def may_manage(session: Session) -> bool:
    """Whether somebody may revoke other people's devices; only then is a link to this page shown."""
    return access.may_manage_devices(session.roles)


def short_code(device: str) -> str:
    """Return a short form of a device's id for reading out: its last eight digits in two groups, "" for no id."""
    tail = device.replace("-", "")[-8:].upper()
    return f"{tail[:4]}-{tail[4:]}" if tail else ""


def _what(device: Device) -> str:
    """Return what the device has told of itself: its name, and the platform the app runs on."""
    known = ("emscripten", "web", "android", "ios", "win32", "darwin", "linux")
    platform = t(f"devices.platform.{device.platform}") if device.platform in known else device.platform
    return " · ".join(part for part in (device.name, platform) if part) or t("devices.unnamed")


def _standing(device: Device, now: int) -> str:
    if device.revoked_at is not None:
        return t("devices.ended_at", at=moment_text(device.revoked_at, now))
    if device.seen_at is None:
        return t("devices.never_seen")
    return t("devices.seen", ago=ago_text(device.seen_at, now))


@ft.component
def DevicesScreen() -> ft.Control:
    """Draw the list of all devices, the one seen last first, revoked ones at the end."""
    ui = use_ui()
    now = use_now()
    text, set_text = ft.use_state("")
    asked = use_asked(lambda: ui.session.devices.list(), wanted=may_manage(ui.session))
    heading = t("devices.heading")
    if not may_manage(ui.session):
        return not_for_you(ui, heading, id="devices")
    content: list[ft.Control] = []
    action: Action | None = None
    if asked.problem is not None:
        content.append(told(asked.problem, language_code(ui.page)))
        action = Action(t("devices.again"), asked.again, icon=ft.Icons.REFRESH_ROUNDED)
    elif asked.value is None:
        content.append(waiting(t("devices.asking")))
    else:
        content.extend(_list(ui, [d for d in asked.value if _fits(d, text)], text, set_text, now))
    return Scaffold(heading, content, id="devices", on_back=ui.back, cloud=cloud_of(ui), action=action)


def _fits(device: Device, text: str) -> bool:
    facts = sought(f"{device.name} {short_code(device.id)} {short_code(device.id).replace('-', '')}")
    return all(sought(word) in facts or fits_name(device.staff_name, word) for word in text.split())


def _list(ui: Ui, found: list[Device], text: str, set_text: object, now: int) -> list[ft.Control]:
    found.sort(key=lambda d: (d.revoked_at is not None, -(d.seen_at or d.created_at)))
    content: list[ft.Control] = [
        quiet(t("devices.says")),
        SearchField(
            "devices-find", set_text if callable(set_text) else lambda _: None, hint=t("devices.find"), initial=text
        ),
    ]
    live = [d for d in found if d.revoked_at is None]
    ended = [d for d in found if d.revoked_at is not None]
    for heading, some, id in (("in_use", live, "devices-live"), ("ended", ended, "devices-ended")):
        if some:
            rows = [_row(ui, device, now) for device in some[:SHOWN]]
            content.append(group(t(f"devices.{heading}"), rows, count=len(some), id=id))
        if len(some) > SHOWN:
            content.append(quiet(t("devices.more", n=len(some) - SHOWN)))
    if not found:
        content.append(empty_state(t("devices.none"), t("devices.none_says"), mark=ft.Icons.PHONELINK_OFF_OUTLINED))
    return content


def _row(ui: Ui, device: Device, now: int) -> ft.Control:
    own = device.id == ui.session.device
    return list_row(
        f"device-{short_code(device.id)}",
        t("devices.this_one", name=device.staff_name) if own else device.staff_name,
        lambda: ui.go(f"{PATH}/{device.id}"),
        sub=f"{_what(device)}\n{_standing(device, now)}\n{t('devices.number')} {short_code(device.id)}",
        leading=_mark(device),
    )


def _mark(device: Device) -> ft.IconData:
    if device.revoked_at is not None:
        return ft.Icons.PHONELINK_ERASE_ROUNDED
    return ft.Icons.COMPUTER_ROUNDED if device.platform in _COMPUTERS else ft.Icons.PHONE_ANDROID_ROUNDED


# -- one device ----------------------------------------------------------------------------------


@ft.component
def DeviceScreen(device_id: str) -> ft.Control:
    """Draw one device, with a button that revokes it."""
    ui = use_ui()
    now = use_now()
    asking, set_asking = ft.use_state(False)

    async def look() -> Device:
        device = next((d for d in await ui.session.devices.list() if d.id == device_id), None)
        if device is None:
            raise Problem(errors.NOT_FOUND)
        return device

    asked = use_asked(look, wanted=may_manage(ui.session))
    found = asked.value
    name = found.staff_name if found is not None else ""

    async def end() -> None:
        try:
            await ui.session.devices.revoke(device_id)
        except Problem as wrong:
            ui.tell(wrong)
            return
        ui.toast(t("devices.ended_now", name=name))
        await asked.again()

    own = device_id == ui.session.device
    use_question(
        asking,
        t("devices.question", name=name),
        t("devices.question_own" if own else "devices.question_says"),
        Action(t("devices.end"), end, danger=True),
        lambda: set_asking(False),
        no=t("devices.keep"),
    )
    heading = t("devices.one")
    if not may_manage(ui.session):
        return not_for_you(ui, heading, id="device")
    content: list[ft.Control] = []
    action: Action | None = None
    if asked.problem is not None:
        content.append(told(asked.problem, language_code(ui.page)))
        action = Action(t("devices.again"), asked.again, icon=ft.Icons.REFRESH_ROUNDED)
    elif found is None:
        content.append(waiting(t("devices.asking")))
    else:
        content.extend(_one(found, now, own))
        if found.revoked_at is None:
            action = Action(
                t("devices.end"), lambda: set_asking(True), icon=ft.Icons.PHONELINK_ERASE_ROUNDED, danger=True
            )
    return Scaffold(heading, content, id="device", on_back=ui.back, cloud=cloud_of(ui), action=action)


def _one(device: Device, now: int, own: bool) -> list[ft.Control]:
    ended = device.revoked_at is not None
    mark = chip(t("devices.ended" if ended else "devices.in_use"), "plain" if ended else "good")
    head = column([txt(device.staff_name, ft.TextThemeStyle.HEADLINE_SMALL), quiet(_what(device)), flow([mark])], gap=6)
    lines = [
        (
            t("devices.last"),
            moment_text(device.seen_at, now) if device.seen_at is not None else t("devices.never_seen"),
        ),
        (t("devices.since"), moment_text(device.created_at, now)),
        (t("devices.number"), short_code(device.id)),
        *([(t("devices.version"), device.app_version)] if device.app_version else []),
    ]
    found: list[ft.Control] = [paper([head, facts(lines)], id="device-paper", gap=theme.GAP)]
    if ended:
        found.append(notice(_standing(device, now), kept=t("devices.ended_says"), tone="calm", id="device-ended"))
    else:
        found.append(
            notice(
                t("devices.own") if own else t("devices.lost"),
                kept=t("devices.lost_says"),
                tone="calm",
                id="device-lost",
            )
        )
    return found


ROUTES: Final = (Route(PATH, DevicesScreen, parent="/me"), Route(f"{PATH}/{{device_id}}", DeviceScreen, parent=PATH))
