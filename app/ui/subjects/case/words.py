"""The words of cases, and parts that several of their screens share."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import flet as ft

from app.actions.models import Card
from app.domain.rules.state import CHANGED
from app.domain.subjects.case import CaseCard
from app.domain.subjects.case import state as st
from app.ui.kit.ticket import chip, stamp_badge
from app.ui.texts import has, t

_TONES: Final = {
    st.TO_SIGN: "amber", st.OPEN: "calm", st.DONE: "plain", st.REVIEWED: "good", st.ENDED_EARLY: "plain",
    st.ISSUED: "amber", st.BACK: "good",
}  # fmt: skip


def said(table: str, name: str) -> str:
    """Return the word for a value; empty for one that this program does not know."""
    key = f"case.{table}.{name}"
    return t(key) if name and has(key) else ""


def signer_word(signer: str) -> str:
    """Return whose signature it is: 住户, 秩序维护员 …"""
    return said("signer", signer) or signer


def stage_chip(card: Card) -> ft.Control:
    """Return the stage as a chip; while a signature lacks, whose."""
    signer = card.as_(CaseCard).signer if card.stage == st.TO_SIGN else ""
    words = t("case.to_sign_by", who=signer_word(signer)) if signer else said("stage", card.stage)
    return chip(words, _TONES.get(card.stage, "plain"))


def stamps(card: Card) -> list[ft.Control]:
    """Return stamps for: flagged, to be signed again, not sent yet."""
    known = (("flagged", card.flags), ("changed", card.signature == CHANGED), ("unsent", card.unsent))
    return [stamp_badge(kind) for kind, there in known if there]


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a filled form as people read it: its heading ("" for what stands in none), and questions with
    answers. An answer without text is a note."""

    heading: str
    answers: tuple[tuple[str, str], ...]


def parts(shown: Sequence[Mapping[str, Any]]) -> list[Part]:
    """Return what a filled form says, by its groups and the rows of its repeats, in the form's order."""
    paths = [str(row["path"]) for row in shown]
    holders = {path for path in paths if any(other.startswith(f"{path}/") for other in paths)}
    found: list[tuple[str, list[tuple[str, str]]]] = []
    inside: str | None = None
    numbers: dict[str, int] = {}
    for row in shown:
        path, label, text = str(row["path"]), str(row["label"]), str(row.get("text") or "")
        if path in holders:
            repeat, mark, _ = path.rpartition("[")
            numbers[repeat] = numbers.get(repeat, 0) + 1
            found.append((f"{label} {numbers[repeat]}" if mark and path.endswith("]") else label, []))
            inside = path
            continue
        if not found or (inside is not None and not path.startswith(f"{inside}/")):
            found.append(("", []))
            inside = None
        found[-1][1].append((label, text))
    return [Part(heading, tuple(answers)) for heading, answers in found if answers]


def flat(shown: Sequence[Mapping[str, Any]]) -> Iterator[tuple[str, str]]:
    """Yield every heading (with no text) and every question with its answer."""
    for part in parts(shown):
        if part.heading:
            yield part.heading, ""
        yield from part.answers
