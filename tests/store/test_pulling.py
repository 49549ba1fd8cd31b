"""What the server says, taken in: nothing twice, nothing lost; what is no longer yours leaves after unsent work."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from app.domain.subjects.ticket.state import TicketState
from app.domain.wire.canonical import sha256_hex
from app.domain.wire.entries import BlobRef, Entry
from app.domain.wire.exchange import Answer, DropItem, EntryItem, Item, OwnItem, Page, RefItem, Unreadable, read_item
from app.store import PhoneStore
from tests.actions.phones import NOON, uid
from tests.store.test_saving import TICKET_BODY, opened
from tests.support.older import without_kind

OTHER_DEVICE = uid("other device")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[PhoneStore]:
    made = PhoneStore(tmp_path / "phone.db")
    made.begin_chain(uid("device"))
    yield made
    made.close()


def theirs(name: str, seq: int, kind: str = "ticket_opened", **body: Any) -> EntryItem:
    """Return somebody else's entry about the ticket ``name``, as it comes down."""
    content = TICKET_BODY | body if kind == "ticket_opened" else body
    entry = Entry(uid(name, kind, seq), kind, "ticket", uid("ticket", name), content, "d-sun", "", 0, NOON)
    sealed = entry.sealed(device=OTHER_DEVICE, counter=seq, prev="")
    return EntryItem(seq, sealed.confirmed(seq=seq, received_at=NOON, corrected_at=NOON))


def mine(name: str, kind: str = "progress_reported", *refs: BlobRef, **body: Any) -> Entry:
    """Return an own entry about the ticket ``name``, unsealed."""
    content = body or {"note": "快好了"}
    return Entry(
        uid(name, kind, "mine"), kind, "ticket", uid("ticket", name), content, "w-wang", "", 0, NOON, blobs=refs
    )


def page(scope: str, to: int, *items: Item, more: bool = False) -> Page:
    return Page(scope, to, more, items)


def accepted(entry: Entry, seq: int) -> Answer:
    return Answer(entry.id, "accepted", seq, NOON, NOON)


def ids(store: PhoneStore, name: str) -> set[str]:
    return {entry.id for entry in store.entries("ticket", uid("ticket", name))}


def test_the_cursor_moves_with_its_page_or_not_at_all(store: PhoneStore, monkeypatch: pytest.MonkeyPatch) -> None:
    """Crash around the checkpoint: it is never ahead of the data."""
    from app.store import pulling

    def cut(*_args: object) -> object:
        raise OSError("cut")

    monkeypatch.setattr(pulling, "refold", cut)
    with pytest.raises(Exception, match="disk_full"):
        store.apply_page(page("all", 7, theirs("a", 7)))
    monkeypatch.undo()
    assert (store.cursors(), ids(store, "a")) == ({}, set())
    store.apply_page(page("all", 7, theirs("a", 7)))
    assert (store.cursors(), len(ids(store, "a"))) == ({"all": 7}, 1)


def test_a_page_without_news_writes_nothing(store: PhoneStore) -> None:
    """A phone asks every 45 seconds: what it does then must not wear its storage."""
    store.apply_page(page("all", 2, theirs("a", 1)))
    heard: list[object] = []
    store.subscribe(heard.append)
    store.apply_page(page("all", 2))
    assert heard == []
    store.apply_page(page("all", 3))  # positions passed that are not for this phone: the cursor moves
    assert (len(heard), store.cursors()) == (1, {"all": 3})


def test_the_same_page_twice_is_harmless(store: PhoneStore) -> None:
    one = page("all", 2, theirs("a", 1), theirs("a", 2, "assigned", worker_id="w-wang"))
    store.apply_page(one)
    store.apply_page(one)
    card = store.card("ticket", uid("ticket", "a"))
    assert card is not None and (card.stage, card.assignee, card.flags) == ("assigned", "w-wang", 0)


