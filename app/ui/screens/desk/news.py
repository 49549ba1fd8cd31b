"""通知 (news outside the app), for administrators and managers: channels, what came of the last messages, the rules.

Managers read; administrators set channels and rules up (`news_forms`).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final
from urllib.parse import quote

import flet as ft

from app.actions import Session
from app.actions.models import News, NewsChannel, NewsMessage, NewsRule
from app.domain.subjects import SUBJECTS, access
from app.domain.wire.errors import Problem
from app.ui import theme
from app.ui.asking import told, use_asked_here, waiting
from app.ui.context import Ui, cloud_of, language_code, use_now, use_ui
from app.ui.kit.base import column, flow, icon, pressable, quiet, row, txt
from app.ui.kit.buttons import Action, icon_button, small_button
from app.ui.kit.choose import pills
from app.ui.kit.lists import empty_state, group, list_row
from app.ui.kit.scaffold import Scaffold
from app.ui.kit.ticket import chip, paper
from app.ui.screens.desk.parts import not_for_you
from app.ui.subjects import face_of
from app.ui.texts import has, moment_text, t

PATH: Final = "/news"
SHOWN: Final = 30
"""Most messages drawn; `news log` on the server lists more."""
BESIDE: Final = 420
"""Width in px of the channels beside rules and messages, at a desk."""
LARGEST: Final = 1.3
"""Up to which size of text a table stands beside the channels; larger letters have the column of a phone."""
STATES: Final = ("given_up", "unsure", "waiting", "sent", "unneeded")
"""What the log can be narrowed to: what needs somebody first."""
_TONES: Final = {"sent": "good", "given_up": "red", "unsure": "amber"}
_WIDTHS: Final = (5, 3, 4, 3, 4, 3, 2)
"""How wide the columns of the table of rules are, in parts."""


def may_see(session: Session) -> bool:
    """Whether somebody may see what was sent outside the app; only then is a link to this page shown."""
    return access.may_see_news(session.roles)


@ft.component
def NewsScreen() -> ft.Control:
    """Draw the channels, each with a button for a test message, the last messages, and the rules."""
    ui = use_ui()
    now = use_now()
    look = theme.use_look()
    state, set_state = ft.use_state("")
    may = may_see(ui.session)
    asked = use_asked_here(lambda: ui.session.news.told(state), PATH, wanted=may, of=state)
    beside = look.desk and look.scale <= LARGEST
    heading = t("news.heading")
    if not may:
        return not_for_you(ui, heading, id="news")
    content: list[ft.Control] = []
    news = asked.value
    if asked.problem is not None:
        content.append(told(asked.problem, language_code(ui.page)))
    elif news is None:
        content.append(waiting(t("devices.asking")))
    else:
        content.extend((_beside if beside else _all)(ui, news, state, set_state, now))
    again = Action(t("news.again"), asked.again, icon=ft.Icons.REFRESH_ROUNDED)
    tools: list[ft.Control] = []
    if news is not None and news.may_change:
        tools = [icon_button("news-again", ft.Icons.REFRESH_ROUNDED, t("news.again"), asked.again)]
        again = Action(t("news.add"), lambda: ui.go(f"{PATH}/channel-new"), icon=ft.Icons.ADD_ROUNDED)
    return Scaffold(
        heading,
        content,
        id="news",
        on_back=ui.back,
        cloud=cloud_of(ui),
        tools=tools,
        action=again,
        full_width=beside,
    )


def _all(ui: Ui, news: News, state: str, on_state: Callable[[str], object], now: int) -> list[ft.Control]:
    return [*_channels(news), *_log(ui, news, state, on_state, now), _rules(ui, news, wide=False)]


def _beside(ui: Ui, news: News, state: str, on_state: Callable[[str], object], now: int) -> list[ft.Control]:
    """Draw the same for a desk's window: channels at the side, the rules a table."""
    first = ft.Container(column(_channels(news)), width=theme.scaled(BESIDE))
    second = ft.Container(
        column([_rules(ui, news, wide=True), *_log(ui, news, state, on_state, now)], gap=theme.GAP_LARGE), expand=True
    )
    return [row([first, second], gap=theme.GAP_LARGE, vertical_alignment=ft.CrossAxisAlignment.START)]


