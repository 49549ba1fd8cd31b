"""A training session 培训: the code that everybody there scans, and who was there as the trainer confirms (V1, V2)."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any, Final

import flet as ft

from app.actions.models import Card, Staff
from app.actions.troubles import answer_of, words_of
from app.domain.rules.sessions import SessionCode, read_session
from app.domain.subjects.training.kinds import LONGEST, MANNER, OTHER, SHORTEST
from app.ui import theme
from app.ui.context import Draft, Ui, cloud_of, use_draft, use_handed, use_now, use_read, use_ui
from app.ui.kit.base import column, quiet, row, tag
from app.ui.kit.buttons import Action
from app.ui.kit.choose import pill
from app.ui.kit.fields import TextBox
from app.ui.kit.lists import empty_state, group, list_row
from app.ui.kit.money import section
from app.ui.kit.scaffold import Scaffold
from app.ui.kit.ticket import chip, paper
from app.ui.qr import qr_png
from app.ui.router import Route
from app.ui.scanning import PATH as SCAN
from app.ui.subjects.training.face import TrainingFace, topic_words
from app.ui.subjects.training.fields import number, topic_fields
from app.ui.subjects.training.lists import PATH
from app.ui.texts import moment_text, t

SESSION: Final = f"{PATH}/session"
ATTEND: Final = f"{PATH}/attend"
_FACE: Final = TrainingFace()
_SIDE: Final = 280
MOST_TROUBLES: Final = 20
"""Reports of trouble at doors that are listed for one session."""


@ft.component
def SessionScreen() -> ft.Control:
    """The page of whoever trains: the code to be scanned, then the names, those who scanned marked; without a network,
    too. What is chosen outlives a kill, and the code stays the same."""
    ui = use_ui()
    now = use_now()
    start = {
        "id": ui.session.new_id(), "begun": now, "topic": MANNER, "words": "", "minutes": str(SHORTEST), "present": [],
        "note": "", "troubles": [],
    }  # fmt: skip
    draft = use_draft("training-session", start)
    ft.use_effect(lambda: draft.set("begun", draft.values["begun"]), [draft.once])  # the code is shown: it is kept
    v = draft.values
    code = ui.session.trainings.code(str(v["id"]), str(v["topic"]), int(v["begun"]))
    people, scanned, troubles = use_read(
        lambda s: (s.trainings.trainees(), s.trainings.scanned(str(v["id"])), s.troubles.to_teach()), str(v["id"])
    )
    minutes = number(v["minutes"], LONGEST)
    present = [one.id for one in people if one.id in set(v["present"])]
    taught = [one for one in troubles if one.id in set(v.get("troubles") or ())]

    async def save() -> None:
        draft.flush()
        await ui.do(
            ui.session.trainings.hold(
                str(v["id"]), str(v["topic"]), str(v["words"]), minutes or 0, int(v["begun"]), present, str(v["note"]),
                taught, once=draft.once, draft=draft.key,
            ),
            then=lambda saved: ui.replace(_FACE.page(saved.subject_id)),
        )  # fmt: skip

    need = _need(v, minutes, present)
    words = t("training.confirm", n=len(present))
    return Scaffold(
        t("training.do.session"),
        [
            section(t("training.about"), topic_fields(draft)),
            *_troubles(draft, troubles),
            _code(code),
            _names(draft, people, scanned),
            _minutes(draft, minutes),
        ],
        id="training-session",
        sub=moment_text(int(v["begun"]), now),
        on_back=ui.back,
        cloud=cloud_of(ui),
        action=Action(words, save, enabled=need is None, hint=need, icon=ft.Icons.CHECK_ROUNDED),
        gap=14,
    )


def _need(v: dict[str, Any], minutes: int | None, present: Sequence[str]) -> str | None:
    if v["topic"] == OTHER and not str(v["words"]).strip():
        return t("training.need.words")
    if not present:
        return t("training.need.present")
    return None if minutes is not None and minutes >= SHORTEST else t("training.need.minutes", least=SHORTEST)


def _code(code: SessionCode) -> ft.Control:
    side = min(float(_SIDE), float(ft.context.page.width or 390) - 2 * theme.EDGE - 24)
    picture = ft.Image(
        src=qr_png(code.text(), 6), width=side, height=side, fit=ft.BoxFit.CONTAIN,
        filter_quality=ft.FilterQuality.NONE, gapless_playback=True, semantics_label=t("training.code"),
    )  # fmt: skip
    # White in dark mode too: many scanners cannot read an inverted code.
    qr = ft.Container(picture, bgcolor=ft.Colors.WHITE, border_radius=theme.RADIUS, padding=4)
    return column(
        [row([tag("session-qr", qr)], alignment=ft.MainAxisAlignment.CENTER), quiet(t("training.code_says"))], gap=8
    )


def _names(draft: Draft, people: Sequence[Staff], scanned: frozenset[str]) -> ft.Control:
    chosen = set(draft.values["present"])

    def turn(one: str) -> None:
        now = list(draft.values["present"])
        draft.set("present", [id_ for id_ in now if id_ != one] if one in now else [*now, one])

    ordered = sorted(people, key=lambda one: (one.id not in scanned, one.number))
    rows: list[ft.Control] = [
        list_row(
            f"present-{one.id}", one.name, partial(turn, one.id), selected=one.id in chosen,
            leading=ft.Icons.CHECK_CIRCLE_ROUNDED if one.id in chosen else ft.Icons.CIRCLE_OUTLINED,
            trailing=chip(t("training.at.scanned"), "good") if one.id in scanned else ft.Container(),
        )
        for one in ordered
    ]  # fmt: skip
    return group(t("training.ask.present"), rows, count=len(chosen), id="present")


def _troubles(draft: Draft, troubles: Sequence[Card]) -> list[ft.Control]:
    """Return the trouble at doors that was not taught yet, to be ticked as it is brought up (V6)."""
    if not troubles:
        return []
    chosen = list(draft.values.get("troubles") or ())

    def turn(one: str) -> None:
        now = list(draft.values.get("troubles") or ())
        draft.set("troubles", [id_ for id_ in now if id_ != one] if one in now else [*now, one])

    rows: list[ft.Control] = [
        list_row(
            f"trouble-{one.id[-8:]}", words_of(one), partial(turn, one.id), lines=2, sub=answer_of(one),
            selected=one.id in chosen,
            leading=ft.Icons.CHECK_CIRCLE_ROUNDED if one.id in chosen else ft.Icons.CIRCLE_OUTLINED,
            trailing=ft.Container(),
        )
        for one in troubles[:MOST_TROUBLES]
    ]  # fmt: skip
    return [group(t("training.troubles"), rows, count=len(troubles), id="troubles")]


def _minutes(draft: Draft, minutes: int | None) -> ft.Control:
    field = TextBox(
        "session-minutes", t("training.ask.minutes"), str(draft.values["minutes"]),
        lambda text: draft.set("minutes", text), keyboard=ft.KeyboardType.NUMBER,
        error=t("training.need.minutes", least=SHORTEST) if minutes is None or minutes < SHORTEST else None,
        key=f"minutes-{draft.once}",
    )  # fmt: skip
    quick = [
        pill(f"minutes-{n}", t("training.minutes", n=n), partial(draft.set, "minutes", str(n)), selected=minutes == n)
        for n in (30, 45, 60, 90)
    ]
    note = TextBox(
        "session-note", t("training.ask.note"), str(draft.values["note"]), lambda text: draft.set("note", text),
        lines=2, most=2000, key=f"note-{draft.once}",
    )  # fmt: skip
    return section(t("training.how_long"), [ft.Row(quick, wrap=True, spacing=8, run_spacing=8), field, note])


@ft.component
def AttendScreen() -> ft.Control:
    """The page after scanning a session's code: one tap says that one is there (V2)."""
    ui = use_ui()
    now = use_now()
    code = read_session(str(use_handed(ATTEND).get("code") or ""))
    once = ft.use_memo(ui.session.new_id, [code.session_id if code is not None else ""])
    if code is None:
        again = Action(t("training.scan"), lambda: ui.replace(SCAN), icon=ft.Icons.QR_CODE_SCANNER_ROUNDED)
        none = empty_state(t("training.no_code"), t("training.no_code_says"), mark=ft.Icons.QR_CODE_2_ROUNDED)
        return Scaffold(t("training.attend"), [none], id="training-attend", on_back=ui.back, action=again)
    return _Attend(ui, code, once, now)


def _Attend(ui: Ui, code: SessionCode, once: str, now: int) -> ft.Control:
    async def there() -> None:
        await ui.do(
            ui.session.trainings.attend(code, once=once), then=lambda _: ui.replace(PATH), saved=t("training.there")
        )

    said: list[ft.Control] = [
        ft.Semantics(header=True, content=_big(topic_words(code.topic))),
        quiet(t("training.by", name=ui.session.staff_name(code.trainer_id))),
        quiet(moment_text(code.begun_at, now)),
    ]
    open_ = code.open(now)
    hint = None if open_ else t("training.over")
    return Scaffold(
        t("training.attend"),
        [paper(said, id="session")],
        id="training-attend",
        on_back=ui.back,
        cloud=cloud_of(ui),
        action=Action(t("training.i_am_there"), there, enabled=open_, hint=hint, icon=ft.Icons.CHECK_ROUNDED),
    )


def _big(words: str) -> ft.Control:
    return ft.Text(words, theme_style=ft.TextThemeStyle.HEADLINE_MEDIUM)


ROUTES: Final = (Route(SESSION, SessionScreen, parent=PATH), Route(ATTEND, AttendScreen, parent=PATH))