def test_answers_take_entries_out_of_the_outbox_and_park_refused_ones(store: PhoneStore) -> None:
    first, second, third = store.save([opened("a"), opened("b"), opened("c")])
    refusal = Answer(second.id, "refused", code=1304, name="out_of_scope", message_zh="不在范围", message_en="outside")
    store.apply_answers([accepted(first, 1), refusal, accepted(third, 2)], NOON)
    (row,) = store.unsent()
    assert (row.entry.id, row.state, row.code, row.message_zh, row.attempts) == (
        second.id,
        "refused",
        1304,
        "不在范围",
        1,
    )
    assert store.outgoing(10, 10_000) == []
    store.retry(second.id)
    assert store.outgoing(10, 10_000) == [second]


def test_a_refused_entry_has_no_effect_here_either(store: PhoneStore) -> None:
    store.apply_page(page("all", 2, theirs("a", 1), theirs("a", 2, "assigned", worker_id="w-wang")))
    (own,) = store.save([mine("a", "accepted", x=1)])
    assert store.card("ticket", uid("ticket", "a")).stage == "accepted"  # type: ignore[union-attr]
    store.apply_answers([Answer(own.id, "refused", code=1302, name="role_may_not")], NOON)
    assert store.card("ticket", uid("ticket", "a")).stage == "assigned"  # type: ignore[union-attr]
    assert own.id in ids(store, "a")


def test_an_own_echo_heals_an_answer_that_was_lost(store: PhoneStore) -> None:
    (saved,) = store.save([opened("a")])
    store.apply_page(page("staff:w-wang", 5, OwnItem(5, saved.id, 5, None, NOON + 1)))
    assert store.unsent() == []
    (kept,) = store.entries("ticket", saved.subject_id)
    assert (kept.seq, kept.at) == (5, NOON + 1)


def test_what_is_dropped_leaves_but_unsent_work_goes_up_first(store: PhoneStore) -> None:
    """Scope moved, with unsent work on that thing and on what hangs from it."""
    strokes = b"[1]"
    ref = BlobRef(sha256_hex(strokes), 3, "application/x-test")
    store.apply_page(page("staff:w-wang", 2, theirs("a", 1), theirs("b", 2)))
    (own,) = store.save([mine("a", "progress_reported", ref)], {ref.hash: strokes})
    tickets = [uid("ticket", "a"), uid("ticket", "b")]
    store.apply_page(page("staff:w-wang", 4, *(DropItem(3, "ticket", t) for t in tickets)))
    assert ids(store, "b") == set() and store.card("ticket", tickets[1]) is None
    assert len(ids(store, "a")) == 2 and store.blob(ref.hash) == strokes
    store.apply_answers([accepted(own, 9)], NOON)
    assert len(ids(store, "a")) == 2, "its signature has not gone up yet"
    store.note_blob(ref.hash, 3, True)
    assert ids(store, "a") == set() and store.blob(ref.hash) is None
    chain = store.chain()
    assert chain is not None and chain.counter == 1, "the chain goes on although its entries have left"


def test_a_refused_entry_keeps_its_ticket_on_the_phone(store: PhoneStore) -> None:
    store.apply_page(page("staff:w-wang", 1, theirs("a", 1)))
    (own,) = store.save([mine("a")])
    store.apply_page(page("staff:w-wang", 2, DropItem(2, "ticket", uid("ticket", "a"))))
    store.apply_answers([Answer(own.id, "refused", code=1304, name="out_of_scope")], NOON)
    assert len(ids(store, "a")) == 2


def test_what_two_scopes_bring_stays_until_both_let_go(store: PhoneStore) -> None:
    store.apply_page(page("building:b3", 1, theirs("a", 1)))
    store.apply_page(page("staff:w-wang", 1, theirs("a", 1)))
    store.lose(["building:b3"])
    assert len(ids(store, "a")) == 1
    store.apply_page(page("staff:w-wang", 2, DropItem(2, "ticket", uid("ticket", "a"))))
    assert ids(store, "a") == set()


