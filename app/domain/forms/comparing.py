"""What a new version of a form changes, so that whoever publishes it sees it first."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from app.domain.forms.definition import CALCULATE, EXPRESSIONS, Form, Question

ADDED, REMOVED, CHANGED = "added", "removed", "changed"
CHOICES: Final = "choices"
"""The member that stands for what a question chooses from, beside those of ``Question``."""
_TEXTS: Final = ("label", "hint", "constraint_message", "required_message")
_WORDS: Final = ("type", "default", "appearance", "raises", "signer", "parameters", "trigger")


@dataclass(frozen=True, slots=True)
class Compared:
    """One difference. ``question``: as the version that has it says it; ``None``: the form as a whole.
    ``members``: what of it changed."""

    what: str
    question: Question | None
    members: tuple[str, ...] = ()


def compared(old: Form, new: Form) -> list[Compared]:
    """Return what ``new`` changes: the form as a whole first, then its questions in its order, then those that are
    gone. A question that stands in another group is one that is gone and one that is added: its answers have another
    path."""
    before = {one.path: one for one in old.all[1:]}
    after = {one.path: one for one in new.all[1:]}
    found = [Compared(CHANGED, None, whole)] if (whole := tuple(_whole(old, new))) else []
    for path, one in after.items():
        if path not in before:
            found.append(Compared(ADDED, one))
        elif members := tuple(_members(old, before[path], new, one)):
            found.append(Compared(CHANGED, one, members))
    shared = [path for path in after if path in before]
    if shared != [path for path in before if path in after]:
        found.insert(0, Compared(CHANGED, None, ("order",)))
    return found + [Compared(REMOVED, one) for path, one in before.items() if path not in after]


def asked(form: Form) -> int:
    """Return how many questions people are asked."""
    return sum(not one.kids and one.type != CALCULATE for one in form.all[1:])


def _whole(old: Form, new: Form) -> Iterator[str]:
    if dict(old.title) != dict(new.title):
        yield "title"
    for name in dict.fromkeys((*old.settings, *new.settings)):
        if old.settings.get(name) != new.settings.get(name):
            yield name
    if old.archive != new.archive:
        yield "archive"


def _members(old: Form, was: Question, new: Form, now: Question) -> Iterator[str]:
    for name in (*_WORDS, *_TEXTS, *EXPRESSIONS):
        before, after = _plain(getattr(was, name)), _plain(getattr(now, name))
        if before != after:
            yield name
    if _choices(old, was) != _choices(new, now):
        yield CHOICES


def _plain(value: Any) -> Any:
    return dict(value) if hasattr(value, "items") else value


def _choices(form: Form, question: Question) -> list[Any]:
    rows = form.choices.get(question.list, ()) if question.list else ()
    return [(one.name, dict(one.label), dict(one.columns)) for one in rows]
