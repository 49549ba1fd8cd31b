"""The forms of 通知: a channel, and a rule. Administrators fill them in; the server says beside which field what is
wrong.

They keep no draft: an address and a password of a channel are secrets and stay nowhere on a phone.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from typing import Any, Final
from urllib.parse import unquote

import flet as ft

from app.actions.models import News, NewsChannel, NewsRule
from app.domain import roles
from app.domain.wire.errors import FIELD_MISSING, FIELD_WRONG, NOT_FOUND, Problem
from app.ui import theme
from app.ui.asking import told, use_asked, waiting
from app.ui.context import Ui, cloud_of, language_code, use_ui
from app.ui.kit.base import column, quiet, txt
from app.ui.kit.buttons import Action
from app.ui.kit.choose import pills
from app.ui.kit.fields import TextBox
from app.ui.kit.notices import notice, use_question
from app.ui.kit.scaffold import Scaffold
from app.ui.kit.ticket import paper
from app.ui.router import Route
from app.ui.screens.desk.news import PATH, NewsScreen, whom_words
from app.ui.screens.desk.parts import not_for_you
from app.ui.texts import t

KINDS: Final = ("wecom", "dingtalk", "feishu", "mail", "sms", "webhook", "apprise")
_SIGNED: Final = ("dingtalk", "feishu", "webhook")
"""Kinds whose messages a secret signs."""
_LEADERS: Final = (
    roles.DESK,
    roles.ENGINEERING_SUPERVISOR,
    roles.SERVICE_SUPERVISOR,
    roles.ENVIRONMENT_SUPERVISOR,
    roles.MANAGER,
    roles.ADMIN,
)
_HELD: Final = ("assigned", "not_accepted")
"""Causes of what is somebody's: it can be told to them."""
_SILENT: Final = "silent"
_AT_ONCE: Final = ("assigned", "major")
"""Causes that are told when they happen, and not so long after something ran out."""
_DAY: Final = 24 * 60
_NOTHING_WRONG: Problem | None = None
_PLACES: Final = {"phone": "{phone}", "text": "{text}"}
"""What stands in the template of an SMS, to be shown as it is typed."""
_QUIET: Final = (("", ""), ("20:00", "08:00"), ("22:00", "07:00"))


def _wrong_at(problem: Problem | None, field: str, lang: str) -> str | None:
    """Return what the server says is wrong with a field."""
    if problem is None or problem.details.get("field") != field:
        return None
    return str(problem.details.get(f"why_{lang}") or problem.message(lang))


def _found_wrong(problem: Problem | None, lang: str) -> str | None:
    """Return which field must be changed: it may be out of sight."""
    if problem is None:
        return None
    return t("news.found_wrong", field=problem.details.get(f"field_{lang}") or problem.details.get("field") or "")


@ft.component
def _Asking(heading: str, id: str, draw: Callable[[News], ft.Control]) -> ft.Control:
    """Ask the server how channels and rules stand, and draw the form once it has said so."""
    ui = use_ui()
    asked = use_asked(lambda: ui.session.news.told())
    if asked.value is not None and asked.value.may_change:
        return draw(asked.value)
    if asked.value is not None:
        return not_for_you(ui, heading, id=id)
    if asked.problem is None:
        return Scaffold(heading, [waiting(t("devices.asking"))], id=id, on_back=ui.back, cloud=cloud_of(ui))
    content = [told(asked.problem, language_code(ui.page))]
    again = Action(t("news.again"), asked.again, icon=ft.Icons.REFRESH_ROUNDED)
    return Scaffold(heading, content, id=id, on_back=ui.back, cloud=cloud_of(ui), action=again)


def _gone(ui: Ui, heading: str, id: str) -> ft.Control:
    content = [told(Problem(NOT_FOUND), language_code(ui.page))]
    return Scaffold(heading, content, id=id, on_back=ui.back, cloud=cloud_of(ui))


def _asked_for(heading: str, content: Sequence[ft.Control], says: str = "") -> ft.Control:
    lines = [txt(heading, ft.TextThemeStyle.TITLE_SMALL), *content, *([quiet(says)] if says else [])]
    return column(lines, gap=7)


