"""Faults planted on purpose, one at a time: that each is found is how we know that the simulator sees.

Each replaces one function of the product while its block is open; the product knows nothing of it. ``seed`` is the
first seed that saw it when it was planted, to be tried first: a found fault is found again quickly.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from sqlalchemy import delete, insert, select, update

import sync_server.store.taking.accept as server_accept
from app.actions.letters import Letters
from app.domain.rules import duties
from app.domain.rules.scopes import staff_scope
from app.domain.subjects import access, results, visit
from app.domain.subjects.analysis import Analysis
from app.domain.subjects.follow_up import life as follow_up_life
from app.domain.subjects.job import clocks as job_clocks
from app.domain.subjects.job import life as job_life
from app.domain.subjects.matter import figures as matter_figures
from app.domain.subjects.matter import kinds as matter_kinds
from app.domain.subjects.matter import life as matter_life
from app.domain.subjects.shift import Shift
from app.domain.subjects.thing import life
from app.domain.subjects.thing.kinds import THING
from app.domain.subjects.thing.state import ThingState
from app.domain.subjects.ticket import life as ticket_life
from app.domain.wire import protocol
from app.domain.wire.errors import ALREADY_OVER, COUNTER_TAKEN, Problem
from app.domain.wire.exchange import DropItem
from app.store import blobs as phone_blobs
from app.store import phone_store, pulling, saving, schema, taking
from app.store import refolding as phone_refolding
from app.sync import account, exchanging
from app.sync import blobs as blob_mover
from sync_server.store import database as server_database
from sync_server.store import store as server_store
from sync_server.store.news import looking, outbox
from sync_server.store.news import settled as settling
from sync_server.store.subjects import clock_results, door_requests
from sync_server.store.subjects.follow_up import planning as follow_up_planning
from sync_server.store.subjects.numbers import Numbers
from sync_server.store.taking import blobs as server_blobs
from sync_server.store.taking import feed, keeping, projections
from sync_server.store.taking import pulling as server_pulling
from sync_server.store.upkeep import refolding as server_refolding
from tests.sim import chain_bugs, file_bugs
from tests.sim.planting import BUGS, Bug, Patch, switched_on
from tests.sim.planting import bug as _bug

# -- the phone's store -----------------------------------------------------------------------


@_bug("the cursor is written before the items of its page, in a transaction apart", "kill phone", "sync", seed=1192)
def cursor_ahead() -> list[Patch]:
    def apply_page(self: Any, page: Any) -> None:
        with self.file.write() as connection:
            pulling.apply_page(connection, type(page)(page.scope, page.to, page.more, ()))
        with self.file.write() as connection:
            changed = pulling.apply_page(connection, page)
        self._announce(phone_store.Change(frozenset(changed), refs=True, outbox=True))

    return [(phone_store.PhoneStore, "apply_page", apply_page)]


@_bug("an entry leaves the outbox as soon as it was sent, whether or not an answer came", "cut", "work", seed=1116)
def sent_is_done() -> list[Patch]:
    def note_tried(connection: Any, ids: Any, now: int) -> None:
        connection.execute(delete(schema.outbox).where(schema.outbox.c.entry_id.in_(ids)))

    return [(pulling, "note_tried", note_tried)]


@_bug("what leaves a scope is removed with the unsent work on it", "new roles", "work", "cut", seed=1314)
def drop_takes_unsent() -> list[Patch]:
    real = pulling.leave

    def leave(connection: Any, scope: str, type_: str, id_: str) -> None:
        real(connection, scope, type_, id_)
        e = schema.entries
        mine = select(e.c.id).where(e.c.subject_type == type_, e.c.subject_id == id_)
        connection.execute(delete(schema.outbox).where(schema.outbox.c.entry_id.in_(mine)))

    return [(pulling, "leave", leave)]


@_bug("what leaves a scope stays on the phone", "keys", "sync", seed=1422)
def drop_ignored() -> list[Patch]:
    real = pulling.take_items

    def take_items(connection: Any, scope: str, items: Any) -> Any:
        return real(connection, scope, [item for item in items if not isinstance(item, DropItem)])

    return [(pulling, "take_items", take_items)]


@_bug("lost scopes are not left", "new roles", seed=181)
def lost_scope_ignored() -> list[Patch]:
    return [(pulling, "lose", lambda connection, scopes: None)]


@_bug("a new epoch starts the cursors over, but nothing is sent again", "restore", "work", seed=1347)
def epoch_sends_nothing() -> list[Patch]:
    real = pulling.new_epoch

    def new_epoch(connection: Any, author: str) -> int:
        box = set(connection.scalars(select(schema.outbox.c.entry_id)))
        real(connection, author)
        connection.execute(delete(schema.outbox).where(schema.outbox.c.entry_id.not_in(list(box))))
        return 0

    return [(pulling, "new_epoch", new_epoch)]


@_bug("a new epoch is noted, and the cursors go on where they were", "restore", "work", seed=1232)
def epoch_keeps_cursors() -> list[Patch]:
    real = pulling.new_epoch

    def new_epoch(connection: Any, author: str) -> int:
        kept = [dict(row) for row in connection.execute(select(schema.cursors)).mappings()]
        queued = real(connection, author)
        if kept:
            connection.execute(insert(schema.cursors), kept)
        return queued

    return [(pulling, "new_epoch", new_epoch)]


@_bug("blobs are not sent again to a restored server", "restore", "photo", seed=734)
def epoch_forgets_blobs() -> list[Patch]:
    real = pulling.new_epoch

    def new_epoch(connection: Any, author: str) -> int:
        b = schema.blobs
        sent = list(connection.scalars(select(b.c.hash).where(b.c.state == phone_blobs.CONFIRMED)))
        queued = real(connection, author)
        connection.execute(update(b).where(b.c.hash.in_(sent)).values(state=phone_blobs.CONFIRMED))
        return queued

    return [(pulling, "new_epoch", new_epoch)]


@_bug("what a restored server forgot still has effect on phones", "restore", "work", seed=734)
def forgotten_counts() -> list[Patch]:
    return [(pulling, "forget_old_epoch", lambda connection: set())]


@_bug("entries of a person's other devices are not sealed anew for a restored server", "restore", "reinstall", "work")
def others_not_sealed() -> list[Patch]:
    return [(pulling, "_seal_those_of_other_devices", lambda connection, author: None)]


@_bug("a phone that is a copy goes on with the numbers it has", "clone", "work", seed=78)
def copy_keeps_numbers() -> list[Patch]:
    async def take_new_device(self: Any) -> None:
        return None

    return [(exchanging.Exchanger, "_take_new_device", take_new_device)]


@_bug("the new device id and its token are written one after the other", "clone", "kill phone", "work")
def token_after_device() -> list[Patch]:
    async def take_new_device(self: Any) -> None:
        fresh = await account.new_device(self.transport, self.token(), {})
        self.store.begin_chain(fresh.device_id)
        self.store.put_settings({"token": fresh.token, "token_expires_at": fresh.expires_at})

    return [(exchanging.Exchanger, "_take_new_device", take_new_device)]


@_bug("a card is not folded again when the server's entries come in", "work", "sync", seed=683)
def stale_cards() -> list[Patch]:
    real, refold = pulling.take_items, saving.refold

    def some(connection: Any, subjects: Any) -> None:
        refold(connection, [subject for subject in subjects if not _carded(connection, subject)])

    def take_items(connection: Any, scope: str, items: Any) -> Any:
        setattr(pulling, "refold", some)  # noqa: B010 (what it imports by name is its own affair)
        try:
            return real(connection, scope, items)
        finally:
            setattr(pulling, "refold", refold)  # noqa: B010

    return [(pulling, "take_items", take_items)]


def _carded(connection: Any, subject: tuple[str, str]) -> bool:
    s = schema.subjects
    return connection.scalar(select(s.c.id).where(s.c.type == subject[0], s.c.id == subject[1])) is not None


@_bug("refused entries still have effect on the phone", "work", seed=1080)
def refused_counts() -> list[Patch]:
    def counted(connection: Any, subject: Any) -> Any:
        return saving.entries_of(connection, subject)

    return [(saving, "counted_entries", counted), (saving, "ids_without_effect", lambda connection: set())]


@_bug("a refused entry waits at the head of the queue for ever", "work", seed=1080)
def refused_waits() -> list[Patch]:
    real = pulling.apply_answers

    def apply_answers(connection: Any, answers: Any, now: int) -> Any:
        return real(
            connection, [a for a in answers if a.status != protocol.REFUSED or a.name == COUNTER_TAKEN.name], now
        )

    return [(pulling, "apply_answers", apply_answers)]


@_bug("own entries that come by in a pull are not asked for when they are no longer here", "clone", "work", seed=1287)
def own_not_wanted() -> list[Patch]:
    def take_own(connection: Any, scope: str, items: Any) -> Any:
        here = set(connection.scalars(select(schema.entries.c.id)))
        return real(connection, scope, [item for item in items if item.id in here])

    real = taking.take_own
    return [(taking, "take_own", take_own)]


@_bug("after an update cards stay as the old version folded them", "work")
def update_folds_nothing() -> list[Patch]:
    return [(phone_refolding, "after_update", lambda connection: None)]


@_bug("a blob is forgotten once its upload began", "photo", "cut", seed=89)
def blob_begun_is_done() -> list[Patch]:
    real = phone_blobs.note_sent

    def note_sent(connection: Any, name: str, have: int, complete: bool) -> None:
        real(connection, name, have, True)

    return [(phone_blobs, "note_sent", note_sent)]


@_bug("clearing photos takes those that are not on the server yet", "photo room", "photo", seed=143)
def unsent_photos_cleared() -> list[Patch]:
    return [(phone_blobs, "_CLEARABLE", (phone_blobs.WAITING, phone_blobs.CONFIRMED, phone_blobs.FETCHED))]


# -- what phones and server share ------------------------------------------------------------


@_bug("a key that is out can be lent again, and nobody is told", "keys", seed=8)
def lent_twice_unseen() -> list[Patch]:
    def apply(state: Any, entry: Any, body: Any, *, forced: bool, seen: Any) -> Any:
        return real(state, entry, body, forced=forced or entry.kind == "lent", seen=seen)

    real = life.apply
    return [(life, "apply", apply)]


@_bug("a key may come back from hands that do not hold it", "keys", seed=720)
def returned_by_anybody() -> list[Patch]:
    def apply(state: Any, entry: Any, body: Any, *, forced: bool, seen: Any) -> Any:
        return real(state, entry, body, forced=forced or entry.kind == "returned", seen=seen)

    real = life.apply
    return [(life, "apply", apply)]


@_bug("a matter that was merged into another is closed for itself", "matters", seed=984)
def merged_closed_alone() -> list[Patch]:
    def apply(state: Any, entry: Any, body: Any, forced: bool) -> Any:
        if entry.kind != "matter_closed" or state.merged_into is None:
            return real(state, entry, body, forced)
        state.rounds[-1] = replace(state.rounds[-1], closed_at=entry.at, result=body["result"])
        return None

    real = matter_life.apply
    return [(matter_life, "apply", apply)]


@_bug("of two matters that were merged crosswise both are merged", "matters", seed=1047)
def crosswise_both_hold() -> list[Patch]:
    def merged(state: Any, entry: Any, body: Any, forced: bool) -> None:
        state.merged_into = body["into"]

    return [(matter_life, "_HANDLERS", matter_life._HANDLERS | {"merged": merged})]


@_bug("what was done about a complaint counts before anybody agreed to it", "matters", seed=295)
def handled_before_consent() -> list[Patch]:
    def handled(state: Any, entry: Any, body: Any, forced: bool) -> None:
        state.handled = body

    return [(matter_life, "_HANDLERS", matter_life._HANDLERS | {"handled": handled})]


@_bug("a matter that was reopened counts as a new one", "matters", seed=412)
def reopened_counts_anew() -> list[Patch]:
    def counted(cards: Any, now: int) -> Any:
        return real([card for card in cards for _ in range(card.extra.rounds)], now)

    real = matter_figures.figures
    return [(matter_figures, "figures", counted)]


@_bug("a follow-up that two people did counts twice", "follow ups", seed=1040)
def follow_up_twice() -> list[Patch]:
    def apply(state: Any, entry: Any, body: Any, forced: bool, seen: Any) -> Any:
        return real(state, entry, body, forced or entry.kind == "followed_up", seen)

    real = follow_up_life.apply
    return [(follow_up_life, "apply", apply)]


@_bug("an open letter closes one more than was chosen", "office", seed=49)
def letter_closes_others() -> list[Patch]:
    def send(self: Any, form: Any, **more: Any) -> Any:
        others = [(card.type, card.id) for card in self.to_answer() if (card.type, card.id) not in form.chosen]
        return real(self, replace(form, chosen=(*form.chosen, *others[:1])), **more)

    real = Letters.send
    return [(Letters, "send", send)]


@_bug("an open letter answers a remark of a survey", "office", seed=13)
def letter_to_a_survey() -> list[Patch]:
    def answered(state: Any, entry: Any, body: Any, forced: bool) -> Any:
        kept, state.kind = state.kind, matter_kinds.SUGGESTION
        reason = real(state, entry, body, forced)
        state.kind = kept
        return reason

    real = matter_life._answered_openly
    return [(matter_life, "_HANDLERS", matter_life._HANDLERS | {"answered_openly": answered})]


@_bug("an analysis that was changed meanwhile is approved unread", "office", seed=724)
def approved_unread() -> list[Patch]:
    def apply(self: Any, state: Any, entry: Any, body: Any, *, forced: bool, seen: Any) -> Any:
        return real(self, state, entry, body, forced=forced or entry.kind == "analysis_approved", seen=seen)

    real = Analysis.apply
    return [(Analysis, "apply", apply)]


@_bug("an excused visit is owed all the same", "duties", seed=26)
def excused_still_owed() -> list[Patch]:
    def changed(duty: Any, change: Any) -> Any:
        return real(duty, None if change is not None and change.excused else change)

    real = duties._changed
    return [(duties, "_changed", changed)]


@_bug("a visit that was made before it was excused counts as both", "duties", seed=44)
def duty_done_twice() -> list[Patch]:
    def changed(duty: Any, change: Any) -> Any:
        found = real(duty, change)
        return replace(found, excused=change.excused) if change is not None and change.excused else found

    real = duties._changed
    return [(duties, "_changed", changed)]


@_bug("a complaint that was opened again is not followed up again", "follow ups", seed=734)
def second_round_forgotten() -> list[Patch]:
    def of_closing(write: Any, closing: Any, estate_key: str) -> Any:
        return real(write, closing, estate_key) if closing.round == 1 else iter(())

    real = follow_up_planning.of_closing
    return [(follow_up_planning, "of_closing", of_closing)]


@_bug("the signature under a visit is not bound to the gift that was handed over", "visits", seed=125)
def gift_unsigned() -> list[Patch]:
    def facts(state: Any) -> Any:
        return {name: value for name, value in real(state).items() if name != "gift"}

    real = visit._facts
    return [(visit, "_facts", facts)]


@_bug("a gift that two phones handed over at one visit counts twice", "visits", seed=125)
def gift_twice() -> list[Patch]:
    def given(state: Any, entry: Any, body: Any) -> Any:
        reason = real(state, entry, body)
        return None if reason == ALREADY_OVER.name else reason

    real = visit._given
    return [(visit, "_given", given)]


# -- the engine ------------------------------------------------------------------------------


@_bug("an answer that found no room on the phone is passed over", "phone full", "sync", seed=179)
def answer_passed_over() -> list[Patch]:
    async def take_in(self: Any, question: Any, answer: Any) -> None:
        try:
            await real(self, question, answer)
        except Problem:
            return

    real = exchanging.Exchanger._take_in
    return [(exchanging.Exchanger, "_take_in", take_in)]


@_bug("an upload that the server has less of than the phone thinks goes on where the phone thinks", "cut", "photo")
def upload_never_goes_back() -> list[Patch]:
    return [(blob_mover, "_MOST_RESTARTS", 0)]


# -- the server ------------------------------------------------------------------------------


@_bug("who newly sees a ticket gets only what happens from then on", "work", "keys", seed=101)
def history_not_given() -> list[Patch]:
    real = feed.publish

    def publish(write: Any, histories: Any, states: Any, new_ids: set[str], estates: Any) -> None:
        some = {s: [e for e in h if e.id in new_ids] or h for s, h in histories.items()}
        real(write, some, states, new_ids, estates)

    return [(feed, "publish", publish)]


@_bug("who no longer sees a ticket is not told", "keys", "sync", seed=1422)
def drop_not_told() -> list[Patch]:
    real = feed._row

    def row(scope: str, position: int, item: str, kind: str, thing_id: str, entry_id: Any) -> Any:
        return real(scope if item != feed.DROP else "nobody", position, item, kind, thing_id, entry_id)

    return [(feed, "_row", row)]


@_bug("a page ends one position too far", "work", seed=1080)
def page_skips() -> list[Patch]:
    real = server_pulling.pull

    def pull(connection: Any, who: Any, cursors: Any, limit: int, *at_hand: Any) -> Any:
        pages = real(connection, who, cursors, limit, *at_hand)
        for page in pages:
            page["to"] += page["more"]
        return pages

    return [(server_pulling, "pull", pull)]


@_bug("positions are given before the counter is kept", "work", seed=1080)
def counter_not_kept() -> list[Patch]:
    def finish(self: Any) -> None:
        if self.last % 5:
            real(self)

    real = server_database.Write.finish
    return [(server_database.Write, "finish", finish)]


@_bug("a steward is given every building", "new roles", seed=1422)
def scope_too_wide() -> list[Patch]:
    from sync_server.store.people.identity import Identity

    real = Identity.scopes.fget  # type: ignore[attr-defined]

    def scopes(self: Any) -> list[str]:
        return [*real(self), *(["building:building-1"] if "steward" in self.roles else [])]

    return [(Identity, "scopes", property(lambda self: list(dict.fromkeys(scopes(self)))))]


@_bug("entries asked for by id are given to anybody", "pry", seed=1406)
def wanted_for_anybody() -> list[Patch]:
    real = server_pulling.visible

    def visible(connection: Any, who: Any, subjects: Any) -> Any:
        return set(subjects)

    assert real is not visible
    return [(server_pulling, "visible", visible)]


@_bug("one entry of a batch that is refused has the rest refused with it", "work", seed=1080)
def refusal_spreads() -> list[Patch]:
    real = server_accept._Accepting._answer

    def answer(self: Any, item: Any) -> Any:
        if self.known.noted and item.problem is None:
            item.problem = next(iter(self.known.noted.values()))[2]
        return real(self, item)

    return [(server_accept._Accepting, "_answer", answer)]


@_bug("the places of refused entries in a chain are not kept", "work", seed=1080)
def refusals_not_kept() -> list[Patch]:
    return [(keeping, "record_refusals", lambda *_: None)]


@_bug("the phone's clock is believed", "clock", "work", seed=667)
def clock_believed() -> list[Patch]:
    return [(keeping.Known, "corrected", lambda self, entry, offset, received_at: min(entry.made_at, received_at))]


@_bug("the server tells nobody that it was restored", "restore", "work", seed=734)
def epoch_kept() -> list[Patch]:
    return [(server_store.Store, "new_epoch", lambda self: self.epoch())]


@_bug("a blob is called complete without looking at its bytes", "cut", "photo")
def blob_not_checked() -> list[Patch]:
    def write(self: Any, digest: str, offset: int, chunk: bytes, total: int, beside: Any = None) -> Any:
        return real(self, digest, have if (have := self.have(digest, beside)) < total else offset, chunk, total, beside)

    def finish(self: Any, digest: str, partial: Any, _content: bytes | None) -> None:
        final = self._final(digest)
        final.parent.mkdir(parents=True, exist_ok=True)
        partial.replace(final)

    real = server_blobs.BlobFolder.write
    return [(server_blobs.BlobFolder, "_finish", finish), (server_blobs.BlobFolder, "write", write)]


@_bug("after an update the server's tables and scopes stay as the old version folded them", "work")
def server_update_folds_nothing() -> list[Patch]:
    return [(server_refolding, "after_update", lambda database, now: 0)]


@_bug("who holds a key is not told of it", "keys", seed=215)
def holder_not_told() -> list[Patch]:
    real = access.audience

    def audience(state: Any) -> set[str]:
        out = isinstance(state, ThingState) and state.hands.id
        return real(state) - ({staff_scope(str(out))} if out else set())

    return [(access, "audience", audience)]


@_bug("who gave a key on goes on seeing it", "keys", seed=194)
def holder_never_left() -> list[Patch]:
    real = access.audience

    def audience(state: Any) -> set[str]:
        scopes = real(state)
        if isinstance(state, ThingState):
            scopes |= {staff_scope(link.taker.id) for link in state.links if link.taker.id}
        return scopes

    return [(access, "audience", audience)]


@_bug("the table of keys is written once and then left", "keys", seed=101)
def key_table_stale() -> list[Patch]:
    real = projections.rewrite

    def rewrite(connection: Any, states: Any, estates: Any, *, begun: Any = None) -> None:
        known = begun or ()
        real(connection, [s for s in states if (THING, s.id) not in known], estates, begun=begun)

    return [(projections, "rewrite", rewrite)]


@_bug("whoever knows a blob's name is given it", "pry", "photo", seed=420)
def blob_for_anybody() -> list[Patch]:
    def blob_size(self: Any, who: Any, digest: str) -> int:
        return len(self.files.read(digest) or b"")

    return [(server_store.Store, "blob_size", blob_size)]


@_bug("every record shows in the first estate, whichever it is in", "work", seed=5)
def estates_mixed() -> list[Patch]:
    real = feed.publish

    def publish(write: Any, histories: Any, states: Any, new_ids: set[str], estates: Any) -> None:
        real(write, histories, states, new_ids, {})

    return [(feed, "publish", publish)]


@_bug("all estates count their tickets together", "work", seed=5)
def numbers_shared() -> list[Patch]:
    real = Numbers.next
    return [(Numbers, "next", lambda self, write, record_id, _estate_key: real(self, write, record_id, ""))]


@_bug("the results of clocks are written once and then left", "work", seed=1080)
def results_stale() -> list[Patch]:
    real = clock_results.write

    def write(connection: Any, states: Any, estates: Any, there: Any) -> None:
        real(connection, [s for s in states if (s.type, s.id) not in there], estates, {})

    return [(clock_results, "write", write)]


@_bug("a late entry changes a closed month without its mark", "work", "cut", seed=600)
def month_changed_silently() -> list[Patch]:
    return [(results, "_ended", lambda state, due: [])]


@_bug("engineering's receipt counts from when the server heard of it", "work", "cut", seed=594)
def receipt_when_heard() -> list[Patch]:
    def take_over(s: Any, e: Any) -> None:
        at = e.received_at or e.at
        s.taken_over_at = at if s.taken_over_at is None else min(s.taken_over_at, at)

    return [(ticket_life, "_take_over", take_over)]


# -- jobs ------------------------------------------------------------------------------------


@_bug("a report counts from when the server had it, not from when it was written down", "heard late", seed=50)
def late_by_receipt() -> list[Patch]:
    def told(state: Any, since: int, due: int) -> int | None:
        known = [(entry.received_at or entry.at) for entry in state.progress]
        return min((at for at in known if since <= at <= due), default=None)

    return [(job_clocks, "_told", told)]


@_bug("a number of a job is lost now and then", "jobs", seed=10)
def job_number_lost() -> list[Patch]:
    real = Numbers.next

    def next_(self: Any, write: Any, record_id: str, estate_key: str) -> str:
        number = real(self, write, record_id, estate_key)
        return real(self, write, record_id, estate_key) if self.mark and number.endswith("2") else number

    return [(Numbers, "next", next_)]


@_bug("any department's supervisor confirms a job", "jobs", seed=1797)
def confirmed_elsewhere() -> list[Patch]:
    real = job_life._wrong_department
    return [
        (job_life, "_wrong_department", lambda s, b, forced: real(s, {**b, "department": s.department}, forced)),
    ]


@_bug("who had a job before still goes on with it", "jobs", seed=70)
def job_of_another() -> list[Patch]:
    real = job_life._refused

    def refused(state: Any, entry: Any, forced: bool, *stages: str) -> str | None:
        reason = real(state, entry, forced, *stages)
        return None if reason == "reassigned" and state.stage in stages else reason

    return [(job_life, "_refused", refused)]


@_bug("of two hand-overs of one shift the last stands", "shifts", seed=22)
def shift_handed_twice() -> list[Patch]:
    real = Shift.apply

    def apply(self: Any, state: Any, entry: Any, body: Any, *, forced: bool, seen: Any) -> str | None:
        if entry.kind == "shift_handed":
            state.opened = None
        return real(self, state, entry, body, forced=forced, seen=seen)

    return [(Shift, "apply", apply)]


# -- news outside the app --------------------------------------------------------------------


@_bug("what ran out is told again each time somebody looks", "work", seed=1)
def news_twice() -> list[Patch]:
    real = looking.ran_out

    def ran_out(connection: Any, now: int) -> Any:
        return [replace(cause, mark=f"{cause.mark}:{now}") for cause in real(connection, now)]

    return [(looking, "ran_out", ran_out), (outbox, "known", lambda connection, marks: set())]


@_bug("news goes out of what was accepted meanwhile", "work", seed=936)
def news_of_the_settled() -> list[Patch]:
    return [(settling, "_accepted", lambda *_: [])]


@_bug("news of what waits still is held back", "work", seed=1080)
def news_held_back() -> list[Patch]:
    return [(settling, "_accepted", lambda connection, sheet, rows, known, ids: [row.id for row in rows])]


@_bug("a resident's request that is sent twice makes two matters", "request", seed=11)
def door_twice() -> list[Patch]:
    real = door_requests.ask

    def ask(store: Any, door: Any, asked: Any, network: str) -> str:
        return real(store, door, replace(asked, id=f"{asked.id}/{store.now()}"), network)

    return [(door_requests, "ask", ask)]


__all__ = ["BUGS", "Bug", "chain_bugs", "file_bugs", "switched_on"]
