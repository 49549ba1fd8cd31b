"""Which folder a browser's data lies in, and what was chosen there."""

from __future__ import annotations

import uuid
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.device.installation import Preferences, folder_of, is_installation_id


def test_an_id_of_ours_names_a_folder_below_phones(tmp_path: Path) -> None:
    made = str(uuid.uuid4())
    assert folder_of(tmp_path, made) == tmp_path / "phones" / made


@pytest.mark.parametrize(
    "wrong",
    [
        *("", ".", "..", "../x", "a/b", "C:\\x", "\0"),
        "F96599DA-9932-4671-873D-279F66897734",
        "2b2dd982-e603-11f1-bcea-02fc00000001",
    ],
)
def test_nothing_else_becomes_part_of_a_path(wrong: str) -> None:
    with pytest.raises(ValueError):
        folder_of(Path("data"), wrong)


@given(st.text())
def test_what_counts_as_an_id_never_leaves_its_folder(text: str) -> None:
    assert not is_installation_id(text) or Path(text).name == text


def test_choices_are_kept_beside_each_other_and_a_damaged_file_counts_as_none(tmp_path: Path) -> None:
    Preferences(tmp_path).keep(language="en")
    Preferences(tmp_path).keep(scale=1.6)
    assert Preferences(tmp_path).read() == {"language": "en", "scale": 1.6}
    (tmp_path / "preferences.json").write_text("{cut", "utf-8")
    assert Preferences(tmp_path).read() == {}