# -- a channel ---------------------------------------------------------------------------------


@ft.component
def ChannelNewScreen() -> ft.Control:
    """Draw the form of a new channel."""
    return _Asking(t("news.add"), "news-channel", lambda news: _ChannelForm(news, None))


@ft.component
def ChannelScreen(name: str) -> ft.Control:
    """Draw the form of one channel: what is left empty stays as it is."""
    ui = use_ui()
    called = unquote(name)

    def draw(news: News) -> ft.Control:
        found = next((one for one in news.channels if one.name == called), None)
        return _gone(ui, called, "news-channel") if found is None else _ChannelForm(news, found)

    return _Asking(called, "news-channel", draw)


@ft.component
def _ChannelForm(news: News, there: NewsChannel | None) -> ft.Control:
    """Draw the fields of a channel by its kind; a secret that the server made is shown once."""
    ui = use_ui()
    lang = language_code(ui.page)
    first: dict[str, str] = {"kind": there.kind if there else KINDS[0]}
    said, set_said = ft.use_state(first)
    estate, set_estate = ft.use_state(there.estate_key if there else None if news.everywhere else _first_estate(ui))
    wrong, set_wrong = ft.use_state(_NOTHING_WRONG)
    made, set_made = ft.use_state("")
    removing, set_removing = ft.use_state(False)
    kind = said["kind"]
    heading = there.name if there else t("news.add")

    def put(field: str) -> Callable[[str], None]:
        return lambda text: set_said(lambda old: old | {field: text})

    async def save() -> None:
        set_wrong(None)
        number = {field: _number(said.get(field, "")) for field in ("port", "per_minute")}
        typed: dict[str, Any] = {
            field: text for field, text in said.items() if field not in ("headers", *number) and text.strip()
        }
        typed |= {field: value for field, value in number.items() if value is not None}
        typed |= {"add": there is None, "name": there.name if there else said.get("name", ""), "estate_key": estate}
        typed["headers"] = [line for line in said.get("headers", "").splitlines() if line.strip()]
        try:
            secret = await ui.session.news.put_channel(typed)
        except Problem as problem:
            if problem.kind is not FIELD_WRONG:
                ui.tell(problem)
                return
            set_wrong(problem)
            return
        if secret:
            set_made(secret)
            return
        ui.toast(t("news.kept"))
        ui.back()

    async def remove() -> None:
        assert there is not None
        try:
            waiting_ones = await ui.session.news.remove_channel(there.name)
        except Problem as problem:
            ui.tell(problem)
            return
        ui.toast(t("news.removed", n=waiting_ones))
        ui.back()

    use_question(
        removing,
        t("news.remove_ask", name=heading),
        t("news.remove_says"),
        Action(t("news.remove"), remove, danger=True),
        lambda: set_removing(False),
        id="news-remove-ask",
    )
    if made:
        content: list[ft.Control] = [
            notice(t("news.secret"), kept=t("news.secret_says"), tone="calm", id="news-secret"),
            paper([txt(made, ft.TextThemeStyle.TITLE_MEDIUM, label=made, selectable=True)], id="news-secret-text"),
        ]
        done = Action(t("news.secret_done"), ui.back)
        return Scaffold(heading, content, id="news-channel", on_back=ui.back, cloud=cloud_of(ui), action=done)

    def box(field: str, *, hint: str = "", helper: str = "", secret: bool = False, lines: int = 1,
            keyboard: ft.KeyboardType = ft.KeyboardType.TEXT) -> ft.Control:  # fmt: skip
        field_box = TextBox(
            f"news-{field}",
            t("news.field.password" if kind == "mail" and field == "secret" else f"news.field.{field}"),
            said.get(field, ""),
            put(field),
            hint=hint,
            lines=lines,
            password=secret,
            keyboard=keyboard,
            error=_wrong_at(wrong, field, lang),
            key=f"{kind}-{field}",
        )
        # Below the field and not in it: there it would be cut off after a line.
        return column([field_box, quiet(helper)], gap=4) if helper else field_box

    content = []
    if there is None:
        options = [(one, t(f"news.kind.{one}")) for one in KINDS]
        content.append(_asked_for(t("news.field.kind"), [pills(options, kind, put("kind"), id="news-kind")]))
        content.append(box("name", hint=t("news.hint.name")))
    else:
        content += [quiet(f"{t(f'news.kind.{kind}')} · {there.shown}"), quiet(t("news.stays"))]
    content.extend(_fields(kind, said, put, box))
    per_minute = t("news.hint.per_minute", n=there.per_minute) if there else t("news.hint.per_minute_new")
    content.append(box("per_minute", helper=per_minute, keyboard=ft.KeyboardType.NUMBER))
    if ui.session.several:
        every: list[tuple[Any, str]] = [(None, t("news.every_estate"))] if news.everywhere else []
        every += [(one.key, one.name) for one in ui.session.estates if roles.ADMIN in ui.session.roles_in(one.key)]
        content.append(_asked_for(t("news.field.estate"), [pills(every, estate, set_estate, id="news-estate")]))
    told_elsewhere = wrong is not None and wrong.details.get("field") not in (*said, *_ASKED)
    if told_elsewhere and wrong is not None:
        content.append(notice(wrong.message(lang), tone="red", id="news-wrong"))
    action = Action(t("news.save"), save, hint=_found_wrong(wrong, lang))
    second = Action(t("news.remove"), lambda: set_removing(True), danger=True) if there else None
    return Scaffold(
        heading, content, id="news-channel", on_back=ui.back, cloud=cloud_of(ui), action=action, second=second
    )


