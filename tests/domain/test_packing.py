"""Packed entries: nothing is lost, little is sent, and no change goes unseen."""

from __future__ import annotations

import gzip
import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as some

from app.domain.wire.canonical import canonical_hash
from app.domain.wire.entries import Entry
from app.domain.wire.packing import pack, unpack
from tests.support.book import LI, WANG, Book

MEMBERS = ("id", "kind", "subject", "body", "device", "author", "counter", "made_at", "prev", "schema", "blobs", "hash")


def chain(length: int, who: Any = LI) -> list[dict[str, Any]]:
    """The wire forms of a chain of one device."""
    book = Book()
    return [book.make(who, "progress_reported", note=f"第 {n} 步").to_wire() for n in range(length)]


CHAINS = (chain(9), chain(9, WANG))
wires = some.lists(some.tuples(some.integers(0, 1), some.integers(0, 6), some.integers(1, 4)), max_size=6).map(
    lambda cuts: [entry for which, start, length in cuts for entry in CHAINS[which][start : start + length]]
)
"""Pieces of two chains, cut anywhere, repeated, out of order and mixed."""


@given(wires)
def test_what_is_packed_comes_out_as_it_was(entries: list[dict[str, Any]]) -> None:
    assert unpack(json.loads(json.dumps(pack(entries)))) == (entries, True)


def test_a_whole_chain_sends_one_hash_also_when_mixed_with_another() -> None:
    packed = pack(CHAINS[0])
    assert [entry for entry in packed if "hash" in entry] == [packed[-1]]
    mixed = pack([entry for pair in zip(*CHAINS, strict=True) for entry in pair])
    assert sum("hash" in entry for entry in mixed) == 2 and sum("prev" in entry for entry in mixed) == 2


@given(some.data())
def test_any_change_to_a_packed_entry_is_seen_and_nothing_of_its_run_is_taken(data: some.DataObject) -> None:
    packed = pack(CHAINS[0])
    place = data.draw(some.integers(0, len(packed) - 1))
    name = data.draw(some.sampled_from(sorted(packed[place])))
    packed[place] = packed[place] | {name: {"else": 1}} if data.draw(some.booleans()) else _without(packed[place], name)
    whole, sound = unpack(packed)
    taken = [entry for entry in whole if _readable(entry)]
    assert not sound or len(taken) < len(packed)
    assert all(entry in CHAINS[0] for entry in taken)


def test_what_has_no_hash_is_not_taken_for_proved_by_what_follows_it() -> None:
    """Floating point numbers have no canonical form; whoever sends one may reckon with what we put in its place."""
    packed = pack(CHAINS[0][:3])
    packed[1]["body"] = {"note": 1.5}
    follows = CHAINS[0][2] | {"prev": "0" * 64}
    packed[2]["hash"] = canonical_hash(_without(follows, "hash"))
    whole, sound = unpack(packed)
    assert sound and [_readable(entry) for entry in whole] == [True, False, True]
    packed[2] |= {"body": {"note": 1.5}, "hash": "0" * 64}
    assert [_readable(entry) for entry in unpack(packed)[0]] == [True, False, False]


json_values = some.recursive(
    some.none() | some.booleans() | some.integers() | some.floats() | some.text(),
    lambda inner: some.lists(inner, max_size=3) | some.dictionaries(some.sampled_from(MEMBERS), inner, max_size=12),
    max_leaves=30,
)


@given(some.lists(json_values, max_size=5))
def test_whatever_comes_it_is_read_or_left_as_it_is(packed: list[Any]) -> None:
    assert len(unpack(packed)[0]) == len(packed)


def test_an_entry_alone_without_a_hash_stays_without_one() -> None:
    alone = _without(CHAINS[0][0], "hash")
    assert unpack([alone, CHAINS[1][0]]) == ([alone, CHAINS[1][0]], True)


def test_packing_saves_a_quarter_of_what_gzip_leaves() -> None:
    entries = chain(200)
    plain, packed = (len(gzip.compress(json.dumps(form).encode())) for form in (entries, pack(entries)))
    assert packed < 0.75 * plain


def _without(entry: dict[str, Any], name: str) -> dict[str, Any]:
    return {key: value for key, value in entry.items() if key != name}


def _readable(entry: Any) -> bool:
    try:
        Entry.from_wire(entry)
    except Exception:
        return False
    return True