def test_a_drop_counts_for_every_scope_that_brought_it(store: PhoneStore) -> None:
    """17: while one scope still showed it, the server was silent about the other."""
    store.apply_page(page("staff:w-wang", 1, theirs("a", 1)))
    store.apply_page(page("finance", 1, theirs("a", 1)))
    store.apply_page(page("finance", 2, DropItem(2, "ticket", uid("ticket", "a"))))
    assert ids(store, "a") == set() and store.card("ticket", uid("ticket", "a")) is None


def test_a_lost_scope_takes_its_doors_but_not_the_door_of_unsent_work(store: PhoneStore) -> None:
    homes = {
        n: RefItem(0, "household", uid("home", n), {"address": f"3栋1单元{n}", "unit_id": uid(n)}, False)
        for n in (1, 2)
    }
    people = [
        RefItem(0, "person", uid("p", n), {"household_id": uid("home", n), "name": "张伟"}, False) for n in (1, 2)
    ]
    store.apply_page(page("building:b3", 3, *homes.values(), *people))
    body = TICKET_BODY | {"household_id": uid("home", 1)}
    (own,) = store.save([Entry(uid("x"), "ticket_opened", "ticket", uid("ticket", "x"), body, "s-li", "", 0, NOON)])
    store.lose(["building:b3"])
    assert set(store.refs("household")) == {uid("home", 1)} and set(store.refs("person")) == {uid("p", 1)}
    assert store.cursors() == {}
    store.apply_page(page("staff:s-li", 9, OwnItem(9, own.id, 9, NOON, NOON)))
    store.apply_page(page("staff:s-li", 10, DropItem(10, "ticket", uid("ticket", "x"))))
    assert store.refs("household") == {} and store.refs("person") == {}


def test_an_entry_and_its_drop_in_one_page_leave_nothing(store: PhoneStore) -> None:
    store.apply_page(page("all", 2, theirs("a", 1), DropItem(2, "ticket", uid("ticket", "a"))))
    assert ids(store, "a") == set() and store.card("ticket", uid("ticket", "a")) is None


def test_own_entries_that_left_come_back_when_the_ticket_does(store: PhoneStore) -> None:
    """Scope granted again: own entries are named, not sent; the phone asks for those it let go."""
    store.apply_page(page("staff:w-wang", 1, theirs("a", 1)))
    (own,) = store.save([mine("a")])
    store.apply_answers([accepted(own, 2)], NOON)
    store.apply_page(page("staff:w-wang", 3, DropItem(3, "ticket", uid("ticket", "a"))))
    assert ids(store, "a") == set()
    store.apply_page(page("staff:w-wang", 5, theirs("a", 1), OwnItem(5, own.id, 2, NOON, NOON)))
    assert store.wanted(10) == [own.id]
    store.take_found([EntryItem(0, own.confirmed(seq=2, received_at=NOON, corrected_at=NOON))])
    assert own.id in ids(store, "a") and store.wanted(10) == []


def test_a_restored_server_gets_everything_again_and_nothing_is_wiped(store: PhoneStore) -> None:
    store.apply_page(page("staff:w-wang", 1, theirs("a", 1)))
    (own,) = store.save([mine("a")])
    store.apply_answers([accepted(own, 2)], NOON)
    before = store.card("ticket", uid("ticket", "a"))
    assert store.new_epoch("second", "w-wang") == 1
    assert store.outgoing(10, 10_000)[0].hash == own.hash
    assert store.cursors() == {} and len(ids(store, "a")) == 2
    after = store.state("ticket", uid("ticket", "a"))
    assert before is not None and [step.entry.id for step in after.steps][-1] == own.id


def _number(store: PhoneStore, ticket: str) -> str | None:
    state = store.state("ticket", ticket)
    assert isinstance(state, TicketState)
    return state.number


