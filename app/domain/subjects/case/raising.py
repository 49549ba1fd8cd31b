"""The ids of what a form raises, and what a remark of the survey says (H.3, F5): the same on phone and server, however
often it is saved."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from hashlib import sha256
from typing import Any

from app.domain.forms import Filling, Place
from app.domain.forms.definition import TEXT


def raised_id(case_id: str, path: str, words: str = "") -> str:
    """Return the id of what an answer raises: from the case and the answer's path, where rows have ids of their own;
    so however often it is saved, it is one.

    ``words``: of an open question. Two phones that each wrote something else at one household raise two.
    """
    said = f" {sha256(words.strip().encode()).hexdigest()}" if words else ""
    return str(uuid.uuid5(uuid.UUID(case_id), f"raised {path}{said}"))


def words_of(place: Place) -> str:
    """Return the words that tell apart what is raised there; "" for what is raised by a yes."""
    return place.value if place.question.type == TEXT else ""


def remark(filling: Filling, place: Place, language: str) -> dict[str, Any]:
    """Return what the matter of a remark says of it: the words, the question they answer, and who wrote them."""
    said: Mapping[str, Any] = filling.answers()
    name, phone = (str(said.get(one) or "").strip() for one in ("name", "phone"))
    found: dict[str, Any] = {
        "class": "survey_remark", "channel": "survey", "content": place.value.strip(),
        "about": filling.label(place, language), "contact_name": name, "contact_phone": phone,
    }  # fmt: skip
    return {key: value for key, value in found.items() if value} | ({} if name else {"anonymous": True})
