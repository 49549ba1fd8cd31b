"""How a case 表单记录 is shown."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from typing import Any

import flet as ft

from app.actions import Session
from app.actions.cases import CaseView
from app.actions.models import Card
from app.domain.rules.duties import Duty
from app.domain.subjects.case.kinds import CASE
from app.ui import estates
from app.ui.kit.base import flow, quiet, txt
from app.ui.kit.ticket import chip, paper
from app.ui.signed_lines import Line
from app.ui.subjects.case import signed, words
from app.ui.subjects.duty.words import due_words, why_words
from app.ui.subjects.face import Body, Face, NameOf, Sheet
from app.ui.texts import language, moment_text, t
from app.ui.ticket_words import joined


class CaseFace(Face):
    """Shows cases 表单记录."""

    type = CASE
    path = "/case/"
    words = "case"
    prints = True
    mark = ft.Icons.ASSIGNMENT_OUTLINED
    numbered = False
    own_corrections = True

    async def sheets(self, session: Session, card: Card) -> list[Sheet]:
        """Return all of it, papers with a layout of their own, and each of its forms, as the server has them."""
        speaks, called = language().partition("-")[0], card.address or card.content
        return [
            Sheet(one.name, one.title(speaks), f"{one.title_zh} {called}.pdf".replace("/", " "),
                  partial(session.papers.case, card.id, one.name))
            for one in await session.papers.of_case(card.id)
        ]  # fmt: skip

    def read(self, session: Session, subject_id: str) -> CaseView:
        """Return the view that its pages show."""
        return session.cases.view(subject_id)

    def head(self, view: Any, now: int) -> ft.Control:
        """Return which form it is, where, how it stands, and who filled it in."""
        return case_head(view, now)

    def heading(self, card: Card) -> str:
        """Return the form's title."""
        return card.content or self.called()

    def today_marks(self, card: Card, now: int) -> list[ft.Control]:
        """Return which form it is, as a chip."""
        return [chip(card.content, "plain", self.mark)]

    def line(self, card: Card) -> tuple[str, str]:
        """Return the form's title, and its stage."""
        return card.content or self.called(), words.said("stage", card.stage)

    def paper(self, card: Card) -> str:
        """Return the form's title."""
        return card.content

    def lines(self, facts: Body, purpose: str, named: Mapping[str, str]) -> Iterator[Line]:
        """Yield every question and answer, and what was raised."""
        yield from signed.lines(facts, named)

    def says(self, kind: str, body: Body, name_of: NameOf, now: int) -> str:
        """Return what an entry says, in a sentence or two."""
        if kind == "form_filled":
            return joined(
                body["title"], words.said("raised_count", "one") and _raised(body), body.get("unsigned_reason")
            )
        if kind == "form_checked":
            return _checked(body)
        if kind == "case_matched":
            return joined(words.said("found", str(body["found"])), body.get("address"))
        if kind == "archive_exported":
            name = name_of(str(body["staff_id"]))
            return t("case.says.exported", n=body["use"], name=name, records=body["records"], files=body["files"])
        if kind == "household_begun":
            lives, left = str(body.get("name") or ""), str(body.get("ended_name") or "")
            return joined(
                t("case.says.left", name=left) if left else "", t("case.says.lives", name=lives) if lives else ""
            )
        return super().says(kind, body, name_of, now)

    def in_full(self, kind: str, body: Body) -> list[tuple[str, str]]:
        """Return every question with its answer, or what differs."""
        if kind == "form_filled":
            return [(label, text or "—") for label, text in words.flat(body["shown"]) if text]
        if kind == "form_checked":
            return [
                (str(one["path"]), t("case.says.differs", said=one.get("said") or "—", found=one.get("found") or "—"))
                for one in body.get("differences") or ()
            ]
        return []

    def gone(self) -> tuple[str, str]:
        """What its pages say when it is not here."""
        return t("case.gone"), t("case.gone_says")


def _raised(body: Body) -> str:
    found = body.get("raised") or ()
    return t("case.says.raised", n=len(found)) if found else ""


def _checked(body: Body) -> str:
    found = words.said("found", str(body["found"]))
    why = body.get("why_zh" if language().startswith("zh") else "why_en")
    return joined(found, body.get("path"), why)


def _owed(duty: Duty, now: int) -> ft.Control:
    tone = "red" if duty.due < now else "amber"
    return chip(joined(why_words(duty.why), due_words(duty, now)), tone, ft.Icons.SCHEDULE)


def case_head(view: CaseView, now: int, owed: Sequence[Duty] = ()) -> ft.Control:
    """Return the top of a case's page: which form, where, how it stands, what it demands, who filled it in and when."""
    card, state = view.card, view.state
    place = card.address or view.estate
    parts: list[ft.Control] = [
        *estates.head_of(state),
        flow([chip(card.content, "plain", CaseFace.mark), words.stage_chip(card), *words.stamps(card)]),
        *([flow([_owed(one, now) for one in owed])] if owed else []),
        ft.Semantics(header=True, content=txt(place or card.content, ft.TextThemeStyle.HEADLINE_MEDIUM)),
    ]
    for filled in state.filled:
        by = view.names.get(filled.entry.author, "")
        version = str(filled.body.get("version") or "")
        said = t("case.by", name=by, when=moment_text(filled.entry.at, now))
        parts.append(quiet(joined(said, t("case.version", version=version) if version else "")))
    return paper(parts, id="case-head", gap=10)


CaseFace.says_of = {
    "form_reviewed": lambda b, _: str(b["opinion"]),
    "form_issued": lambda b, _: joined(b["title"], words.said("how", str(b["how"]))),
    "case_ended": lambda b, _: joined(b["reason"], b.get("note")),
}

__all__ = ["CaseFace", "case_head"]