def test_what_a_restored_server_forgot_has_no_effect_once_all_it_has_is_here_again(store: PhoneStore) -> None:
    """19: the ticket's number was given after the backup; the server gives another one, and phones show that."""
    ticket = uid("ticket", "a")
    store.apply_page(page("all", 2, theirs("a", 1), theirs("a", 2, "ticket_numbered", number="20261121-007")))
    store.new_epoch("second", "w-wang")
    store.apply_page(page("all", 1, theirs("a", 1), more=True))
    assert len(store.counted_entries("ticket", ticket)) == 2, "until everything is here nothing is forgotten"
    store.apply_page(page("all", 3, theirs("a", 3, "ticket_numbered", number="20261121-001")))
    store.epoch_pulled()
    card = store.card("ticket", ticket)
    assert _number(store, ticket) == "20261121-001" and store.state("ticket", ticket).flags == []
    assert card is not None and card.number == "20261121-001"
    assert len(ids(store, "a")) == 3, "it is kept all the same"
    store.apply_page(page("all", 4, theirs("a", 2, "ticket_numbered", number="20261121-007")))
    assert len(store.counted_entries("ticket", ticket)) == 3, "and counts when its author brings it back"


def _form(pos: int, name: str) -> RefItem:
    return RefItem(pos, "form", name, {"title": name}, False)


def test_a_form_that_a_restored_server_does_not_know_leaves_the_phone_once_all_is_here(store: PhoneStore) -> None:
    """19: published after the backup, so the server would refuse whatever is filled in with it; what is known to both
    stays on the screens all the while."""
    store.apply_page(page("all", 2, _form(1, "old"), _form(2, "new")))
    store.new_epoch("second", "w-wang")
    assert set(store.refs("form")) == {"old", "new"}, "no screen is empty meanwhile"
    store.apply_page(page("all", 1, _form(1, "old")))
    store.epoch_pulled()
    assert set(store.refs("form")) == {"old"}
    store.apply_page(page("all", 2, _form(2, "new")))
    assert set(store.refs("form")) == {"old", "new"}, "published again it is there again"


def test_work_of_an_earlier_phone_goes_up_to_a_restored_server_under_this_ones_number(store: PhoneStore) -> None:
    """19: a token sends for its own device alone, and the earlier phone may be gone."""
    item = theirs("a", 1)
    store.apply_page(page("staff:d-sun", 1, item))
    assert store.new_epoch("second", "d-sun") == 1
    (again,) = store.outgoing(10, 10_000)
    assert (again.id, again.device, again.counter) == (item.entry.id, uid("device"), 1)
    assert again.hash == again.compute_hash() and store.save([opened("b")])[0].prev == again.hash


def test_what_has_a_place_in_this_chain_goes_up_though_the_server_has_it_in_another(store: PhoneStore) -> None:
    """10, 19: only so does the server know what stands at that place; then it is as the server has it."""
    item = theirs("a", 1)
    store.apply_page(page("staff:d-sun", 1, item))
    store.new_epoch("second", "d-sun")
    store.apply_page(page("staff:d-sun", 1, item))
    (sent,) = store.outgoing(10, 10_000)
    assert (sent.id, sent.counter) == (item.entry.id, 1) and store.wanted(10) == [sent.id]
    store.apply_answers([Answer(sent.id, "known", 1, NOON, NOON)], NOON)
    store.take_found([item])
    assert store.outgoing(10, 10_000) == [] and store.wanted(10) == []
    assert [entry.hash for entry in store.entries("ticket", uid("ticket", "a"))] == [item.entry.hash]