_ASKED: Final = ("name", "address", "secret", "host", "port", "user", "sender", "to", "headers", "body", "per_minute")
"""Fields that can say themselves what is wrong with them."""


def _fields(
    kind: str, said: dict[str, str], put: Callable[[str], Callable[[str], None]], box: Callable[..., ft.Control]
) -> list[ft.Control]:
    if kind == "mail":
        return [
            box("host", hint="smtp.exmail.qq.com"),
            box("port", hint="465", keyboard=ft.KeyboardType.NUMBER),
            box("user", hint="tongzhi@example.com", keyboard=ft.KeyboardType.EMAIL),
            box("secret", helper=t("news.hint.password"), secret=True),
            box("to", hint="zhiban@example.com", helper=t("news.hint.to"), keyboard=ft.KeyboardType.EMAIL),
            box("sender", helper=t("news.hint.sender"), keyboard=ft.KeyboardType.EMAIL),
        ]
    found = [box("address", helper=t(f"news.hint.{kind}", **_PLACES), secret=True, keyboard=ft.KeyboardType.URL)]
    if kind in _SIGNED:
        says = t("news.hint.secret_made" if kind == "webhook" else "news.hint.secret_none")
        found.append(box("secret", helper=says, secret=True))
    if kind == "sms":
        methods = [("POST", "POST"), ("GET", "GET")]
        chosen = pills(methods, said.get("method") or "POST", put("method"), id="news-method")
        found.append(_asked_for(t("news.field.method"), [chosen]))
        found.append(box("headers", hint="Authorization: …", helper=t("news.hint.headers"), lines=2))
        found.append(
            box("body", hint='{"to": "{phone}", "text": "{text}"}', helper=t("news.hint.body", **_PLACES), lines=3)
        )
    return found


def _first_estate(ui: Ui) -> str | None:
    """Return the first estate that somebody is administrator of."""
    return next((one.key for one in ui.session.estates if roles.ADMIN in ui.session.roles_in(one.key)), None)


def _number(text: str) -> int | None:
    """Return a number that was typed, -1 for what is none: the server says beside the field what it may be."""
    if not text.strip():
        return None
    return int(text) if re.fullmatch(r"\d{1,9}", text.strip()) else -1


# -- a rule ------------------------------------------------------------------------------------


@ft.component
def RuleNewScreen() -> ft.Control:
    """Draw the form of a new rule: for a second channel, or another post."""

    def draw(news: News) -> ft.Control:
        return _RuleForm(news, None)

    return _Asking(t("news.rule.add"), "news-rule", draw)


