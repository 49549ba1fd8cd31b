"""How a follow-up 回访 is shown (D)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import flet as ft

from app.actions import Session
from app.actions.follow_ups import FollowUpView
from app.actions.models import Card, Staff
from app.domain import roles
from app.domain.subjects.follow_up import state as st
from app.domain.subjects.follow_up.kinds import FOLLOW_UP, PLANNERS
from app.ui import estates
from app.ui.kit.base import flow, quiet, txt
from app.ui.kit.long import long_txt
from app.ui.kit.money import facts
from app.ui.kit.ticket import chip, paper
from app.ui.signed_lines import Line
from app.ui.subjects.face import Body, Face, NameOf
from app.ui.subjects.follow_up import signed, words
from app.ui.subjects.together import Said, Together, by_estate, for_all, phrases
from app.ui.texts import moment_text, t
from app.ui.ticket_words import joined


class FollowUpFace(Face):
    """Shows follow-ups 回访."""

    type = FOLLOW_UP
    path = "/follow-up/"
    words = "follow_up"
    prints = True
    mark = ft.Icons.FACT_CHECK_OUTLINED
    numbered = False

    def lines(self, facts: Body, purpose: str, named: Mapping[str, str]) -> Iterator[Line]:
        """Yield what was asked, said, promised and raised (D.3, D.5)."""
        yield from signed.lines(facts, named)

    def read(self, session: Session, subject_id: str) -> FollowUpView:
        """Return the view that its pages show."""
        return session.follow_ups.view(subject_id)

    def head(self, view: Any, now: int) -> ft.Control:
        """Return what is asked about, where, and how it stands."""
        return follow_up_head(view, now)

    def today_marks(self, card: Card, now: int) -> list[ft.Control]:
        """Return what is followed up, and what is special about it, as chips."""
        return [words.source_chip(card), *words.marks(card)]

    def line(self, card: Card) -> tuple[str, str]:
        """Return what is followed up and its stage, such as 投诉回访 · 待回访; and what it is about."""
        return joined(words.said("source", card.kind), words.said("stage", card.stage)), card.content

    def paper(self, card: Card) -> str:
        """Return what is followed up: 投诉回访."""
        return words.said("source", card.kind)

    def says(self, kind: str, body: Body, name_of: NameOf, now: int) -> str:
        """Return what an entry says, in a sentence or two."""
        if kind == "follow_up_planned":
            due = t("follow_up.says.due", when=moment_text(body["due_at"], now))
            return joined(words.said("drawn", str(body.get("drawn"))), due)
        if kind == "follow_up_moved":
            at = body.get("due_at")
            when = t("follow_up.says.due", when=moment_text(at, now)) if at else ""
            who = name_of(str(body["owner_id"])) if body.get("owner_id") else ""
            return joined(who, when, body["reason"])
        if kind == "followed_up":
            return _asked(body, now)
        return super().says(kind, body, name_of, now)

    def together(self, session: Session, cards: Sequence[Card]) -> tuple[Together, ...]:
        """签意见 on what was asked about (D.6), 换人 for what is still to be done (D.1)."""
        mine = [card for card in cards if session.roles_on(card) & PLANNERS]
        done = [card for card in mine if card.stage == st.DONE]
        open_ones = [card for card in mine if card.stage in st.OPEN]
        made: list[Together] = []
        if done:
            made.append(
                Together(
                    "review", t("follow_up.do.review"), t("desk.many.review_says"), done, _review,
                    asks=t("follow_up.ask.opinion"), needs=True, phrases=phrases("follow_up.phrases.opinion"),
                )
            )  # fmt: skip
        if open_ones:
            able = by_estate(session, lambda estate: [one for one in session.staff_list(None, estate) if _asks(one)])
            made.append(
                Together(
                    "move", t("desk.many.move"), t("desk.many.move_says"), open_ones, _move,
                    whom=for_all(session, open_ones, able), asks=t("follow_up.ask.reason"), needs=True,
                    phrases=phrases("follow_up.phrases.reason"),
                )
            )  # fmt: skip
        return (*made, *super().together(session, cards))

    def gone(self) -> tuple[str, str]:
        """What its pages say when it is not here."""
        return t("follow_up.gone"), t("follow_up.gone_says")


async def _review(session: Session, card: Card, said: Said, once: str) -> None:
    await session.record(FOLLOW_UP, card.id, "follow_up_reviewed", {"opinion": said.words}, once=once)


async def _move(session: Session, card: Card, said: Said, once: str) -> None:
    body = {"owner_id": said.whom, "reason": said.words}
    await session.record(FOLLOW_UP, card.id, "follow_up_moved", body, once=once)


def _asks(one: Staff) -> bool:
    return bool({roles.STEWARD, roles.SERVICE_SUPERVISOR, roles.MANAGER} & set(one.roles))


def _asked(body: Body, now: int) -> str:
    way = words.said("way", str(body["way"]))
    at = body.get("again_at")
    again = t("follow_up.says.again", when=moment_text(at, now)) if at else ""
    if not body["met"]:
        return joined(way, words.said("not_met", str(body.get("not_met"))), again)
    satisfied = t("follow_up.satisfied.yes" if body.get("satisfied") else "follow_up.satisfied.no")
    promise = t("follow_up.says.promise", what=body["promise"]) if body.get("promise") else ""
    return joined(way, body.get("name"), satisfied, body.get("said"), promise, again)


def owner_words(view: FollowUpView) -> str:
    """Return who follows up: a person's name, or the post."""
    return view.owner_name or words.said("post", str(view.state.body.get("post") or ""))


def follow_up_head(view: FollowUpView, now: int) -> ft.Control:
    """Return the top of a follow-up's page: what is asked about, where, whom to ask, and who asks."""
    card, state = view.card, view.state
    marks = [words.source_chip(card), chip(words.said("stage", card.stage), "good" if card.over else "plain")]
    parts: list[ft.Control] = [
        *estates.head_of(state),
        flow([*marks, *words.marks(card)]),
        ft.Semantics(header=True, content=txt(card.address or card.contact_name, ft.TextThemeStyle.HEADLINE_MEDIUM)),
    ]
    who = joined(card.contact_name, card.contact_phone)
    if who:
        parts.append(quiet(who))
    since = state.body.get("since")
    parts += [ft.Divider(height=1, color=ft.Colors.OUTLINE_VARIANT), long_txt(card.content)]
    known = [
        (t("follow_up.fact.owner"), owner_words(view)),
        (t("follow_up.fact.closed"), moment_text(since, now) if since else ""),
        (t("follow_up.fact.due"), moment_text(card.due_at, now) if card.due_at and not card.over else ""),
    ]
    parts.append(facts([(name, value) for name, value in known if value]))
    return paper(parts, id="follow-up-head", gap=10)


FollowUpFace.says_of = {
    "follow_up_excused": lambda b, _: str(b["reason"]),
    "answered_by_letter": lambda b, _: str(b["text"]),
    "follow_up_reviewed": lambda b, _: str(b["opinion"]),
}

__all__ = ["FollowUpFace", "follow_up_head", "owner_words"]