def _channels(news: News) -> list[ft.Control]:
    if news.channels:
        return [_Channel(channel, news.may_change and (news.everywhere or channel.estate_key is not None))
                for channel in news.channels]  # fmt: skip
    says = t("news.none_says" if news.may_change else "news.none_ask")
    return [empty_state(t("news.none"), says, mark=ft.Icons.NOTIFICATIONS_OFF_OUTLINED, id="news-none")]


@ft.component
def _Channel(channel: NewsChannel, may_change: bool) -> ft.Control:
    """Draw one channel: what it is, whether it works, and the buttons for a test message and for changing it."""
    ui = use_ui()
    now = use_now()
    trying, set_trying = ft.use_state(False)
    said, set_said = ft.use_state("")
    worked, set_worked = ft.use_state(False)

    async def try_out() -> None:
        set_trying(True)
        try:
            why = await ui.session.news.try_out(channel.name)
            words = why.get(language_code(ui.page)) or next(iter(why.values()), "")
            set_worked(not words)
            set_said(t("news.test_failed", why=words) if words else t("news.test_sent"))
        except Problem as wrong:
            ui.tell(wrong)
        finally:
            set_trying(False)

    # What waits goes out at once after a test message that did.
    paused = channel.paused_until is not None and channel.paused_until > now and not worked
    state = t("news.failing", n=channel.failures) if paused else t("news.works")
    again = t("news.tried_again", at=moment_text(channel.paused_until, now)) if paused and channel.paused_until else ""
    buttons: list[ft.Control] = [small_button(f"news-test-{channel.name}", t("news.test"), try_out)]
    if may_change:
        there = f"{PATH}/channel/{quote(channel.name)}"
        buttons.append(small_button(f"news-change-{channel.name}", t("news.change"), lambda: ui.go(there), tone="text"))
    estate = next((one.name for one in ui.session.estates if one.key == channel.estate_key), "")
    what = (_word("kind", channel.kind), channel.shown, t("news.most", n=channel.per_minute), estate)
    lines: list[ft.Control] = [
        txt(channel.name, ft.TextThemeStyle.TITLE_LARGE),
        quiet(" · ".join(part for part in what if part)),
        flow([chip(state, "red" if paused else "good")]),
        *([quiet(again)] if again else []),
        *([txt(said)] if said else []),
        quiet(t("news.trying")) if trying else flow(buttons),
    ]
    return paper([column(lines, gap=8)], id=f"news-channel-{channel.name}")


def _log(ui: Ui, news: News, state: str, on_state: Callable[[str], object], now: int) -> list[ft.Control]:
    """Draw the last messages, and what they can be narrowed to; without a channel there are none."""
    if not news.channels and not news.messages and not state:
        return []
    if not news.messages and not state:
        return [quiet(t("news.nothing_yet"))]
    options = [("", t("news.all")), *((one, t(f"news.state.{one}")) for one in STATES)]
    narrowing = pills(options, state, on_state, id="news-state")
    if not news.messages:
        return [narrowing, quiet(t("news.none_such"))]
    rows = [_message(ui, one, now) for one in news.messages[:SHOWN]]
    return [narrowing, group(t("news.last"), rows, id="news-last")]


def _message(ui: Ui, one: NewsMessage, now: int) -> ft.Control:
    what = " · ".join(part for part in (_word("cause", one.cause), one.number, one.building) if part)
    why = one.error.get(language_code(ui.page), "")
    sub = " · ".join((moment_text(one.created_at, now), one.channel))
    there = face_of(one.type).page(one.subject_id) if one.type in SUBJECTS else ""
    return list_row(
        f"news-{one.id}",
        what,
        (lambda: ui.go(there)) if there else None,
        sub=f"{sub}\n{why}" if why else sub,
        trailing=chip(_word("state", one.state), _TONES.get(one.state, "plain")),
    )


