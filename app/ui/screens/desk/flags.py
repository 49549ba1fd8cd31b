"""待核实 (to be checked): entries that were kept although they contradict others; the desk decides which count."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import flet as ft

from app.actions import Session
from app.actions.models import Card, FlagRow, StepRow
from app.ui import estates, theme
from app.ui.context import cloud_of, use_now, use_read, use_ui
from app.ui.kit.base import body, column, icon, quiet, row, tag, txt
from app.ui.kit.boundary import Unread, guarded, read_each
from app.ui.kit.buttons import Action, small_button
from app.ui.kit.fields import TextBox
from app.ui.kit.lists import empty_state
from app.ui.kit.long import long_txt
from app.ui.kit.notices import use_question
from app.ui.kit.scaffold import Scaffold
from app.ui.kit.ticket import paper
from app.ui.router import Route
from app.ui.screens.desk.parts import may_oversee, not_for_you, use_made
from app.ui.screens.desk.words import FlagStory, against, flag_story
from app.ui.subjects import heading_of, open_words, page_of, says, settle_page_of, step_name
from app.ui.texts import moment_text, t

MOST: Final = 40
"""Most flags drawn; settling some brings up others."""


@dataclass(frozen=True)
class Case:
    """A flag, the flagged entry (`this`) and the one it contradicts (`other`), as steps of the timeline."""

    flag: FlagRow
    this: StepRow
    other: StepRow | None


def read_cases(session: Session) -> tuple[list[Case], list[Unread], int]:
    """Return up to `MOST` flags as cases, the cards that cannot be read, and the number of flags in all."""

    def of_one(card: Card) -> list[Case]:
        steps = session.steps_of(card.type, card.id)
        entries = {step.entry.id: step for step in steps}
        return [
            Case(flag, entries[flag.entry.id], against(steps, flag.entry.id))
            for flag in session.flags_of(card)
            if flag.entry.id in entries
        ]

    # Each card has at least one flag, so no more than `MOST` cards need be read.
    read, unread = read_each(session.flagged_cards()[:MOST], of_one)
    return [case for some in read for case in some][:MOST], unread, session.flag_count()


@ft.component
def FlagsScreen() -> ft.Control:
    """Draw the list of flags, each with what happened, both entries, and the two possible decisions."""
    ui = use_ui()
    cases, unread, count = use_read(read_cases)
    if not may_oversee(ui.session.roles):
        return not_for_you(ui, t("desk.flags.heading"), id="flags")
    content: list[ft.Control] = [
        _Case(case, key=case.flag.entry.id)  # type: ignore[call-arg]
        for case in cases
    ]
    content += [one.draw() for one in unread]
    if not content:
        content = [empty_state(t("desk.flags.nothing"), t("desk.flags.nothing_says"), mark=ft.Icons.FLAG_OUTLINED)]
    return Scaffold(
        t("desk.flags.heading"),
        content,
        id="flags",
        sub=t("desk.flags.sub", n=count) if count else None,
        on_back=ui.back,
        cloud=cloud_of(ui),
    )


@ft.component
@guarded
def _Case(case: Case) -> ft.Control:
    ui = use_ui()
    now = use_now()
    wide = theme.use_look().wide
    asking, set_asking = ft.use_state("")
    note, set_note = ft.use_state("")
    tap, _ = use_made(ui.session.new_id)
    flag, card = case.flag, case.flag.card
    did = step_name(flag.entry.kind, flag.entry.body, card.type)
    story = flag_story(flag.reason, flag.author_name, did, flag.entry.at, now)

    async def settle() -> None:
        decided = asking
        words = t("desk.flags.saved_accept" if decided == "accept" else "desk.flags.saved_aside")
        await ui.do(ui.session.settle_flag(flag.entry.id, decided, note.strip(), once=tap), saved=words)

    _use_decision(asking, story, settle, lambda: set_asking(""), note, set_note)
    this = _entry(t("desk.flags.this"), case.this, ui.session, now, amber=True)
    other = (
        _entry(t("desk.flags.other"), case.other, ui.session, now)
        if case.other is not None
        else quiet(t("desk.flags.no_other"))
    )
    sides: Sequence[ft.Control] = [this, other]
    if wide:
        for side in sides:
            side.expand = True
        both: ft.Control = ft.Row(list(sides), spacing=12, vertical_alignment=ft.CrossAxisAlignment.START)
    else:
        both = column(sides, gap=8)
    short = flag.entry.id
    path, settle_at = page_of(card), settle_page_of(card)
    # A key's flag is settled by looking where the key really is: its tag is scanned there (G.2).
    ways: list[ft.Control] = [
        small_button(f"{way}-{short}", t(f"desk.flags.{way}"), lambda d=decision: set_asking(d), icon=mark)
        for way, decision, mark in (
            ("accept", "accept", ft.Icons.CHECK_ROUNDED),
            ("aside", "set_aside", ft.Icons.ARCHIVE_OUTLINED),
        )
        if settle_at is None
    ]
    if settle_at is not None:
        look = t("keys.do.settle")
        ways.append(small_button(f"settle-{short}", look, lambda: ui.go(settle_at), icon=ft.Icons.FACT_CHECK_OUTLINED))
    if path is not None:
        ways.append(small_button(f"open-{short}", open_words(card), lambda: ui.go(path), tone="text"))
    head = row([txt(heading_of(card), ft.TextThemeStyle.TITLE_LARGE, expand=True, lines=2), quiet(card.number or "")])
    where = estates.mark_of(card)
    return paper(
        [
            head,
            *([quiet(where)] if where else []),
            tag(f"story-{short}", body(story.what)),
            both,
            ft.Row(ways, spacing=8, run_spacing=8, wrap=True),
        ],
        id=f"flag-{short}",
        gap=10,
    )


def _use_decision(asking: str, story: FlagStory, settle: object, close: object, note: str, set_note: object) -> None:
    """Hook: ask to confirm the decision `asking` ("accept" or "set_aside"): its consequence, and a field for a note."""
    accept = asking == "accept"
    use_question(
        bool(asking),
        t("desk.flags.ask_accept" if accept else "desk.flags.ask_aside"),
        story.accept if accept else story.set_aside,
        Action(t("desk.flags.accept" if accept else "desk.flags.aside"), settle),  # type: ignore[arg-type]
        close,  # type: ignore[arg-type]
        extra=[TextBox("flag-note", t("desk.flags.note"), note, set_note, lines=2)],  # type: ignore[arg-type]
    )


def _entry(heading: str, step: StepRow, session: Session, now: int, *, amber: bool = False) -> ft.Container:
    """Draw one of the two entries: what was done, by whom and when, and its content."""
    ink = ft.Colors.ON_TERTIARY_CONTAINER if amber else ft.Colors.ON_SURFACE
    ground = ft.Colors.TERTIARY_CONTAINER if amber else ft.Colors.SURFACE_CONTAINER
    subject_type = step.entry.subject_type
    did = step_name(step.kind, step.body, subject_type)
    words = says(step.kind, step.body, session.staff_name, now, subject_type)
    if step.kind == "assigned":
        words = t("desk.flags.to", name=words)
    mark = ft.Icons.FLAG_OUTLINED if amber else ft.Icons.CHECK_ROUNDED
    return ft.Container(
        column(
            [
                row([icon(mark, 18, ink), txt(heading, ft.TextThemeStyle.LABEL_MEDIUM, color=ink, expand=True)], gap=6),
                txt(did, ft.TextThemeStyle.TITLE_MEDIUM, color=ink),
                txt(f"{step.author_name} · {moment_text(step.at, now)}", ft.TextThemeStyle.BODY_MEDIUM, color=ink),
                *([long_txt(words, color=ink)] if words else []),
            ],
            gap=3,
        ),
        bgcolor=ground,
        border_radius=theme.RADIUS_SMALL,
        padding=ft.Padding.all(12),
    )


ROUTES: Final = (Route("/flags", FlagsScreen),)
