"""通知 (news outside the app), for administrators and managers: channels, what came of the last messages, the rules."""

from __future__ import annotations

from typing import Final

import flet as ft

from app.actions.models import News, NewsChannel, NewsMessage, NewsRule
from app.domain.subjects import SUBJECTS, access
from app.domain.wire.errors import Problem
from app.ui.asking import told, use_asked, waiting
from app.ui.context import Ui, cloud_of, language_code, use_now, use_ui
from app.ui.kit.base import column, flow, quiet, txt
from app.ui.kit.buttons import Action, small_button
from app.ui.kit.lists import empty_state, group, list_row
from app.ui.kit.scaffold import Scaffold
from app.ui.kit.ticket import chip, paper
from app.ui.router import Route
from app.ui.screens.desk.parts import not_for_you
from app.ui.subjects import face_of
from app.ui.texts import has, moment_text, t

PATH: Final = "/news"
SHOWN: Final = 30
"""Most messages drawn; `news log` on the server lists more."""
_TONES: Final = {"sent": "good", "given_up": "red", "unsure": "amber"}


@ft.component
def NewsScreen() -> ft.Control:
    """Draw the channels, each with a button for a test message, the last messages, and the rules."""
    ui = use_ui()
    now = use_now()
    may = access.may_see_news(ui.session.roles)
    asked = use_asked(lambda: ui.session.news.told(), wanted=may)
    heading = t("news.heading")
    if not may:
        return not_for_you(ui, heading, id="news")
    content: list[ft.Control] = []
    if asked.problem is not None:
        content.append(told(asked.problem, language_code(ui.page)))
    elif asked.value is None:
        content.append(waiting(t("devices.asking")))
    else:
        content.extend(_all(ui, asked.value, now))
    action = Action(t("news.again"), asked.again, icon=ft.Icons.REFRESH_ROUNDED)
    return Scaffold(heading, content, id="news", on_back=ui.back, cloud=cloud_of(ui), action=action)


def _all(ui: Ui, news: News, now: int) -> list[ft.Control]:
    if not news.channels:
        none = empty_state(
            t("news.none"), t("news.none_says"), mark=ft.Icons.NOTIFICATIONS_OFF_OUTLINED, id="news-none"
        )
        return [none, _rules(news)]
    found: list[ft.Control] = [_Channel(channel) for channel in news.channels]
    if news.messages:
        rows = [_message(ui, one, now) for one in news.messages[:SHOWN]]
        found.append(group(t("news.last"), rows, id="news-last"))
    else:
        found.append(quiet(t("news.nothing_yet")))
    return [*found, _rules(news)]


@ft.component
def _Channel(channel: NewsChannel) -> ft.Control:
    """Draw one channel: what it is, whether it works, and the button for a test message."""
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
    lines: list[ft.Control] = [
        txt(channel.name, ft.TextThemeStyle.TITLE_LARGE),
        quiet(f"{_word('kind', channel.kind)} · {channel.shown}"),
        flow([chip(state, "red" if paused else "good")]),
        *([quiet(again)] if again else []),
        *([txt(said)] if said else []),
        quiet(t("news.trying")) if trying else small_button(f"news-test-{channel.name}", t("news.test"), try_out),
    ]
    return paper([column(lines, gap=8)], id=f"news-channel-{channel.name}")


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


def _rules(news: News) -> ft.Control:
    return group(
        t("news.rules"), [_rule(rule) for rule in news.rules], id="news-rules", more=quiet(t("news.edited_by"))
    )


def _rule(rule: NewsRule) -> ft.Control:
    parts = [
        t("news.to", whom=_whom(rule.whom), channel=rule.channel or t("news.every_channel")),
        t("news.after", n=rule.minutes) if rule.minutes else "",
        t("news.quiet", begins=rule.quiet_from, ends=rule.quiet_until) if rule.quiet_from else "",
    ]
    return list_row(
        f"news-rule-{rule.name}",
        _word("cause", rule.cause),
        None,
        sub=" · ".join(part for part in parts if part),
        trailing=None if rule.active else chip(t("news.off"), "plain"),
    )


def _whom(whom: str) -> str:
    return t(f"news.whom.{whom}") if has(f"news.whom.{whom}") else t(f"shell.role.{whom}")


def _word(table: str, name: str) -> str:
    return t(f"news.{table}.{name}") if has(f"news.{table}.{name}") else name


ROUTES: Final = (Route(PATH, NewsScreen, parent="/me"),)