def _rules(ui: Ui, news: News, *, wide: bool) -> ft.Control:
    """Draw the rules: a table at a desk, else a list."""
    rows = [(_line if wide else _rule)(ui, rule, news.everywhere) for rule in news.rules]
    if wide:
        heads = ("cause", "whom", "channel", "minutes", "quiet", "digest", "active")
        rows.insert(0, _cells([quiet(t(f"news.rule.{head}")) for head in heads], ft.Container(width=theme.scaled(22))))
    more: ft.Control = quiet(t("news.edited_by"))
    if news.everywhere:
        more = small_button(
            "news-rule-add",
            t("news.rule.add"),
            lambda: ui.go(f"{PATH}/rule-new"),
            icon=ft.Icons.ADD_ROUNDED,
            tone="text",
        )
    below = ft.Container(more, padding=ft.Padding.symmetric(horizontal=14, vertical=6))
    return group(t("news.rules"), rows, id="news-rules", more=below)


def _rule(ui: Ui, rule: NewsRule, may_change: bool) -> ft.Control:
    parts = (
        t("news.to", whom=whom_words(rule.whom), channel=rule.channel or t("news.every_channel")),
        after_words(rule),
        t("news.quiet", begins=rule.quiet_from, ends=rule.quiet_until) if rule.quiet_from else "",
    )
    return list_row(
        f"news-rule-{rule.name}",
        _word("cause", rule.cause),
        (lambda: ui.go(_path(rule))) if may_change else None,
        sub=" · ".join(part for part in parts if part),
        trailing=None if rule.active else chip(t("news.off"), "plain"),
    )


def _line(ui: Ui, rule: NewsRule, may_change: bool) -> ft.Control:
    said = (
        _word("cause", rule.cause),
        whom_words(rule.whom),
        rule.channel or t("news.every_channel"),
        after_words(rule) or t("news.at_once"),
        f"{rule.quiet_from}–{rule.quiet_until}" if rule.quiet_from else t("news.rule.no_quiet"),
        t("news.rule.digest_yes" if rule.digest else "news.rule.digest_no"),
        t("news.on" if rule.active else "news.off"),
    )
    ink = None if rule.active else ft.Colors.ON_SURFACE_VARIANT
    return pressable(
        f"news-rule-{rule.name}",
        _cells(
            [txt(words, ft.TextThemeStyle.BODY_MEDIUM, color=ink) for words in said],
            icon(ft.Icons.CHEVRON_RIGHT, 22, ft.Colors.OUTLINE) if may_change else ft.Container(width=theme.scaled(22)),
        ),
        (lambda: ui.go(_path(rule))) if may_change else None,
    )


def _cells(cells: list[ft.Control], end: ft.Control | None) -> ft.Control:
    parts: list[ft.Control] = [ft.Container(cell, expand=width) for cell, width in zip(cells, _WIDTHS, strict=True)]
    line = row([*parts, *([end] if end is not None else [])], gap=10)
    return ft.Container(line, padding=ft.Padding.symmetric(horizontal=14, vertical=8))


def _path(rule: NewsRule) -> str:
    return f"{PATH}/rule/{quote(rule.name)}"


def whom_words(whom: str) -> str:
    """Return what a post, or `assignee` or `supervisor`, is called."""
    return t(f"news.whom.{whom}") if has(f"news.whom.{whom}") else t(f"shell.role.{whom}")


def after_words(rule: NewsRule) -> str:
    """Return how long after what ran out a rule tells of it; "" for at once."""
    days, left = divmod(rule.minutes, 24 * 60)
    if not rule.minutes:
        return ""
    return t("news.after", n=rule.minutes) if left else t("news.after_days", n=days)


def _word(table: str, name: str) -> str:
    return t(f"news.{table}.{name}") if has(f"news.{table}.{name}") else name
