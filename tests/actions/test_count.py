"""Counting a rack (G.3) stays quick however many tags were scanned."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

from app.domain.writing.tags import KEY, Tag, make_tag
from app.store import PhoneStore
from tests.actions.phones import STEWARD, phone_of, uid
from tests.support import field_work


def test_a_count_of_many_tags_reads_the_register_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """200 keys that hang right cost no more looks at the store than one."""
    steward = phone_of(tmp_path, STEWARD)
    mark = steward.keys.tag_mark or "TST"
    home = uid("home", "3栋1单元203")
    first, second = Tag(KEY, mark, "0001").code, Tag(KEY, mark, "0002").code
    there = asyncio.run(field_work.entrust(steward, home, first, "A-01"))
    gone = asyncio.run(field_work.entrust(steward, home, second, "A-02"))
    asyncio.run(steward.keys.assign_tag(there, Tag(KEY, mark, "0003").code, "旧标签裂了"))
    third = Tag(KEY, mark, "0003").code
    stranger = make_tag(KEY, mark, lambda some: some[9]).code
    view = steward.keys.count_view("A", [third, first, stranger])
    assert [(row.code, row.standing) for row in view.rows] == [
        (third, "right"), (first, "old_tag"), (stranger, "unknown")
    ]  # fmt: skip
    assert ([card.id for card in view.missing], view.expected) == ([gone], 2)

    looks = 0
    real = PhoneStore.cards

    def counted(self: PhoneStore, *asked: Any, **more: Any) -> Iterable[Any]:
        nonlocal looks
        looks += 1
        return real(self, *asked, **more)

    monkeypatch.setattr(PhoneStore, "cards", counted)
    steward.keys.count_view("A", [third, second])
    assert looks == 1