def test_a_new_device_number_comes_with_its_token_or_not_at_all(
    store: PhoneStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """10: a phone killed in between would have a chain that its token may not send."""
    from app.store import pulling

    def cut(*_args: object) -> object:
        raise OSError("cut")

    store.put_settings({"token": "old"})
    monkeypatch.setattr(pulling, "renumber", cut)
    with pytest.raises(Exception, match="disk_full"):
        store.begin_chain(uid("new device"), {"token": "new"})
    chain = store.chain()
    assert chain is not None and (chain.device, store.setting("token")) == (uid("device"), "old")


def test_an_updated_app_shows_what_it_has_learned_to_read(store: PhoneStore, tmp_path: Path) -> None:
    """4: a kind the old version did not know takes effect when the new one opens the store."""
    with without_kind("assigned"):
        old = PhoneStore(tmp_path / "updated.db")
        old.apply_page(page("all", 2, theirs("a", 1), theirs("a", 2, "assigned", worker_id="w-wang")))
        card = old.card("ticket", uid("ticket", "a"))
        assert card is not None and card.assignee is None
        old.close()
    new = PhoneStore(tmp_path / "updated.db")
    card = new.card("ticket", uid("ticket", "a"))
    new.close()
    assert card is not None and card.assignee == "w-wang"


def test_a_cloned_phone_seals_its_unsent_entries_again_with_the_same_ids(store: PhoneStore) -> None:
    first, second, third = store.save([opened("a"), opened("b"), opened("c")])
    store.apply_answers([accepted(first, 1), Answer(second.id, "refused", code=1401, name="counter_taken")], NOON)
    store.begin_chain(uid("new device"))
    again = store.outgoing(10, 100_000)
    assert [e.id for e in again] == [second.id, third.id]
    assert [(e.device, e.counter) for e in again] == [(uid("new device"), 1), (uid("new device"), 2)]
    assert again[0].prev == "" and again[1].prev == again[0].hash and all(e.hash == e.compute_hash() for e in again)
    assert store.save([opened("d")])[0].counter == 3


def test_holes_are_filled_from_what_the_phone_has(store: PhoneStore) -> None:
    saved = store.save([opened("a"), opened("b"), opened("c")])
    store.apply_answers([accepted(e, n) for n, e in enumerate(saved, 1)], NOON)
    assert store.requeue([(2, 3), (50, 60)]) == 2
    assert store.outgoing(10, 100_000) == [replace_server_facts(e, store) for e in saved[1:]]


def test_a_refused_entry_fills_its_hole_in_the_chain_of_a_restored_server(store: PhoneStore) -> None:
    """8, 11: the restored server has lost its note of the refusal; with it the chain can be verified again."""
    first, second = store.save([opened("a"), opened("b")])
    store.apply_answers([accepted(first, 1), Answer(second.id, "refused", code=1203, name="role_may_not")], NOON)
    assert store.requeue([(2, 2)]) == 1
    assert [entry.id for entry in store.outgoing(10, 10_000)] == [second.id]


def replace_server_facts(entry: Entry, store: PhoneStore) -> Entry:
    return store.saved([entry.id])[0]


def test_a_newer_kind_is_kept_and_passed_on_unchanged(store: PhoneStore) -> None:
    """Kinds not yet known: stored with members this program does not know, and the hash still fits."""
    newer = Entry(
        uid("n"),
        "key_lent",
        "key",
        uid("key"),
        {"to": "王建国", "tags": [{"code": "7Q"}], "großes": "ß𠮷"},
        "s-li",
        OTHER_DEVICE,
        1,
        NOON,
        schema=9,
        extra={"place": {"lat": "22.5", "sat": [1, 2]}},
    ).sealed(device=OTHER_DEVICE, counter=1, prev="")
    wire = json.loads(json.dumps(newer.to_wire()))
    item = read_item({"pos": 1, "entry": wire, "seq": 1, "received_at": NOON, "corrected_at": NOON})
    store.apply_page(page("all", 1, item))
    (kept,) = store.entries("key", uid("key"))
    assert kept.to_wire() == wire and kept.compute_hash() == newer.hash
    card = store.card("key", uid("key"))
    assert card is not None and card.stage == "unknown"


def test_an_item_that_cannot_be_read_is_set_aside_and_holds_up_nothing(store: PhoneStore) -> None:
    good, bad = theirs("a", 1), theirs("b", 2)
    wire = bad.entry.to_wire() | {"made_at": NOON + 1}
    item = read_item({"pos": 2, "entry": wire, "seq": 2, "received_at": NOON, "corrected_at": NOON})
    assert isinstance(item, Unreadable) and "hash" in item.why
    store.apply_page(page("all", 3, good, item, theirs("c", 3)))
    assert store.unreadable_count() == 1 and store.cursors() == {"all": 3}
    assert ids(store, "a") and ids(store, "c") and not ids(store, "b")
