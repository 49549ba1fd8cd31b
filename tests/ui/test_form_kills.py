"""Kills inside a long form (F, H.3): 60 questions, three repeats, photos; whatever was answered is there again.

A kill leaves what is on the disk. So after each answer the phone's files are copied as they are then, and a phone that
knows nothing else is opened on the copy.
"""

from __future__ import annotations

import asyncio
import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest

from app.actions import Session
from app.domain.forms import Filling
from app.domain.forms import definition as d
from app.domain.wire.canonical import sha256_hex
from app.ui.context import drafts
from app.ui.subjects.case.fill import form_draft, hold_photo
from app.ui.subjects.case.paths import draft_key, fill_path
from app.ui.subjects.case.questions import id_of
from tests.actions.phones import STEWARD, phone_of
from tests.support.definitions import ask, definition
from tests.support.forms import YES_NO, put_on_phone
from tests.support.pictures import picture
from tests.support.screens import Seen, screens

CASE_ID: Final = "00000000-0000-4000-8000-0000000000f1"
KEY: Final = draft_key(CASE_ID)
KINDS: Final = ("text", "integer", "select_one", "select_multiple", "date", "decimal", "acknowledge")
PHOTOS: Final = ("a7", "x2")
ROWS: Final = {"x": 2, "y": 1, "z": 1}
OPENED_EVERY: Final = 22
"""Every so many answers the app is opened again, and goes on from there."""


def questions(prefix: str, count: int, first: int = 0) -> list[dict[str, Any]]:
    lists = {"list": "yes_no"}
    return [
        ask(kind, f"{prefix}{n}", f"第{prefix}{n}题", **(lists if kind.startswith("select") else {}))
        for n in range(count)
        for kind in ("image" if f"{prefix}{n}" in PHOTOS else KINDS[(first + n) % len(KINDS)],)
    ]


FORM: Final = definition(
    "long", "长表",
    *questions("a", 24),
    *({**ask("repeat", name, f"重复{name}"), "questions": questions(name, 4, at)}
      for at, name in enumerate(ROWS, 3)),
    *questions("b", 24, 5),
    choices={"yes_no": YES_NO},
)  # fmt: skip
PAGE: Final = fill_path(sha256_hex(FORM), CASE_ID)
VALUES: Final = {"text": "楼道灯不亮", "integer": "128", "decimal": "12.5", "date": "2026-11-20", "acknowledge": "OK",
                 "select_one": "no", "select_multiple": "no"}  # fmt: skip


def killed(folder: Path, number: int) -> Session:
    """A phone that has what another one had on its disk when it was killed."""
    copy = folder / str(number) / STEWARD
    shutil.copytree(folder / "alive" / STEWARD, copy)
    return phone_of(copy.parent, STEWARD)


def again(session: Session) -> Filling:
    """The form as the page opens it again."""
    kept = session.draft(KEY)
    assert kept is not None, "nothing was kept"
    return session.cases.filling(form_draft(CASE_ID, sha256_hex(FORM), kept, str(kept["_once"])))


async def give(seen: Seen, place: Any, number: int) -> str:
    """Answer a question on the page, and return the answer."""
    id, kind = id_of(place), place.question.type
    if kind == d.IMAGE:
        shot = picture(64, 48, seed=number)
        await seen.tap(id)
        await hold_photo(seen.ui, KEY, CASE_ID, shot, "record")
        seen.ui.back()
        await seen.rest()
        return sha256_hex(shot.data)
    if kind in d.CHOOSING:
        await seen.tap(f"{id}-no")
    elif kind == d.ACKNOWLEDGE:
        await seen.tap(id)
    else:
        await seen.type(id, VALUES[kind])
    return VALUES[kind]


def unanswered(filling: Filling, said: dict[str, str]) -> Iterator[Any]:
    for place in filling.root.asked():
        if place.question.type not in d.HOLDERS and place.path not in said:
            yield place


def test_a_long_form_is_there_whatever_question_the_app_is_killed_at(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(drafts, "REST_S", 0)
    assert sum(one["type"] not in d.HOLDERS for one in _flat(FORM)) == 60
    said: dict[str, str] = {}
    photos: list[str] = []
    phone = phone_of(tmp_path / "alive", STEWARD)
    put_on_phone(phone, FORM)
    kills = 0

    async def work(most: int) -> bool:
        """Answer so many questions, killed after each; return whether any is left."""
        nonlocal kills
        async with screens(phone, PAGE) as seen:
            if not said:
                for name, rows in ROWS.items():
                    for _ in range(rows):
                        await seen.tap(f"add-{name}")
            for _ in range(most):
                place = next(unanswered(again(phone), said), None)
                if place is None:
                    return False
                said[place.path] = await give(seen, place, kills)
                photos.extend([said[place.path]] * (place.question.type == d.IMAGE))
                kills += 1
                left = killed(tmp_path, kills)
                filling = again(left)
                here = {one.path: one.value for one in filling.root.everything() if one.value}
                assert here == said, f"killed after {place.path}"
                assert {name: len(filling.root.kids[name]) for name in ROWS} == ROWS
                held = left.photos.held(str((left.draft(KEY) or {})["_once"]))
                assert [sha256_hex(one.picture.data) for one in held] == photos
                left.store.close()
        return True

    while asyncio.run(work(OPENED_EVERY)):
        pass
    assert kills == 60 + 4 and len(photos) == 3

    async def save() -> None:
        async with screens(killed(tmp_path, 0), PAGE) as seen:
            await seen.tap("main-action")
            state = seen.ui.session.cases.view(CASE_ID).state
            assert len(state.last["photos"]) == len(photos) and seen.ui.session.draft(KEY) is None

    asyncio.run(save())


def _flat(data: bytes) -> Iterator[dict[str, Any]]:
    def below(asked: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
        for one in asked:
            yield one
            yield from below(one.get("questions", []))

    return below(json.loads(data)["questions"])
