"""How a matter 来人来电来访 is shown (C)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import flet as ft

from app.actions import Session
from app.actions.matters import MatterView
from app.actions.models import Card, Staff
from app.domain import roles
from app.domain.subjects.matter import MatterCard, kinds, steps
from app.domain.subjects.matter import state as st
from app.domain.subjects.matter.kinds import MATTER
from app.ui import estates
from app.ui.kit.base import flow, quiet, txt
from app.ui.kit.long import long_txt
from app.ui.kit.money import facts
from app.ui.kit.ticket import chip, paper
from app.ui.subjects.face import Body, Face, NameOf
from app.ui.subjects.matter import words
from app.ui.subjects.together import Said, Together, by_estate, for_all, phrases
from app.ui.texts import moment_text, t
from app.ui.ticket_words import joined


class MatterFace(Face):
    """Shows matters 来人来电来访."""

    type = MATTER
    path = "/matter/"
    words = "matter"
    prints = True
    mark = ft.Icons.RECORD_VOICE_OVER_OUTLINED
    numbered = False
    signed = False

    def read(self, session: Session, subject_id: str) -> MatterView:
        """Return the view that its pages show."""
        return session.matters.view(subject_id)

    def head(self, view: Any, now: int) -> ft.Control:
        """Return what was said, by whom, and how it stands."""
        return matter_head(view, now)

    def heading(self, card: Card) -> str:
        """Return the place it is about, otherwise who said it."""
        return words.place_of(card)

    def today_marks(self, card: Card, now: int) -> list[ft.Control]:
        """Return its class and weight."""
        return [words.class_chip(card), *words.request_marks(card), *words.weight_marks(card)]

    def line(self, card: Card) -> tuple[str, str]:
        """Return class and stage, such as 投诉 · 待处理; and what was said."""
        return joined(words.class_word(card.kind), words.said("stage", card.stage)), card.content

    def paper(self, card: Card) -> str:
        """Return its class: 投诉."""
        return words.class_word(card.kind)

    def says(self, kind: str, body: Body, name_of: NameOf, now: int) -> str:
        """Return what an entry says, in a sentence or two."""
        if kind == "owned":
            return joined(name_of(str(body["owner_id"])), body.get("reason"))
        if kind == "postponed":
            return joined(t("matter.says.until", when=moment_text(body["appointment_at"], now)), body["explanation"])
        if kind == "classed":
            until = body.get("promised_at")
            return joined(
                words.said("nature", body["nature"]),
                words.said("weight", body["weight"]),
                "" if body["valid"] else joined(t("matter.invalid"), body.get("invalid_reason")),
                t("matter.says.promised", when=moment_text(until, now)) if until else "",
                t("matter.says.joint", who="、".join(name_of(one) for one in body["joint"]))
                if body.get("joint")
                else "",
            )
        return super().says(kind, body, name_of, now)

    def together(self, session: Session, cards: Sequence[Card]) -> tuple[Together, ...]:
        """已阅 what the leaders are to know of (C.2), 转给 somebody who is responsible (C.2)."""
        held = {card.id: session.roles_on(card) for card in cards}
        to_note = [c for c in cards if c.as_(MatterCard).to_note and held[c.id] & kinds.LEADERS]
        open_ones = [c for c in cards if c.stage in steps.UNDER_WAY and held[c.id] & roles.OVERSEERS]
        made: list[Together] = []
        if to_note:
            made.append(
                Together(
                    "note", t("matter.do.note"), t("desk.many.note_says"), to_note, _note,
                    asks=t("desk.flags.note"),
                )
            )  # fmt: skip
        if open_ones:
            able = by_estate(session, lambda estate: [one for one in session.staff_list(None, estate) if _may_own(one)])
            made.append(
                Together(
                    "own", t("matter.do.own"), t("desk.many.own_says"), open_ones, _own,
                    whom=for_all(session, open_ones, able), asks=t("matter.ask.reason"), needs=True,
                    phrases=phrases("matter.phrases.reason"),
                )
            )  # fmt: skip
        return (*made, *super().together(session, cards))

    def gone(self) -> tuple[str, str]:
        """What its pages say when it is not here."""
        return t("matter.gone"), t("matter.gone_says")


async def _note(session: Session, card: Card, said: Said, once: str) -> None:
    await session.record(MATTER, card.id, "noted", {"note": said.words}, once=once)


async def _own(session: Session, card: Card, said: Said, once: str) -> None:
    await session.record(MATTER, card.id, "owned", {"owner_id": said.whom, "reason": said.words}, once=once)


def _may_own(one: Staff) -> bool:
    return bool(set(one.roles) - {roles.FINANCE})


def matter_head(view: MatterView, now: int) -> ft.Control:
    """Return the top of a matter's page: its class, the place, what was said and demanded, by whom, and about whom."""
    card, state = view.card, view.state
    more = card.as_(MatterCard)
    top: list[ft.Control] = [words.class_chip(card)]
    if state.classed is not None:
        top.append(chip(words.said("nature", more.nature), "plain"))
    if more.wanted:
        top.append(chip(words.wanted(more), "plain", ft.Icons.QR_CODE_2_ROUNDED))
    if card.stage != st.UNCONFIRMED:  # that stands among the marks, in amber
        top.append(chip(words.said("stage", card.stage), "good" if card.ended else "plain"))
    parts: list[ft.Control] = [
        *estates.head_of(state),
        flow(top),
        ft.Semantics(header=True, content=txt(words.place_of(card), ft.TextThemeStyle.HEADLINE_MEDIUM)),
        quiet(
            joined(
                words.who_said(card) if card.address else "",
                words.said("channel", more.channel),
                more.request,
                moment_text(state.body.get("said_at") or state.opened_at, now),
            )
        ),
    ]
    marks = words.marks(card)
    if marks:
        parts.append(flow(marks))
    parts += [ft.Divider(height=1, color=ft.Colors.OUTLINE_VARIANT), long_txt(card.content)]
    pairs = [
        (t("matter.fact.demand"), more.demand),
        (t("matter.fact.about"), joined(more.about, words.said("department", more.department))),
        (t("matter.fact.owner"), view.owner_name),
    ]
    known = [(name, said) for name, said in pairs if said]
    if known:
        parts.append(facts(known))
    return paper(parts, id="matter-head", gap=10)


