"""Parts that the steps of a matter share: the check before each, text fields, and who was spoken to."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import flet as ft

from app.actions.matters import MatterView
from app.domain.subjects.matter import kinds, steps
from app.domain.subjects.matter.kinds import MATTER
from app.ui.context import Draft, Ui, if_here, use_draft, use_read, use_ui
from app.ui.kit.base import flow
from app.ui.kit.buttons import Action
from app.ui.kit.choose import pill, pills
from app.ui.kit.fields import TextBox
from app.ui.kit.money import section
from app.ui.subjects.matter import words
from app.ui.subjects.ticket.gate import shut
from app.ui.subjects.ticket.step_form import phrases, step_screen, text_setter
from app.ui.texts import t

Start = Callable[[MatterView], dict[str, Any]]
Form = Callable[[Ui, MatterView, Draft], "Step"]


class Step:
    """A step's form as it is filled in now: its controls, the body it would save, and what is still missing."""

    def __init__(self, content: list[ft.Control], body: Mapping[str, Any], missing: str | None) -> None:
        self.content = content
        self.body = body
        self.missing = missing


def step_of(verb: str, start: Start, form: Form) -> Callable[..., ft.Control]:
    """Return the screen of a step that records one entry: its ``form`` as long as the step can be done."""

    @ft.component
    def StepScreen(matter_id: str) -> ft.Control:
        ui, view, shown = use_open_step(matter_id, verb)
        if view is None or not shown:
            return not_now(ui, matter_id)
        return StepForm(matter_id, verb, view, start, form)

    return StepScreen


def use_open_step(matter_id: str, verb: str) -> tuple[Ui, MatterView | None, bool]:
    """Hook: return the window, the matter, and whether this step can be done now; it stays open while it is being
    saved."""
    ui = use_ui()
    view: MatterView | None = use_read(lambda s: if_here(lambda: s.matters.view(matter_id)), matter_id)
    can = view is not None and steps.can_do(
        view.state, view.card, verb, ui.session.profile.staff_id, ui.session.roles_on(view.state)
    )
    kept: ft.MutableRef[MatterView | None] = ft.use_ref()
    if can:
        kept.current = view
    elif not ui.saving:
        kept.current = None
    return ui, kept.current, kept.current is not None


def not_now(ui: Ui, matter_id: str) -> ft.Control:
    """Return the page of a step that cannot be done now."""
    return shut(
        ui, t("repair.nothing_here_more"), (t("matter.opens.matter"), lambda: ui.replace(f"/matter/{matter_id}"))
    )


@ft.component
def StepForm(matter_id: str, verb: str, view: MatterView, start: Start, form: Form) -> ft.Control:
    """The form. Its draft survives closing the app, and is gone once it is saved."""
    ui = use_ui()
    draft = use_draft(f"matter-{verb}:{matter_id}", start(view))
    made = form(ui, view, draft)

    async def save() -> None:
        draft.flush()
        kind = steps.KIND_OF[verb]
        verb_ = ui.session.record(MATTER, matter_id, kind, made.body, once=draft.once, draft=draft.key)
        await ui.do(verb_, then=lambda _: ui.replace(f"/matter/{matter_id}"))

    action = Action(t(f"matter.save.{verb}"), save, enabled=made.missing is None, hint=made.missing)
    return step_screen(ui, f"matter-{verb}", t(f"matter.do.{verb}"), view, made.content, action, draft=draft)


def asked(draft: Draft, name: str, *, lines: int = 3) -> ft.Control:
    """Return the field for a question that is answered in words, with usual phrases to tap."""
    key = f"matter.phrases.{name}"
    return TextBox(
        f"ask-{name}", t(f"matter.ask.{name}"), str(draft.values[name]), text_setter(draft, name),
        lines=lines, most=4000, phrases=phrases(key), key=f"{name}-{draft.once}",
    )  # fmt: skip


def ways(draft: Draft) -> ft.Control:
    """Return the choice of how they were spoken to."""
    options = [(way, words.said("way", way)) for way in kinds.WAYS]
    return section(t("matter.how"), [pills(options, draft.values["how"], lambda v: draft.set("how", v), id="how")])


def who(view: MatterView, draft: Draft) -> ft.Control:
    """Return the choice of who was spoken to: the caller and the household's people as chips, or another name."""
    home = view.household
    names = dict.fromkeys([view.card.contact_name, *(person.name for person in (home.people if home else ()))])
    chips = [
        pill(f"who-{n}", name, lambda name=name: draft.set("name", name), selected=draft.values["name"] == name)  # type: ignore[misc]
        for n, name in enumerate(name for name in names if name)
    ]
    box = TextBox("who-name", t("matter.who_name"), str(draft.values["name"]), text_setter(draft, "name"), most=60)
    return section(t("matter.who"), [*([flow(chips)] if chips else []), box])


def need(*pairs: tuple[object, str]) -> str | None:
    """Return what is missing first, in words; None when nothing is. Each pair is a value and the name of its text."""
    return next((t(f"matter.need.{key}") for there, key in pairs if not there), None)
