"""我的 (me): the signed-in person, the app's look, links to other pages, and signing out, which keeps all data."""

from __future__ import annotations

import flet as ft

from app.actions import Session
from app.actions.estates import Estate
from app.actions.models import Staff, SyncStatus
from app.actions.phone import APP_VERSION
from app.actions.photos import PhotoSpace
from app.domain import roles
from app.domain.rules.handbook import HELP
from app.ui import theme
from app.ui.context import Ui, cloud_of, use_read, use_ui
from app.ui.kit.base import column, quiet, row, tag, txt
from app.ui.kit.buttons import Action, small_button
from app.ui.kit.choose import pills
from app.ui.kit.lists import group, list_row
from app.ui.kit.notices import use_question
from app.ui.kit.scaffold import Scaffold
from app.ui.kit.ticket import chip, paper
from app.ui.router import Route
from app.ui.screens.desk import devices, news, office_forms, put_on_phone, registers
from app.ui.screens.door.archive_paths import ARCHIVES
from app.ui.screens.handbook.paths import HANDBOOK
from app.ui.screens.phone.photo_choices import photo_paper
from app.ui.screens.phone.room import low_room, room_paper, size_text
from app.ui.screens.phone.sign_in import avatar, role_words
from app.ui.subjects.archive_paper.paths import CHECK
from app.ui.subjects.case.paths import CONTACTS, FORMS, METERS, PATROLS, UNITS
from app.ui.subjects.duty.my_month import PATH as MY_MONTH
from app.ui.subjects.notice.paths import NOTICES
from app.ui.subjects.shift.hand import PATH as SHIFT_OVER
from app.ui.subjects.survey_round.doors import GOES
from app.ui.subjects.survey_round.paths import SURVEY
from app.ui.subjects.training.lists import PATH as TRAININGS
from app.ui.tabs import nav
from app.ui.texts import t


@ft.component
def MeScreen() -> ft.Control:
    """Draw the page 我的 (me)."""
    ui = use_ui()
    staff, held, device, putting, space, new = use_read(_read)
    ft.on_mounted(ui.look_at_room)
    clearing, set_clearing = ft.use_state(False)

    async def clear() -> None:
        freed = await ui.session.photos.clear(space.clearable)
        ui.toast(t("photo.me.cleared", size=size_text(freed)))
        await ui.look_at_room()

    use_question(
        clearing,
        t("photo.me.clear_heading"),
        t("photo.me.clear_says", size=size_text(space.clearable)),
        Action(t("photo.me.clear"), clear),
        lambda: set_clearing(False),
        id="photos-clear-ask",
    )
    look = theme.use_look()
    content: list[ft.Control] = [
        *low_room(ui),
        _who(ui, staff, held),
        tag("display", paper([_language(ui, look), _theme(ui, look), _scale(ui, look)], gap=theme.GAP_LARGE)),
        group(
            t("shell.me.more"),
            [
                list_row("me-keys", t("keys.heading"), lambda: ui.go("/keys"), leading=ft.Icons.KEY_OUTLINED),
                list_row(
                    "me-shift", t("shift.noun.shift"), lambda: ui.go(SHIFT_OVER), leading=ft.Icons.SWAP_HORIZ_ROUNDED
                ),
                list_row(
                    "me-training", t("training.heading"), lambda: ui.go(TRAININGS), leading=ft.Icons.SCHOOL_OUTLINED
                ),
                *([_survey(ui)] if ui.session.surveys.in_season() and ui.session.roles & GOES else []),
                *([_forms(ui)] if ui.session.cases.any_listed() else []),
                list_row("me-notices", t("notice.heading"), lambda: ui.go(NOTICES), leading=ft.Icons.CAMPAIGN_OUTLINED),
                *([_contacts(ui)] if roles.GUARD in held else []),
                *([_archives(ui)] if roles.ARCHIVIST in held else []),
                *([_units(ui)] if ui.session.units.any_check() else []),
                *([_meters(ui)] if ui.session.meters.any_round() else []),
                *([_archive_check(ui)] if ui.session.archive.keeps() else []),
                *([_patrols(ui)] if ui.session.patrols.routes() else []),
                _handbook(ui, new),
                list_row(
                    "me-help",
                    t("help.heading"),
                    lambda: ui.go(HANDBOOK, kind=HELP),
                    leading=ft.Icons.HELP_OUTLINE_ROUNDED,
                ),
                list_row("me-prices", t("shell.me.prices"), lambda: ui.go("/prices"), leading=ft.Icons.SELL_OUTLINED),
                list_row(
                    "me-sync", t("shell.sync.heading"), lambda: ui.go("/sync"), leading=ft.Icons.CLOUD_SYNC_OUTLINED
                ),
                list_row(
                    "me-switch",
                    t("shell.me.switch"),
                    lambda: ui.go("/sign-in"),
                    leading=ft.Icons.SWITCH_ACCOUNT_OUTLINED,
                ),
                *([_put_on_phone(ui)] if putting else []),
                *([_registers(ui)] if registers.may_bring_in(ui.session) else []),
                *([_devices(ui)] if devices.may_manage(ui.session) else []),
                *([_news(ui)] if news.may_see(ui.session) else []),
                *([_office_forms(ui)] if office_forms.may_publish(ui.session) else []),
                _Leave(),
            ],
            id="me-more",
        ),
        paper([quiet(_program(ui, device))]),
        *photo_paper(ui, space, lambda: set_clearing(True)),
        *room_paper(ui),
    ]
    return Scaffold(
        t("shell.tab.me"), content, id="me", cloud=cloud_of(ui), footer=nav(ui, held, "me"), gap=theme.GAP_LARGE
    )


