"""Entries: canonical, hashed, chained; unknown things pass through unchanged."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some

from app.domain.rules.state import STEP_UNKNOWN
from app.domain.subjects import fold, signing
from app.domain.wire.canonical import canonical
from app.domain.wire.entries import Entry, fold_order
from app.domain.wire.errors import Problem
from tests.support.book import LI, STROKE_BYTES, Book, done, opened

words = some.text(some.characters(exclude_categories=["Cs"]), max_size=30)
json_values = some.recursive(
    some.none() | some.booleans() | some.integers(-(2**53), 2**53) | words,
    lambda inner: some.lists(inner, max_size=4) | some.dictionaries(words, inner, max_size=4),
    max_leaves=12,
)


@given(some.dictionaries(words, json_values, max_size=5))
def test_an_entry_survives_the_wire_with_whatever_a_newer_program_put_in(body: dict[str, Any]) -> None:
    book = Book("tomorrow")
    made = replace(book.make(LI, "not_yet_known", a=1), body=body, extra={"mood": [1, {"x": "😀"}]})
    made = made.sealed(device=made.device, counter=1, prev="")
    again = Entry.from_wire(json.loads(json.dumps(made.to_wire())))
    assert again == replace(made, seq=None, received_at=None, corrected_at=None)


def test_an_unknown_kind_is_kept_in_the_timeline_and_changes_nothing() -> None:
    book = opened()
    before = book.ticket.stage
    book.add(LI, "teleported", where="月球")
    assert (book.ticket.stage, book.ticket.steps[-1].standing, book.ticket.flags) == (before, STEP_UNKNOWN, [])


def test_a_subject_of_an_unknown_type_folds_to_something_to_show() -> None:
    book = Book("drone")
    book.add(LI, "launched", height="3")
    assert fold.fold("drone", book.entries).steps[0].standing == STEP_UNKNOWN


@pytest.mark.parametrize(
    ("change", "name"),
    [
        ({"hash": "0" * 64}, "hash_wrong"),
        ({"body": {"a": 2}}, "hash_wrong"),
        ({"counter": 0}, "malformed"),
        ({"counter": True}, "malformed"),
        ({"id": "../../etc"}, "malformed"),
        ({"body": [1]}, "malformed"),
        ({"body": {"n": 1.5}}, "malformed"),
        ({"body": {"n": "\ud800"}}, "malformed"),
        ({"subject": "ticket"}, "malformed"),
        ({"made_at": 10**30}, "malformed"),
        ({"blobs": [{"hash": "x"}]}, "malformed"),
    ],
)
def test_an_altered_or_malformed_entry_is_told_by_name(change: dict[str, Any], name: str) -> None:
    wire = opened().entries[0].to_wire() | change
    with pytest.raises(Problem) as told:
        Entry.from_wire(wire)
    assert told.value.name == name


@pytest.mark.parametrize("wire", [None, [], "x", 1, {}])
def test_what_is_no_entry_is_malformed(wire: Any) -> None:
    with pytest.raises(Problem, match="malformed"):
        Entry.from_wire(wire)


def test_order_is_the_servers_then_the_phones_own() -> None:
    book = opened()
    mine = [book.make(LI, "accepted", unsent=True), book.make(LI, "arrived", unsent=True)]
    assert fold_order([mine[1], *book.entries, mine[0]]) == [*book.entries, *mine]


@given(json_values)
def test_canonical_json_reads_back_as_the_same_value(value: Any) -> None:
    assert json.loads(canonical(value)) == value


def test_canonical_json_does_not_depend_on_the_order_of_keys() -> None:
    assert canonical({"b": 1, "a": "䶮"}) == canonical({"a": "䶮", "b": 1}) == '{"a":"䶮","b":1}'.encode()


def test_a_chain_tells_what_is_missing_altered_or_moved() -> None:
    book = Book()
    chain = [book.make(LI, "accepted") for _ in range(4)]
    device = chain[0].device
    assert signing.verify_chain(device, chain).whole
    assert signing.verify_chain(device, [chain[0], *chain[2:]]).missing == (2,)
    altered = replace(chain[1], body={"x": 1})
    assert signing.verify_chain(device, [chain[0], altered, *chain[2:]]).altered == (chain[1].id,)
    forged = replace(chain[1], body={"x": 1}, hash="")
    forged = forged.sealed(device=device, counter=2, prev=chain[0].hash)
    assert signing.verify_chain(device, [chain[0], forged, *chain[2:]]).broken == (3,)


def test_a_number_the_server_refused_has_its_place_in_the_chain() -> None:
    book = Book()
    chain = [book.make(LI, "accepted") for _ in range(3)]
    refused = signing.Link(2, chain[1].hash, chain[1].prev)
    assert signing.verify_chain(chain[0].device, [chain[0], chain[2]], [refused]).whole


def test_a_signature_is_intact_only_with_its_own_content_and_strokes() -> None:
    book = done()
    signed = book.entries[-1]
    state = book.ticket
    assert signing.verify_signature(signed, STROKE_BYTES, state).standing == signing.SIGNATURE_INTACT
    assert signing.verify_signature(signed, b"other", state).detail == "strokes"
    assert signing.verify_signature(signed, None, state).standing == signing.STROKES_MISSING
    lied = dict(signed.body) | {"content": dict(signed.body["content"]) | {"shown": ["免费"]}}
    forged = replace(signed, body=lied).sealed(device=signed.device, counter=signed.counter, prev=signed.prev)
    assert signing.verify_signature(forged, STROKE_BYTES, state).detail == "content"
    assert signing.verify_signature(replace(signed, body=lied), STROKE_BYTES, state).detail == "entry"


def test_every_problem_says_what_to_do_in_both_languages() -> None:
    from app.domain.wire.errors import KINDS

    for kind in KINDS.values():
        assert any("一" <= c <= "鿿" for c in kind.zh), kind.name
        assert not any("一" <= c <= "鿿" for c in kind.en), kind.name
