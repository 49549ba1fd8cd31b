"""Several marked rows of the desk's table, and one thing done to all of them after one question.

Each record gets an entry of its own, made by the verb that does it to one. Where one does not take it, the others are
done all the same, and that one is told by its number, with the reason; it stays marked.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Final, cast

import flet as ft

from app.actions import Session
from app.actions.core import derived
from app.actions.models import Card
from app.domain.wire.errors import DISK_FULL, NOT_FOUND, OUT_OF_ORDER, Problem
from app.ui import theme
from app.ui.context import Ui, language_code
from app.ui.kit.base import quiet, tag, txt
from app.ui.kit.buttons import Action, small_button
from app.ui.kit.choose import pills
from app.ui.kit.fields import TextBox
from app.ui.kit.money import section
from app.ui.kit.notices import speak, use_question
from app.ui.screens.desk.wide.marking import AT_ONCE
from app.ui.subjects import face_of
from app.ui.subjects.together import Said, Together
from app.ui.texts import t

NAMED: Final = 8
"""Most records that are told by their number for one reason; of more, how many."""
Failed = list[tuple[Card, Problem]]
"""The records to which it could not be done, each with why."""


async def carry_out(session: Session, what: Together, said: Said, once: str) -> Failed:
    """Do ``what`` to each record that waits for it; return those that did not take it. ``once`` identifies the tap."""
    failed: Failed = []
    full: Problem | None = None
    for card in what.fits:
        try:
            if full is not None:
                raise full
            _check(session, what, card)
            await what.do(session, card, said, derived(once, card.id))
        except Problem as problem:
            failed.append((card, problem))
            full = problem if problem.kind is DISK_FULL else None
    return failed


def _check(session: Session, what: Together, card: Card) -> None:
    """Raise ``Problem`` if a record does not wait for this any more: somebody else did something while it was asked.
    Not every verb minds: a ticket that is over could still be taken over."""
    face = face_of(card.type)
    if face.worked_out:
        return
    fresh = session.card(card.type, card.id)
    if fresh is None:
        raise Problem(NOT_FOUND)
    if what.id not in {one.id for one in face.together(session, [fresh])}:
        raise Problem(OUT_OF_ORDER, stage=face.stage_words(fresh))


def told(failed: Failed, language: str) -> str:
    """Return to which records it was not done and why, a line for each reason."""
    by_reason: dict[str, list[str]] = {}
    for card, problem in failed:
        name = card.number or face_of(card.type).heading(card)
        by_reason.setdefault(problem.message(language), []).append(name)
    return "\n".join(t("desk.many.not_done", which=_named(names), why=why) for why, names in by_reason.items())


def _named(names: Sequence[str]) -> str:
    shown = t("desk.many.names_and").join(names[:NAMED])
    return t("desk.many.and_more", names=shown, n=len(names)) if len(names) > NAMED else shown


@dataclass(frozen=True)
class _Asked:
    what: Together
    once: str


def use_many(ui: Ui, on_done: Callable[[frozenset[str]], object]) -> Callable[[Together], None]:
    """Hook: return what asks before something is done to several records. ``on_done`` hears the ids of those to which
    it could not be done."""
    asked, set_asked = ft.use_state(cast(_Asked | None, None))
    said, say = ft.use_state(Said())

    def ask(what: Together) -> None:
        say(Said())
        set_asked(_Asked(what, ui.session.new_id()))

    async def run() -> None:
        if asked is None:
            return
        answer = Said(said.whom, said.words.strip())
        failed = await carry_out(ui.session, asked.what, answer, asked.once)
        done = len(asked.what.fits) - len(failed)
        on_done(frozenset(card.id for card, _ in failed))
        ui.refresh()
        if not failed:
            ui.tick()
            ui.toast(t("desk.many.done", what=asked.what.words, n=done))
            return
        if any(problem.kind is DISK_FULL for _, problem in failed):
            ui.in_background(ui.look_at_room())
        kept = t("desk.many.partly_kept", n=done) if done else t("shell.problem.kept")
        heading = t("desk.many.partly", what=asked.what.words, n=len(failed))
        speak(ui.page, heading, told(failed, language_code(ui.page)), kept, id="many-failed")

    what = asked.what if asked is not None else None
    heading = t("desk.many.ask", what=what.words, n=len(what.fits)) if what is not None else ""
    yes = Action(
        t("desk.many.yes", what=what.words, n=len(what.fits)) if what is not None else "",
        run,
        enabled=what is not None and not what.lacks(Said(said.whom, said.words.strip())),
    )
    extra = _answer(what, said, say) if what is not None else []
    says = what.says if what is not None else ""
    use_question(asked is not None, heading, says, yes, lambda: set_asked(None), extra=extra, id="desk-many")
    return ask


def _answer(what: Together, said: Said, say: Callable[[Said], object]) -> list[ft.Control]:
    """Return the fields of a question: to whom, and in words."""
    parts: list[ft.Control] = []
    if what.whom is not None:
        whom: ft.Control = quiet(t("desk.many.nobody"))
        if what.whom:
            whom = pills(what.whom, said.whom, lambda who: say(Said(who, said.words)), id="many-whom")
        parts.append(section(t("desk.many.whom"), [whom]))
    if what.asks:
        parts.append(
            TextBox(
                "many-words", what.asks, said.words, lambda words: say(Said(said.whom, words)), lines=2, most=4000,
                phrases=what.phrases,
            )
        )  # fmt: skip
    return parts


def marked_bar(
    n: int,
    together: Sequence[Together],
    ask: Callable[[Together], object],
    keep: Callable[[frozenset[str]], object],
    clear: Callable[[], object],
) -> ft.Control:
    """Return how many rows are marked, what can be done to all of them, each with its digit, and for what only some of
    them wait for, the way to leave the others out. ``keep`` marks no others than these."""
    parts: list[ft.Control] = [txt(t("desk.many.marked", n=n), ft.TextThemeStyle.TITLE_SMALL)]
    if n >= AT_ONCE:
        parts.append(quiet(t("desk.many.most", n=AT_ONCE)))
    whole = fitting_all(n, together)
    for number, one in enumerate(whole, 1):
        parts.append(small_button(f"many-{one.id}", f"{number} {one.words}", partial(ask, one)))
    for one in together:
        if one not in whole:
            words = t("desk.many.only", what=one.words, n=len(one.fits))
            ids = frozenset(card.id for card in one.fits)
            parts.append(small_button(f"only-{one.id}", words, partial(keep, ids), tone="text"))
    if not together:
        parts.append(quiet(t("desk.many.nothing")))
    parts.append(small_button("many-none", t("desk.many.none"), clear, tone="text"))
    inside = ft.Row(parts, spacing=10, run_spacing=6, wrap=True, vertical_alignment=ft.CrossAxisAlignment.CENTER)
    return tag(
        "desk-marked",
        ft.Container(
            inside,
            bgcolor=theme.PAPER,
            border=ft.Border.all(1, ft.Colors.OUTLINE_VARIANT),
            border_radius=theme.RADIUS_SMALL,
            padding=ft.Padding.symmetric(horizontal=14, vertical=6),
        ),
    )


def fitting_all(n: int, together: Sequence[Together]) -> list[Together]:
    """Return what can be done to all of ``n`` marked records."""
    return [one for one in together if len(one.fits) == n]