@ft.component
def RuleScreen(name: str) -> ft.Control:
    """Draw the form of one rule."""
    ui = use_ui()
    called = unquote(name)

    def draw(news: News) -> ft.Control:
        found = next((one for one in news.rules if one.name == called), None)
        return _gone(ui, t("news.rules"), "news-rule") if found is None else _RuleForm(news, found)

    return _Asking(t("news.rules"), "news-rule", draw)


@ft.component
def _RuleForm(news: News, there: NewsRule | None) -> ft.Control:
    """Draw what a rule says: whom, by which channel, after how long, when not, joined or alone, on or off."""
    ui = use_ui()
    lang = language_code(ui.page)
    rule, set_rule = ft.use_state(there or news.rules[0])
    minutes, set_minutes = ft.use_state(_shown_minutes(rule))
    own_hours, set_own_hours = ft.use_state((rule.quiet_from, rule.quiet_until) not in _QUIET)
    wrong, set_wrong = ft.use_state(_NOTHING_WRONG)
    # A rule of the program's own is called like its cause; what is forgotten of it is what the company changed.
    own = there is not None and there.name != there.cause.replace("_", "-")

    def change(**more: Any) -> None:
        set_rule(lambda old: replace(old, **more))

    def choose_cause(cause: str) -> None:
        like = next(one for one in news.rules if one.cause == cause)
        set_rule(like)
        set_minutes(_shown_minutes(like))
        set_own_hours((like.quiet_from, like.quiet_until) not in _QUIET)

    async def do(work: Any, words: str) -> None:
        set_wrong(None)
        try:
            await work
        except Problem as problem:
            if problem.kind not in (FIELD_WRONG, FIELD_MISSING):
                ui.tell(problem)
                return
            set_wrong(problem)
            return
        ui.toast(words)
        ui.back()

    async def save() -> None:
        late = (_number(minutes) or 0) * (_DAY if rule.cause == _SILENT else 1)
        said = replace(rule, name=there.name if there else _free_name(news, rule.cause), minutes=late)
        await do(ui.session.news.put_rule(said), t("news.rule.kept"))

    async def reset() -> None:
        assert there is not None
        await do(ui.session.news.reset_rule(there.name), t("news.rule.removed" if own else "news.rule.standard_again"))

    causes = list(dict.fromkeys(one.cause for one in news.rules))
    content: list[ft.Control] = []
    if there is None:
        options = [(one, t(f"news.cause.{one}")) for one in causes]
        content.append(_asked_for(t("news.rule.cause"), [pills(options, rule.cause, choose_cause, id="news-cause")]))
    else:
        state = [("on", t("news.on")), ("off", t("news.turn_off"))]
        on = pills(state, "on" if rule.active else "off", lambda one: change(active=one == "on"), id="news-active")
        content.append(_asked_for(t("news.rule.active"), [on]))
    content.append(_choice("whom", _whom(rule), rule.whom, change, wrong, lang))
    channels = [("", t("news.every_channel")), *((one.name, one.name) for one in news.channels)]
    content.append(_choice("channel", channels, rule.channel, change, wrong, lang))
    if rule.cause not in _AT_ONCE:
        content.append(_minutes(rule, minutes, set_minutes, _wrong_at(wrong, "minutes", lang)))
    content.append(_quiet_hours(rule, own_hours, set_own_hours, change, _wrong_at(wrong, "quiet", lang)))
    joined = [("yes", t("news.rule.digest_yes")), ("no", t("news.rule.digest_no"))]
    chosen = pills(joined, "yes" if rule.digest else "no", lambda one: change(digest=one == "yes"), id="news-digest")
    content.append(_asked_for(t("news.rule.digest"), [chosen], t("news.rule.digest_says")))
    asked = ("whom", "channel", "minutes", "quiet")
    if wrong is not None and wrong.details.get("field") not in asked:
        content.append(notice(wrong.message(lang), tone="red", id="news-wrong"))
    second: Action | None = None
    if there is not None:
        second = Action(t("news.rule.remove" if own else "news.rule.standard"), reset, danger=own)
    return Scaffold(
        t(f"news.cause.{rule.cause}") if there else t("news.rule.add"),
        content,
        id="news-rule",
        on_back=ui.back,
        cloud=cloud_of(ui),
        action=Action(t("news.save"), save, hint=_found_wrong(wrong, lang)),
        second=second,
        gap=theme.GAP_LARGE,
    )


