"""The check before every step's screen: no path, Back or reload opens a step that cannot be done now.

Instead, the screen says that the step is over or somebody else's, and what comes next. A step that was done before and
may be repeated opens only when somebody means to: by a tap on the ticket's page or on this screen.
"""

from __future__ import annotations

from collections.abc import Callable

import flet as ft

from app.actions.models import TicketView
from app.domain.subjects.ticket.steps import can_do, was_done
from app.ui.context import Ui, cloud_of, use_read
from app.ui.kit.buttons import Action, MainAction, icon_button, small_button
from app.ui.kit.here import use_here
from app.ui.kit.lists import empty_state
from app.ui.kit.scaffold import Scaffold
from app.ui.router import use_router
from app.ui.subjects.ticket.moves import moves_of
from app.ui.subjects.ticket.step_form import use_ticket
from app.ui.texts import t

Done = Callable[[], object]
StepForm = Callable[[str, TicketView, Done | None], ft.Control]
"""Draws a step's form from the ticket's id and view, and, in a desk's pane, what leads back when it is done (else
None)."""
StepScreen = Callable[..., ft.Control]


def gated(draft: str, form: StepForm, *verbs: str) -> StepScreen:
    """Return the screen of a step: ``form`` while one of ``verbs`` can be done, otherwise what can be done.

    The key of the step's draft is ``<draft>:<ticket id>``; a half-filled form is always shown again.
    """

    @ft.component
    def Gated(ticket_id: str, on_done: Done | None = None, key: str | None = None) -> ft.Control:
        ui, view = use_ticket(ticket_id)
        session = ui.session
        held = session.roles_on(view.state) if view is not None else frozenset()
        open_verb = next(
            (v for v in verbs if view is not None and can_do(view.state, v, session.profile.staff_id, held)),
            None,
        )
        due = view.next.verb if view is not None and view.next is not None else None
        before = open_verb is not None and view is not None and was_done(view.state, open_verb, due)
        meant = use_meant(f"{draft}:{ticket_id}", on_done is not None)
        shown: ft.MutableRef[TicketView | None] = ft.use_ref()
        if open_verb is not None and (meant.now or not before):
            shown.current = view
        elif not ui.saving:
            shown.current = None
        if shown.current is not None:
            # The form stays while it is being saved: what follows is chosen already.
            return form(ticket_id, shown.current, on_done)
        return not_now(ui, ticket_id, view, meant.mean if open_verb is not None else None, on_done)

    return Gated


class Meant:
    """Whether somebody means to repeat a step (`now`), and what to call when they say so (`mean`)."""

    def __init__(self, now: bool, mean: Done) -> None:
        self.now = now
        self.mean = mean


def use_meant(draft: str, inside: bool = False) -> Meant:
    """Hook: a step is meant if it was opened from a screen of the app, is half filled in, or was confirmed here.

    ``inside``: it is shown in another screen's pane, which only a tap opens.
    """
    path, router = use_here(), use_router()
    asked, set_asked = ft.use_state(False)
    half_filled = use_read(lambda s: s.draft(draft) is not None, draft)
    return Meant(asked or inside or half_filled or router.chosen(path), lambda: set_asked(True))


def not_now(
    ui: Ui, ticket_id: str, view: TicketView | None, again: Done | None, on_done: Done | None = None
) -> ft.Control:
    """Return the page that says that a step cannot be done now, and what comes next, with a link; ``again`` opens it
    anyway."""
    following: Action | None = None
    says = t("repair.nothing_here_more")
    if view is not None:
        main = moves_of(view, ui.session).main
        if main is not None and not (again is not None and main.path == ui.router.path):
            path = main.path or f"/ticket/{ticket_id}"
            says = t("repair.nothing_here_next", next=main.label)
            following = Action(t("repair.to_next", next=main.label), lambda: ui.replace(path), icon=main.icon)
        elif main is None:
            says = t("repair.nothing_here_waits")
    to_ticket = on_done or (lambda: ui.replace(f"/ticket/{ticket_id}"))
    return shut(ui, says, (t("repair.to_ticket"), to_ticket), again, following, on_done)


def shut(
    ui: Ui,
    says: str,
    way: tuple[str, Done],
    again: Done | None = None,
    following: Action | None = None,
    on_done: Done | None = None,
) -> ft.Control:
    """Return the page of a step that cannot be done now: ``way`` links to the record, ``again`` repeats the step.

    ``on_done`` is given in a desk's pane, where it leads back.
    """
    if again is not None:
        says = f"{t('repair.done_before')}{says}"
    ways: list[ft.Control] = [small_button("to-ticket", *way)]
    if again is not None:
        ways.append(small_button("step-again", t("repair.again"), again, tone="text"))
    words = empty_state(
        t("repair.nothing_here"),
        says,
        mark=ft.Icons.TASK_ALT,
        action=ft.Column(ways, tight=True, horizontal_alignment=ft.CrossAxisAlignment.CENTER),
    )
    if on_done is None:
        return Scaffold("", [words], id="nothing-here", on_back=ui.back, cloud=cloud_of(ui), action=following)
    back = icon_button("back", ft.Icons.ARROW_BACK_ROUNDED, t("common.back"), on_done)
    return ft.Column(
        [ft.Row([back]), words, *([MainAction(following)] if following else [])],
        horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
    )