def _agreed(b: Body, _: NameOf) -> str:
    return joined(b["name"], words.said("way", b["how"]), b.get("note"))


def _told(b: Body, _: NameOf) -> str:
    return joined(b["what"], b.get("name"), words.said("way", b["how"]))


def _closed(b: Body, _: NameOf) -> str:
    satisfied = {True: t("matter.satisfied.yes"), False: t("matter.satisfied.no")}.get(b.get("satisfied"), "")  # type: ignore[arg-type]
    polite = t("matter.told_politely") if b.get("told_politely") else ""
    outcome = words.said("outcome", b["outcome"]) if b.get("outcome") else ""
    return joined(outcome if outcome != b["result"] else "", b["result"], polite, satisfied)


def _handled(b: Body, _: NameOf) -> str:
    found = [
        t("matter.says.cause", words=b["cause"]),
        t("matter.says.corrective", words=b["corrective"]),
        t("matter.says.preventive", words=b["preventive"]) if b.get("preventive") else "",
    ]
    return "\n".join(one for one in found if one)


def _dismissed(b: Body, _: NameOf) -> str:
    return joined(words.said("why", b["why"]), b["reason"])


MatterFace.says_of = {
    "request_received": lambda b, _: joined(words.wanted_of(b), b["number"]),
    "request_confirmed": lambda b, _: joined(b.get("name"), b.get("phone"), b.get("note")),
    "request_dismissed": _dismissed,
    "matter_opened": lambda b, _: joined(
        b["content"], b.get("contact_name") or (t("matter.anonymous") if b.get("anonymous") else "")
    ),
    "noted": lambda b, _: str(b.get("note") or ""),
    "planned": lambda b, _: f"{t('matter.says.cause', words=b['cause'])}\n{b['plan']}",
    "plan_agreed": _agreed,
    "told": _told,
    "handled": _handled,
    "reply_drafted": lambda b, _: str(b["text"]),
    "reply_released": lambda b, _: str(b.get("note") or ""),
    "replied": lambda b, _: words.said("sent", b["how"]),
    "matter_closed": _closed,
    "answered_openly": lambda b, _: str(b["text"]),
    "reopened": lambda b, _: str(b["reason"]),
    "merged": lambda b, _: str(b.get("note") or ""),
}