def _contacts(ui: Ui) -> ft.Control:
    mark = ft.Icons.CONTACT_EMERGENCY_OUTLINED
    return list_row("me-contacts", t("care.contacts"), lambda: ui.go(CONTACTS), leading=mark)


def _archives(ui: Ui) -> ft.Control:
    mark = ft.Icons.FOLDER_SHARED_OUTLINED
    return list_row("me-archives", t("shelf.heading"), lambda: ui.go(ARCHIVES), leading=mark)


def _read(session: Session) -> tuple[Staff, frozenset[str], str, bool, PhotoSpace, int]:
    return (
        session.staff,
        session.roles,
        session.device,
        put_on_phone.may_put(session),
        session.photos.space(),
        len(session.handbook.new()),
    )


def _program(ui: Ui, device: str) -> str:
    """Return the app's version, the device's short code and the server: what support asks for on the telephone."""
    version = f"{t('shell.me.version')} {APP_VERSION} · {t('shell.me.device')} {devices.short_code(device)}"
    return f"{version}\n{t('shell.me.server')} {ui.session.profile.server_url}"


def _put_on_phone(ui: Ui) -> ft.Control:
    return list_row(
        "me-put-on-phone",
        t("join.desk.heading"),
        lambda: ui.go(put_on_phone.PATH),
        sub=t("join.desk.me_says"),
        leading=ft.Icons.ADD_TO_HOME_SCREEN_ROUNDED,
    )


def _survey(ui: Ui) -> ft.Control:
    return list_row("me-survey", t("survey.heading"), lambda: ui.go(SURVEY), leading=ft.Icons.POLL_OUTLINED)


def _forms(ui: Ui) -> ft.Control:
    return list_row("me-forms", t("case.heading"), lambda: ui.go(FORMS), leading=ft.Icons.ASSIGNMENT_OUTLINED)


def _handbook(ui: Ui, new: int) -> ft.Control:
    mark = chip(t("handbook.new_n", n=new), "good") if new else None
    return list_row(
        "me-handbook", t("handbook.heading"), lambda: ui.go(HANDBOOK), leading=ft.Icons.MENU_BOOK_OUTLINED,
        trailing=mark,
    )  # fmt: skip


def _units(ui: Ui) -> ft.Control:
    return list_row("me-units", t("unit.heading"), lambda: ui.go(UNITS), leading=ft.Icons.NIGHT_SHELTER_OUTLINED)


def _meters(ui: Ui) -> ft.Control:
    return list_row("me-meters", t("meter.heading"), lambda: ui.go(METERS), leading=ft.Icons.SPEED_ROUNDED)


def _archive_check(ui: Ui) -> ft.Control:
    mark = ft.Icons.FACT_CHECK_OUTLINED
    return list_row("me-archive-check", t("archive_paper.check"), lambda: ui.go(CHECK), leading=mark)


def _patrols(ui: Ui) -> ft.Control:
    return list_row("me-patrols", t("patrol.heading"), lambda: ui.go(PATROLS), leading=ft.Icons.ROUTE_OUTLINED)


