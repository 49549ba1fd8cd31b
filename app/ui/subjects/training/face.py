"""How training and assessment 培训考核 are shown: sessions, attendance, marks, inductions (V)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import flet as ft

from app.actions.models import Card
from app.domain.subjects.training import ATTENDANCE, EXAM, INDUCTION, SESSION, TRAINING, TrainingCard
from app.ui.kit.ticket import chip
from app.ui.signed_lines import STRONG, WARNING, Line
from app.ui.subjects.face import Body, Face
from app.ui.texts import has, t
from app.ui.ticket_words import joined


def topic_words(topic: str, words: str = "") -> str:
    """Return what a session or an assessment is about."""
    key = f"training.topic.{topic}"
    return words or (t(key) if has(key) else topic)


def marks_words(card: Card) -> str:
    """Return the marks of a card in words: 52 分，补考 71 分."""
    said = card.as_(TrainingCard)
    if said.total < 0:
        return ""
    first = t("training.marks", n=said.total)
    return joined(first, t("training.second_marks", n=said.second)) if said.second >= 0 else first


class TrainingFace(Face):
    """Shows training and assessment 培训考核."""

    type = TRAINING
    path = "/training/"
    words = "training"
    mark = ft.Icons.SCHOOL_OUTLINED
    numbered = False
    says_of = {  # noqa: RUF012
        "session_held": lambda b, _: joined(
            topic_words(b["topic"], b.get("words") or ""), t("training.minutes", n=b["minutes"]),
            t("training.people", n=len(b["present"])),
        ),
        "attended": lambda b, _: topic_words(b["topic"]),
        "marked": lambda b, _: joined(
            b["name"], topic_words(b["topic"], b.get("words") or ""),
            t("training.marks", n=b["theory"] + b["discipline"]),
        ),
        "resat": lambda b, _: t("training.marks", n=b["theory"] + b["discipline"]),
        "inducted": lambda b, _: joined(b["name"], t(f"training.manners_{'yes' if b['manners'] else 'no'}")),
        "manners_passed": lambda b, _: str(b["name"]),
    }  # fmt: skip

    def heading(self, card: Card) -> str:
        """Return whose it is, or what a session is about."""
        return joined(card.address, self.what(card))

    def what(self, card: Card) -> str:
        """Return what sort of record it is, and on what."""
        said = card.as_(TrainingCard)
        return joined(self.kind_words(card), topic_words(said.topic, card.content) if said.topic else "")

    def line(self, card: Card) -> tuple[str, str]:
        """Return what it is, and how it ended."""
        return self.what(card), joined(marks_words(card), self.stage_words(card))

    def paper(self, card: Card) -> str:
        """Return what it is."""
        return self.what(card)

    def today_marks(self, card: Card, now: int) -> list[ft.Control]:
        """Return the marks, as a chip."""
        return [chip(marks_words(card), "amber", self.mark)] if marks_words(card) else []

    def lines(self, facts: Body, purpose: str, named: Mapping[str, str]) -> Iterator[Line]:
        """Yield what a supervisor signs: who failed twice, with which marks, and that they are warned (V3)."""
        yield Line(topic_words(str(facts.get("topic")), str(facts.get("words") or "")), STRONG)
        yield Line(t("training.both", first=facts.get("first"), second=facts.get("second")))
        yield Line(t("training.warning", name=facts.get("name")), WARNING)

    def in_full(self, kind: str, body: Body) -> list[tuple[str, str]]:
        """Return who was there, or what a newcomer was taught."""
        if kind == "session_held":
            there = "、".join(str(one["name"]) for one in body["present"]) or "—"
            taught = "；".join(str(one["words"]) for one in body.get("troubles") or ())
            return [(t("training.present"), there), *([(t("training.troubles_taught"), taught)] if taught else [])]
        if kind == "inducted":
            return [
                (t(f"training.{part}"), "、".join(t(f"training.taught.{one}") for one in body.get(part) or ()) or "—")
                for part in ("first_day", "second_day", "laws")
            ]
        return []

    def gone(self) -> tuple[str, str]:
        """What its page says when it is not here."""
        return t("training.gone"), t("training.gone_says")


KINDS = (SESSION, ATTENDANCE, EXAM, INDUCTION)
"""What stands in a file."""