def _choice(
    field: str, options: Sequence[tuple[str, str]], chosen: str, change: Callable[..., None],
    wrong: Problem | None, lang: str,
) -> ft.Control:  # fmt: skip
    why = _wrong_at(wrong, field, lang)
    inside: list[ft.Control] = [pills(options, chosen, lambda one: change(**{field: one}), id=f"news-{field}")]
    if why:
        inside.append(txt(why, color=ft.Colors.ERROR))
    return _asked_for(t(f"news.rule.{field}"), inside)


def _whom(rule: NewsRule) -> list[tuple[str, str]]:
    found = ["assignee"] if rule.cause in _HELD else []
    found += [] if rule.cause == _SILENT else ["supervisor"]
    found += _LEADERS
    return [(one, whom_words(one)) for one in dict.fromkeys([*found, rule.whom])]


def _minutes(rule: NewsRule, said: str, on_say: Callable[[str], None], wrong: str | None) -> ft.Control:
    days = rule.cause == _SILENT
    often = ("1", "2", "3", "7") if days else ("5", "10", "15", "30") if rule.cause in _HELD else ("0", "30", "60")
    unit = "news.rule.days_only" if days else "news.rule.minutes_only"
    return _asked_for(
        t("news.rule.minutes"),
        [
            pills([(one, t(unit, n=one)) for one in often], said, on_say, id="news-often"),
            TextBox(
                "news-minutes",
                "",
                said,
                on_say,
                name=t("news.rule.minutes"),
                keyboard=ft.KeyboardType.NUMBER,
                error=wrong,
                helper=t("news.rule.in_days" if days else "news.rule.in_minutes"),
            ),
        ],
    )


def _quiet_hours(
    rule: NewsRule, own: bool, set_own: Callable[[bool], None], change: Callable[..., None], wrong: str | None
) -> ft.Control:
    now = "own" if own else f"{rule.quiet_from}-{rule.quiet_until}"

    def choose(said: str) -> None:
        set_own(said == "own")
        if said != "own":
            begins, _, ends = said.partition("-")
            change(quiet_from=begins, quiet_until=ends)

    def put(field: str, text: str) -> None:
        change(**{field: text.strip()})

    options = [(f"{a}-{b}", f"{a}–{b}" if a else t("news.rule.no_quiet")) for a, b in _QUIET]
    inside: list[ft.Control] = [pills([*options, ("own", t("news.rule.own_hours"))], now, choose, id="news-quiet")]
    if own:
        at_start = not re.fullmatch(r"\d\d:\d\d", rule.quiet_from)
        for id, field, said, hint, why in (
            ("news-from", "quiet_from", rule.quiet_from, "21:30", wrong if at_start else None),
            ("news-until", "quiet_until", rule.quiet_until, "07:30", None if at_start else wrong),
        ):
            inside.append(
                TextBox(
                    id,
                    t("news.rule.from" if field == "quiet_from" else "news.rule.until"),
                    said,
                    partial(put, field),
                    hint=hint,
                    keyboard=ft.KeyboardType.DATETIME,
                    error=why,
                )
            )
    return _asked_for(t("news.rule.quiet"), inside, t("news.rule.quiet_says"))


def _shown_minutes(rule: NewsRule) -> str:
    return str(rule.minutes // _DAY if rule.cause == _SILENT else rule.minutes)


def _free_name(news: News, cause: str) -> str:
    """Return a name for another rule of a cause."""
    taken = {rule.name for rule in news.rules}
    base = cause.replace("_", "-")
    return next(name for n in range(2, 1_000) if (name := f"{base}-{n}") not in taken)


ROUTES: Final = (
    Route(PATH, NewsScreen, parent="/me"),
    Route(f"{PATH}/channel-new", ChannelNewScreen, parent=PATH),
    Route(f"{PATH}/channel/{{name}}", ChannelScreen, parent=PATH),
    Route(f"{PATH}/rule-new", RuleNewScreen, parent=PATH),
    Route(f"{PATH}/rule/{{name}}", RuleScreen, parent=PATH),
)
