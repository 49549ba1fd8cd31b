"""The numbers screens are kept to: which are too high, which are to be brought down, and that none is ever raised."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.counts import numbers
from tests.counts.measuring import Counts

KEPT = {"/": Counts(20, 3, 400, 40_000), "/me": Counts(10, 2, 100, 9_000)}


def found(**changed: int) -> dict[str, Counts]:
    """As it was kept, but for some numbers of 今日."""
    return KEPT | {"/": Counts(**(vars(KEPT["/"]) | changed))}


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({}, []),
        ({"selects": 21}, ["/ takes 21 selects, its number is 20"]),
        ({"transactions": 4}, ["/ takes 4 transactions, its number is 3"]),
        ({"controls": 401, "bytes": 40_001}, [
            "/ takes 401 controls, its number is 400", "/ takes 40001 bytes, its number is 40000"
        ]),
    ],
)  # fmt: skip
def test_more_than_the_number_is_told(changed: dict[str, int], told: list[str]) -> None:
    assert numbers.too_high(found(**changed), KEPT) == told


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"bytes": 38_000, "selects": 19}, []),
        ({"bytes": 37_999}, ["/ takes 37999 bytes only, its number is 40000"]),
        ({"transactions": 2}, ["/ takes 2 transactions only, its number is 3"]),
    ],
)
def test_a_number_that_became_too_large_is_told(changed: dict[str, int], told: list[str]) -> None:
    assert numbers.too_low(found(**changed), KEPT) == told


def test_a_screen_without_numbers_and_numbers_without_a_screen_are_told() -> None:
    assert numbers.unmatched({"/": KEPT["/"], "/new": KEPT["/me"]}, KEPT) == [
        "/new has no numbers yet",
        "/me is no screen any more",
    ]


def test_writing_brings_numbers_down_and_raises_none(tmp_path: Path) -> None:
    file = tmp_path / "screens.toml"
    numbers.write(numbers.lowered(found(selects=5, bytes=50_000) | {"/new/{id}": Counts(1, 1, 1, 1)}, KEPT), file)
    assert numbers.read(file) == {
        "/": Counts(5, 3, 400, 40_000), "/me": KEPT["/me"], "/new/{id}": Counts(1, 1, 1, 1)
    }  # fmt: skip
