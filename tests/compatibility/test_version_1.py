"""Every server answers phones of protocol version 1 as the recorded one did (docs/sync.md, Versions)."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.compatibility.conversation import FOLDER, Comparing, Conversation, replay
from tests.compatibility.scripts import SCRIPTS

FILES = sorted(FOLDER.glob("*.json"))


def test_each_script_was_recorded() -> None:
    assert {path.stem for path in FILES} == set(SCRIPTS)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_the_server_answers_as_recorded(path: Path, sqlite_url: str, tmp_path: Path) -> None:
    differences = replay(Conversation.read(path), sqlite_url, tmp_path / "server")
    assert not differences, "\n" + "\n".join(differences)


def test_so_does_one_on_postgresql(pg_url: str, tmp_path: Path) -> None:
    differences = replay(Conversation.read(FOLDER / "pushing.json"), pg_url, tmp_path / "server")
    assert not differences, "\n" + "\n".join(differences)


def test_a_difference_is_told_where_it_is_and_what_the_server_makes_up_is_none() -> None:
    one, two = "0" * 64, "1" * 64
    told = Comparing()
    told.compare("", {"id": one, "again": one, "seq": 3, "message": {"zh": "a"}}, {"id": two, "again": two, "seq": 4,
                 "message": {"zh": "b"}, "new": 1})  # fmt: skip
    assert told.differences == ["seq. was 3, is 4"]
    told.compare("", [one, "accepted"], [one, "refused"])
    assert told.differences[1:] == [f"[0]. was '{one}', is '{one}'", "[1]. was 'accepted', is 'refused'"]
    assert told.put_in({"path": f"/x/{one}"}) == {"path": f"/x/{two}"}
