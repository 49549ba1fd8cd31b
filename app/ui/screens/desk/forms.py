"""The desk's and the supervisors' forms on a ticket: who does it, whether it can be done, what the resident said.

On a phone each form is a screen of its own; on a wide window it is in the desk's right pane, which passes `on_done`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence, Set

import flet as ft

from app.actions import CardFilter, Session
from app.actions.models import Card, Staff
from app.domain import roles
from app.domain.subjects.ticket import state as st
from app.ui import theme
from app.ui.context import cloud_of, use_draft, use_now, use_read, use_ui
from app.ui.kit.base import column, guard_of, quiet
from app.ui.kit.buttons import Action, small_button
from app.ui.kit.choose import Option, big_choice, pills
from app.ui.kit.fields import TextBox
from app.ui.kit.keys import DOWN, ENTER, UP, use_keys
from app.ui.kit.lists import empty_state
from app.ui.kit.long import long_txt
from app.ui.kit.money import section, total_line
from app.ui.kit.notices import notice
from app.ui.screens.desk.parts import form, phrases, ring, ticket_head
from app.ui.screens.desk.words import parse_yuan
from app.ui.subjects.ticket.gate import gated
from app.ui.texts import t, yuan
from app.ui.ticket_words import word

Done = Callable[[], object]
STARTED = (st.ACCEPTED, st.ON_SITE, st.TO_PRICE, st.TO_AGREE, st.AGREED, st.WORKING, st.TO_TRY, st.TO_SIGN)
"""Stages in which a worker has begun, so that taking the ticket from them has consequences."""


@ft.component
def AssignForm(ticket_id: str, on_done: Done | None = None) -> ft.Control:
    """Draw the form of 派工 (assign, A.2): the workers with their open tickets, the one assigned last first."""
    ui = use_ui()
    now = use_now()
    draft = use_draft(f"assign:{ticket_id}", {"worker": "", "note": "", "more": False})
    view = use_read(lambda s: s.tickets.view(ticket_id), ticket_id)
    where = ui.session.estate_of(view.state)
    people, busy, last, untrained = use_read(lambda s: _read(s, where), where)
    done = on_done or ui.back
    desk = theme.use_look().desk and on_done is not None
    near = nearby(view.card, busy)
    if desk:
        people = free_and_near(people, near)
    chosen = next((p for p in people if p.id == draft.values["worker"]), None)

    async def save() -> None:
        worker, note = str(draft.values["worker"]), str(draft.values["note"]).strip()
        await ui.do(
            ui.session.tickets.assign(ticket_id, worker, note, once=draft.once, draft=draft.key),
            then=lambda _: done(),
            saved=t("desk.assign.saved", name=chosen.name if chosen else ""),
        )

    def move(by: int) -> None:
        ids = [p.id for p in people]
        at = ids.index(chosen.id) + by if chosen else 0
        if ids:
            draft.set("worker", ids[max(0, min(len(ids) - 1, at))])

    async def take() -> None:
        guard = guard_of(ui.page)
        if chosen is not None and guard.enter():
            try:
                await save()
            finally:
                guard.leave()

    use_keys({DOWN: lambda: move(1), UP: lambda: move(-1), ENTER: take}, on=desk)
    again = view.state.assignee is not None
    heading = t("desk.assign.heading_again" if again else "desk.assign.heading")
    if view.state.stage in (st.TO_JUDGE, st.TO_ASK) and view.state.arrived_at is None:
        blocked = notice(t("desk.assign.not_yet"), kept=t("desk.assign.not_yet_says"), tone="amber")
        return form(ui, heading, [ticket_head(view, now), blocked], id="assign", action=None, on_done=on_done)
    content: list[ft.Control] = [ticket_head(view, now)]
    if view.state.stage in STARTED:
        content.append(notice(t("desk.assign.taken", name=view.assignee_name), tone="amber", id="assign-taken"))
    if people:
        here = near if desk else frozenset[str]()
        options = [
            _worker(p, busy.get(p.id, []), view.state.assignee, last, p.id in here, p.id in untrained) for p in people
        ]
        choices = big_choice(options, draft.values["worker"], lambda v: draft.set("worker", v), id="worker")
        content.append(section(t("desk.assign.who"), [choices]))
    else:
        content.append(empty_state(t("desk.assign.nobody"), t("desk.assign.nobody_says"), mark=ft.Icons.ENGINEERING))
    if draft.values["more"] or draft.values["note"]:
        content.append(
            section(
                t("desk.assign.note"),
                [
                    TextBox(
                        "assign-note", "", draft.values["note"], lambda v: draft.set("note", v), lines=2,
                        phrases=phrases("desk.assign.phrases"), name=t("desk.assign.note"),
                    )
                ],
            )
        )  # fmt: skip
    else:
        more = small_button("assign-more", t("desk.assign.more"), lambda: draft.set("more", True), tone="text")
        content.append(more)

    action = Action(
        t("desk.assign.save", name=chosen.name) if chosen else t("desk.assign.heading"),
        save,
        icon=ft.Icons.PERSON_ADD_ALT_1_OUTLINED,
        enabled=chosen is not None,
        hint=None if chosen else t("desk.assign.choose"),
    )
    return form(ui, heading, content, id="assign", action=action, draft=draft, on_done=on_done, cloud=cloud_of(ui))


def _workers(
    people: list[Staff], tickets: Callable[[CardFilter, int, int], list[Card]], last: list[str]
) -> tuple[list[Staff], dict[str, list[Card]], str]:
    """Return the workers, most recently assigned first, their open tickets by worker id, and the first of `last`."""
    order = {worker: n for n, worker in enumerate(last)}
    ordered = sorted(people, key=lambda p: (order.get(p.id, len(order)), p.load, p.number))
    hands: dict[str, list[Card]] = {}
    for card in tickets(CardFilter(over=False), 0, 1000):
        if card.assignee:
            hands.setdefault(card.assignee, []).append(card)
    return ordered, hands, last[0] if last else ""


def nearby(card: Card, busy: Mapping[str, Sequence[Card]]) -> frozenset[str]:
    """Return who has begun with something in the building a ticket is about."""
    there = card.building_id
    begun = ((worker, one) for worker, hand in busy.items() for one in hand if there and one.id != card.id)
    return frozenset(worker for worker, one in begun if one.building_id == there and one.stage in STARTED)


def free_and_near(people: Sequence[Staff], near: Set[str]) -> list[Staff]:
    """Return the workers in the order in which the desk would send them: who has the least to do, and of those who is
    in the building; who is there is as near as somebody with one ticket less."""
    return sorted(people, key=lambda p: (p.load - (p.id in near), p.id not in near))


def _read(session: Session, where: str) -> tuple[list[Staff], dict[str, list[Card]], str, frozenset[str]]:
    staff = session.staff_list(roles.REPAIR_WORKER, where)
    people, busy, last = _workers(staff, session.cards, session.tickets.last_assigned())
    return people, busy, last, session.trainings.untrained([one.id for one in staff])


def _worker(person: Staff, hand: list[Card], holder: str | None, last: str, near: bool, untrained: bool) -> Option:
    marks = [t("training.untrained")] if untrained else []
    if person.id == holder:
        marks.append(t("desk.assign.now"))
    if person.id == last:
        marks.append(t("desk.assign.last"))
    marks.append(t("desk.assign.busy", n=person.load) if person.load else t("desk.assign.idle"))
    if near:
        marks.append(t("desk.assign.near"))
    on_now = next((c for c in hand if c.stage in STARTED[1:]), None) or next(iter(hand), None)
    lines = [" · ".join(marks)]
    if on_now is not None:
        lines.append(t("desk.assign.on", address=on_now.address, stage=word("stage", on_now.stage)))
    return Option(person.id, person.name, ft.Icons.PERSON_OUTLINE, "calm", "\n".join(lines))


@ft.component
def JudgeForm(ticket_id: str, on_done: Done | None = None) -> ft.Control:
    """Draw the form of 判定 (judge, A.2), due within 15 minutes, for work that is not on the price list.

    Either it can be done: which work, at which price; or it cannot: why not.
    """
    ui = use_ui()
    now = use_now()
    draft = use_draft(f"judge:{ticket_id}", {"can": "", "price": "", "work": "", "reason": ""})
    view = use_read(lambda s: s.tickets.view(ticket_id), ticket_id)
    done = on_done or ui.back
    v = draft.values
    price = parse_yuan(v["price"])
    content: list[ft.Control] = [ticket_head(view, now)]
    found = (view.state.found or {}).get("description")
    if found:
        content.append(section(t("desk.judge.found"), [long_txt(str(found))]))
    content.append(
        section(
            t("desk.judge.can"),
            [
                big_choice(
                    [
                        Option("yes", t("desk.judge.yes"), ft.Icons.CHECK_ROUNDED, "good", t("desk.judge.yes_note")),
                        Option("no", t("desk.judge.no"), ft.Icons.BLOCK, "amber", t("desk.judge.no_note")),
                    ],
                    v["can"],
                    lambda value: draft.set("can", value),
                    id="can",
                )
            ],
        )
    )
    if v["can"] == "yes":
        wrong = t("desk.judge.price_wrong") if v["price"].strip() and price is None else None
        quick = [(str(n), f"¥{n}") for n in (30, 50, 80, 120, 200)]
        content.append(
            section(
                t("desk.judge.price"),
                [
                    TextBox(
                        "price", "", v["price"], lambda value: draft.set("price", value), error=wrong,
                        keyboard=ft.KeyboardType.NUMBER, hint="80", name=t("desk.judge.price"),
                    ),
                    pills(quick, v["price"].strip(), lambda value: draft.set("price", value), id="price-quick"),
                ],
            )
        )  # fmt: skip
        content.append(
            section(
                t("desk.judge.work"),
                [
                    TextBox(
                        "work", "", v["work"], lambda value: draft.set("work", value), lines=2,
                        hint=t("desk.judge.work_hint"), phrases=phrases("desk.judge.phrases"),
                        name=t("desk.judge.work"),
                    )
                ],
            )
        )  # fmt: skip
    elif v["can"] == "no":
        content.append(
            section(
                t("desk.judge.reason"),
                [
                    TextBox(
                        "reason", "", v["reason"], lambda value: draft.set("reason", value), lines=2,
                        phrases=phrases("desk.judge.no_phrases"), name=t("desk.judge.reason"),
                    )
                ],
            )
        )  # fmt: skip

    async def save() -> None:
        yes = v["can"] == "yes"
        await ui.do(
            ui.session.tickets.judge(
                ticket_id,
                yes,
                price if yes else None,
                v["work"].strip() if yes else "",
                "" if yes else v["reason"].strip(),
                once=draft.once,
                draft=draft.key,
            ),
            then=lambda _: done(),
            saved=t("desk.judge.saved"),
        )

    if v["can"] == "yes":
        hint = None if price is not None else t(f"desk.judge.{'price_wrong' if v['price'].strip() else 'fill_price'}")
        label = t("desk.judge.save", price=yuan(price)) if price is not None else t("desk.judge.yes")
    elif v["can"] == "no":
        hint = None if v["reason"].strip() else t("desk.judge.fill_reason")
        label = t("desk.judge.save_no")
    else:
        hint, label = t("desk.judge.choose"), t("desk.judge.heading")
    action = Action(label, save, icon=ft.Icons.GAVEL_ROUNDED, enabled=hint is None, hint=hint)
    return form(
        ui, t("desk.judge.heading"), content, id="judge", action=action, draft=draft, on_done=on_done,
        cloud=cloud_of(ui),
    )  # fmt: skip


@ft.component
def AskedForm(ticket_id: str, on_done: Done | None = None) -> ft.Control:
    """Draw the form of 住户的答复 (resident's answer, A.2): do they want the repair at the price told by phone?"""
    ui = use_ui()
    now = use_now()
    view = use_read(lambda s: s.tickets.view(ticket_id), ticket_id)
    draft = use_draft(f"asked:{ticket_id}", {"agreed": "", "name": view.card.contact_name, "reason": ""})
    done = on_done or ui.back
    v = draft.values
    judged = view.state.judged or {}
    price = int(judged.get("price_fen") or 0)
    told: list[ft.Control] = [total_line(price, words=t("desk.asked.price"), id="told-price")]
    if judged.get("work"):
        told.append(column([quiet(t("desk.asked.work")), long_txt(str(judged["work"]))], gap=2))
    phone = view.card.contact_phone
    if phone:
        told.append(
            small_button(
                "asked-call", t("desk.asked.call", phone=phone), lambda: ring(phone), icon=ft.Icons.CALL_OUTLINED
            )
        )
    answers = [
        Option("yes", t("desk.asked.agreed"), ft.Icons.CHECK_ROUNDED, "good", t("desk.asked.agreed_note")),
        Option("no", t("desk.asked.declined"), ft.Icons.CLOSE_ROUNDED, "amber", t("desk.asked.declined_note")),
    ]
    answer = big_choice(answers, v["agreed"], lambda value: draft.set("agreed", value), id="agreed")
    content: list[ft.Control] = [ticket_head(view, now), section(t("desk.asked.judged"), told)]
    content.append(section(t("desk.asked.answer"), [answer]))
    if v["agreed"] == "no":
        content.append(
            section(
                t("desk.asked.reason"),
                [
                    TextBox(
                        "reason", "", v["reason"], lambda value: draft.set("reason", value), lines=2,
                        phrases=phrases("desk.asked.phrases"), name=t("desk.asked.reason"),
                    )
                ],
            )
        )  # fmt: skip
    if v["agreed"]:
        who = TextBox("name", "", v["name"], lambda x: draft.set("name", x), name=t("desk.asked.name"))
        content.append(section(t("desk.asked.name"), [who]))

    async def save() -> None:
        yes = v["agreed"] == "yes"
        await ui.do(
            ui.session.tickets.resident_asked(
                ticket_id, yes, v["name"].strip(), "" if yes else v["reason"].strip(), once=draft.once, draft=draft.key
            ),
            then=lambda _: done(),
            saved=t("desk.asked.saved"),
        )

    hint = None
    if not v["agreed"]:
        hint = t("desk.asked.choose")
    elif v["agreed"] == "no" and not v["reason"].strip():
        hint = t("desk.asked.fill_reason")
    label = {"yes": t("desk.asked.save"), "no": t("desk.asked.save_no")}.get(v["agreed"], t("desk.asked.heading"))
    action = Action(label, save, icon=ft.Icons.PHONE_IN_TALK_OUTLINED, enabled=hint is None, hint=hint)
    return form(
        ui, t("desk.asked.heading"), content, id="asked", action=action, draft=draft, on_done=on_done,
        cloud=cloud_of(ui),
    )  # fmt: skip


AssignScreen = gated("assign", lambda ticket_id, _, on_done: AssignForm(ticket_id, on_done), "assign")
JudgeScreen = gated("judge", lambda ticket_id, _, on_done: JudgeForm(ticket_id, on_done), "judge")
AskedScreen = gated("asked", lambda ticket_id, _, on_done: AskedForm(ticket_id, on_done), "resident_asked")