def _registers(ui: Ui) -> ft.Control:
    return list_row(
        "me-registers",
        t("register.heading"),
        lambda: ui.go(registers.PATH),
        leading=ft.Icons.UPLOAD_FILE_ROUNDED,
    )


def _devices(ui: Ui) -> ft.Control:
    return list_row(
        "me-devices",
        t("devices.heading"),
        lambda: ui.go(devices.PATH),
        sub=t("devices.me_says"),
        leading=ft.Icons.PHONELINK_ERASE_ROUNDED,
    )


def _news(ui: Ui) -> ft.Control:
    return list_row(
        "me-news", t("news.heading"), lambda: ui.go(news.PATH), leading=ft.Icons.NOTIFICATIONS_ACTIVE_OUTLINED
    )


def _office_forms(ui: Ui) -> ft.Control:
    return list_row(
        "me-office-forms", t("office_forms.heading"), lambda: ui.go(office_forms.PATH),
        sub=t("office_forms.me_says"), leading=ft.Icons.EDIT_DOCUMENT,
    )  # fmt: skip


def _who(ui: Ui, staff: Staff, held: frozenset[str]) -> ft.Control:
    profile = ui.session.profile
    said = " · ".join(part for part in (role_words(held), staff.number, profile.estate) if part)
    lines: list[ft.Control] = [quiet(said)]
    if ui.session.several:
        lines = [quiet(staff.number), *(_post(ui.session, estate) for estate in ui.session.estates)]
    month = small_button("me-month", t("duty.month.heading"), lambda: ui.go(MY_MONTH))
    words = column([txt(staff.name, ft.TextThemeStyle.HEADLINE_SMALL), *lines, month], gap=4)
    return row([avatar(staff.name, 64), ft.Container(words, expand=True)], gap=16)


def _post(session: Session, estate: Estate) -> ft.Control:
    """Draw a line with the person's roles in one estate."""
    return quiet(t("estates.posts", name=estate.name, roles=role_words(session.roles_in(estate.key))))


@ft.component
def _Leave() -> ft.Control:
    """Draw the row 退出登录 (sign out), which asks before it does so."""
    ui = use_ui()
    says, set_says = ft.use_state("")

    async def leave() -> None:
        await ui.phone.sign_out()
        ui.router.reset("/")
        ui.agree()

    use_question(
        bool(says),
        t("shell.me.leave_heading"),
        says,
        Action(t("shell.me.leave"), leave),
        lambda: set_says(""),
        no=t("shell.me.stay"),
    )

    def ask() -> None:
        set_says(_leave_says(ui.session.sync_status()))

    return list_row("me-leave", t("shell.me.leave"), ask, leading=ft.Icons.LOGOUT_ROUNDED)


def _leave_says(status: SyncStatus) -> str:
    left = status.waiting + status.refused
    return t("shell.me.leave_unsent", n=left) if left else t("shell.me.leave_clean")


# -- how the app looks: a choice kept on this phone ----------------------------------------------


def _choice(heading: str, choices: ft.Control) -> ft.Control:
    return column([txt(heading, ft.TextThemeStyle.TITLE_SMALL), choices], gap=8)


def _language(ui: Ui, look: theme.Look) -> ft.Control:
    def choose(value: str) -> None:
        ui.choose(language=value)
        theme.choose(ui.page, language=value)

    # Each language by its own name, so that somebody lost in the other one finds the way back.
    known = [("zh-CN", "中文"), ("en", "English")]
    return _choice(t("shell.me.language"), pills(known, look.language, choose, id="language"))


def _theme(ui: Ui, look: theme.Look) -> ft.Control:
    def choose(value: str) -> None:
        ui.choose(theme=value)
        theme.choose(ui.page, theme_mode=value)

    known = [(mode, t(f"shell.me.theme_{mode}")) for mode in theme.THEME_MODES]
    return _choice(t("shell.me.theme"), pills(known, look.theme_mode, choose, id="theme"))


def _scale(ui: Ui, look: theme.Look) -> ft.Control:
    by_name: dict[str, float] = {f"{round(scale * 100)}": scale for scale in theme.TEXT_SCALES}

    def choose(value: str) -> None:
        ui.choose(scale=by_name[value])
        theme.choose(ui.page, scale=by_name[value])

    here = f"{round(look.scale * 100)}"
    known = [(name, t(f"shell.me.scale_{name}")) for name in by_name]
    return _choice(t("shell.me.scale"), pills(known, here, choose, id="scale"))


ROUTE = Route("/me", MeScreen)
