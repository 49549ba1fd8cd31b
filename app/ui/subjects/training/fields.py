"""Fields that several pages of training share: marks, topics, several people or things chosen at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

import flet as ft

from app.domain.rules.marks import DISCIPLINE, THEORY, Marks
from app.domain.subjects.training.kinds import OTHER, TOPICS
from app.ui.context import Draft
from app.ui.kit.base import column, flow, quiet
from app.ui.kit.choose import pill, pills
from app.ui.kit.fields import TextBox
from app.ui.subjects.training.face import topic_words
from app.ui.texts import t


def number(text: Any, most: int) -> int | None:
    """Return a whole number from 0 to ``most`` that somebody typed; ``None`` for anything else."""
    said = str(text).strip()
    return int(said) if said.isdecimal() and len(said) <= 3 and int(said) <= most else None


def marks_of(values: Mapping[str, Any]) -> Marks | None:
    """Return the marks in a draft; ``None`` while one lacks or is too high."""
    theory, discipline = number(values["theory"], THEORY), number(values["discipline"], DISCIPLINE)
    return Marks(theory, discipline) if theory is not None and discipline is not None else None


@ft.component
def MarkBoxes(draft: Draft, key: str | None = None) -> ft.Control:
    """Draw the two fields for marks, and what they come to."""
    got = marks_of(draft.values)

    def box(name: str, most: int) -> ft.Control:
        typed = str(draft.values[name])
        wrong = typed.strip() and number(typed, most) is None
        return TextBox(
            f"mark-{name}", t(f"training.ask.{name}", most=most), typed, lambda text: draft.set(name, text),
            keyboard=ft.KeyboardType.NUMBER, error=t("training.too_high", most=most) if wrong else None,
            key=f"{name}-{draft.once}",
        )  # fmt: skip

    said = [] if got is None else [quiet(t(f"training.comes_to.{'passed' if got.passed else 'failed'}", n=got.total))]
    return column([box("theory", THEORY), box("discipline", DISCIPLINE), *said], gap=10)


def topic_fields(draft: Draft) -> list[ft.Control]:
    """Return the choice of a topic, and the field for another one."""
    chosen = str(draft.values["topic"])
    found = [pills([(one, topic_words(one)) for one in TOPICS], chosen, lambda v: draft.set("topic", v), id="topic")]
    if chosen == OTHER:
        found.append(
            TextBox("topic-words", t("training.ask.words"), str(draft.values["words"]),
                    lambda text: draft.set("words", text), most=200, key=f"words-{draft.once}")
        )  # fmt: skip
    return found


def several(draft: Draft, name: str, options: Sequence[tuple[str, str]], id: str) -> ft.Control:
    """Return a choice of several among short answers; the draft keeps a list of values under ``name``."""

    def turn(value: str) -> None:
        chosen = list(draft.values[name])
        draft.set(name, [one for one in chosen if one != value] if value in chosen else [*chosen, value])

    chosen = set(draft.values[name])
    return flow(
        [pill(f"{id}-{value}", words, partial(turn, value), selected=value in chosen) for value, words in options]
    )
