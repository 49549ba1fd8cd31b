"""How a server names the file of a first pull."""

from __future__ import annotations

from typing import Any

import pytest

from app.domain.wire.first_pull import FirstPull, is_name, name_of

NAME = name_of("0" * 16, "a" * 16, "f" * 64)


def test_what_is_offered_is_read_as_it_was_written() -> None:
    file = FirstPull(NAME, 4_912_306, 21_788)
    assert FirstPull.read(file.to_wire() | {"later": 1}) == file and file.sha256 == "f" * 64
    assert FirstPull.read({"name": NAME, "size": 1}) == FirstPull(NAME, 1, 0)


@pytest.mark.parametrize(
    "said",
    [None, "x", [], {}, {"name": NAME}, {"name": NAME, "size": -1}, {"name": NAME, "size": True},
     {"name": NAME, "size": 1, "items": "many"}, {"name": NAME[:-1], "size": 1}, {"name": "../" + NAME, "size": 1},
     {"name": NAME + "\n", "size": 1}, {"name": 5, "size": 1}],
)  # fmt: skip
def test_what_a_phone_cannot_use_is_as_if_nothing_were_offered(said: Any) -> None:
    assert FirstPull.read(said) is None
    if isinstance(said, dict) and said.get("name") != NAME:
        assert not is_name(str(said.get("name")))
