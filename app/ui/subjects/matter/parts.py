"""What the steps of a matter share: the gate before each, a moment to choose, who was spoken to."""

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
    """A step's form as it stands: what it asks, the body it would write, and what is still missing."""

    def __init__(self, content: list[ft.Control], body: Mapping[str, Any], missing: str | None) -> None:
        self.content = content
        self.body = body
        self.missing = missing


def step_of(verb: str, start: Start, form: Form) -> Callable[..., ft.Control]:
    """Return the screen of a step that writes one entry: ``form`` while it can be done now."""

    @ft.component
    def StepScreen(matter_id: str) -> ft.Control:
        ui, view, shown = use_open_step(matter_id, verb)
        if view is None or not shown:
            return not_now(ui, matter_id)
        return StepForm(matter_id, verb, view, start, form)

    return StepScreen


def use_open_step(matter_id: str, verb: str) -> tuple[Ui, MatterView | None, bool]:
    """Hook: the matter, and whether this step can be done now; while its own save is under way it stays open."""
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
    """The page of a step that cannot be done now."""
    return shut(
        ui, t("repair.nothing_here_more"), (t("matter.opens.matter"), lambda: ui.replace(f"/matter/{matter_id}"))
    )


@ft.component
def StepForm(matter_id: str, verb: str, view: MatterView, start: Start, form: Form) -> ft.Control:
    """The form: it comes back after a kill, and is gone once it is saved."""
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
    """A question answered in words, with the phrases used often."""
    key = f"matter.phrases.{name}"
    return TextBox(
        f"ask-{name}", t(f"matter.ask.{name}"), str(draft.values[name]), text_setter(draft, name),
        lines=lines, most=4000, phrases=phrases(key), key=f"{name}-{draft.once}",
    )  # fmt: skip


def ways(draft: Draft) -> ft.Control:
    """How they were spoken to."""
    options = [(way, words.said("way", way)) for way in kinds.WAYS]
    return section(t("matter.how"), [pills(options, draft.values["how"], lambda v: draft.set("how", v), id="how")])


def who(view: MatterView, draft: Draft) -> ft.Control:
    """Who was spoken to: who said it and who lives there as chips, or another name."""
    home = view.household
    names = dict.fromkeys([view.card.contact_name, *(person.name for person in (home.people if home else ()))])
    chips = [
        pill(f"who-{n}", name, lambda name=name: draft.set("name", name), selected=draft.values["name"] == name)  # type: ignore[misc]
        for n, name in enumerate(name for name in names if name)
    ]
    box = TextBox("who-name", t("matter.who_name"), str(draft.values["name"]), text_setter(draft, "name"), most=60)
    return section(t("matter.who"), [*([flow(chips)] if chips else []), box])


def need(*pairs: tuple[object, str]) -> str | None:
    """The words for the first thing that is still missing."""
    return next((t(f"matter.need.{key}") for there, key in pairs if not there), None)
