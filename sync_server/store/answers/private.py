"""Answers that are shown masked (Y5): identity numbers, where the form says ``bind::shangmen:private``."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from app.domain.forms import Form
from app.domain.subjects import access
from sync_server.store.answers.shape import is_private
from sync_server.store.people.identity import Identity


def may_read(who: Identity | None, estate_key: str) -> bool:
    """Tell whether somebody reads private answers of an estate as they are; another system (None) does not."""
    return who is not None and access.may_read_private(who.at(estate_key).roles)


def masked(value: str) -> str:
    """Return a value with all but its ends hidden: ``E1*****78``; a short one wholly."""
    hidden = max(len(value) - 4, 0)
    return f"{value[:2]}{'*' * hidden}{value[-2:]}" if len(value) >= 7 else "*" * len(value)


def private_paths(forms: Iterable[Form]) -> frozenset[str]:
    """Return the paths of the questions whose answers are private in any of a form's versions, without rows:
    ``person/passport``. What a later version hides is hidden in older answers, too."""
    return frozenset(one.where for form in forms for one in form.all if is_private(one))


def mask_answers(answers: Mapping[str, Any], private: frozenset[str], above: str = "") -> dict[str, Any]:
    """Return answers with the private ones masked."""
    if not private:
        return dict(answers)
    found: dict[str, Any] = {}
    for name, value in answers.items():
        path = f"{above}{name}"
        if isinstance(value, dict):
            found[name] = mask_answers(value, private, f"{path}/")
        elif isinstance(value, list):
            found[name] = [mask_answers(row, private, f"{path}/") for row in value]
        else:
            found[name] = masked(str(value)) if path in private else value
    return found
