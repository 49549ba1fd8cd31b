"""A key's life offline on two phones, then synced: chain intact, double lending flagged and settled, counts (G)."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Any

import pytest

from app.actions import Session
from app.actions.models import CustodyForm, Saved
from app.domain.subjects.fold import fold
from app.domain.subjects.thing import ThingCard
from app.domain.subjects.thing.life import breaks
from app.domain.subjects.thing.state import ON_RACK, ThingState
from app.domain.times import HOUR
from app.domain.wire.errors import Problem
from app.domain.writing.tags import KEY, THING, Tag
from app.ui.custody_words import where_words
from sync_server.store.subjects.count import rack_counts
from sync_server.store.subjects.thing import reads as server_things
from sync_server.store.taking.entry_rows import of_subject
from tests.journeys.conftest import Town
from tests.support import field_work as work


async def step(session: Session, form: CustodyForm, giver: str = "甲", taker: str = "乙") -> Saved:
    """One step with both signatures, as the screens do it."""
    content = session.keys.content(form)
    sides = [work.signature(content, name, side, "staff") for name, side in ((giver, "giver"), (taker, "taker"))]
    return await session.keys.step(form, *sides)


def form(session: Session, kind: str, thing: str, **more: Any) -> CustodyForm:
    return CustodyForm(session.new_id(), thing, kind, **({"pieces": 2} | more))


def tag(session: Session, kind: str, serial: str) -> str:
    return Tag(kind, session.keys.tag_mark or "TST", serial).code


async def entrusted(town: Town, desk: Session, serial: str = "0001", rack: str = "A-03") -> str:
    thing = desk.new_id()
    more = {"given_by": "张伟", "purpose": "代收快递", "until": "2099-12-31", "rack": rack, "name": "入户门钥匙"}
    await step(desk, form(desk, "entrusted", thing, household_id=town.home, tag=tag(desk, KEY, serial), **more))
    await desk.sync_now()
    return thing


def lend(session: Session, thing: str, to: str, **more: Any) -> CustodyForm:
    due = session.now() + 4 * HOUR
    return form(session, "lent", thing, to_id=to, purpose="检修", due_at=due, **more)


async def all_agree(town: Town, thing: str, *logins: str) -> ThingState:
    """Sync everybody twice and compare what they see with the server."""
    sessions = [await town.phone(login) for login in logins]
    for session in sessions * 2:
        status = await session.sync_now()
        assert (status.waiting, status.refused, status.problem) == (0, 0, None), (status, session.unsent())
    with town.server.store.read() as connection:
        wanted = fold("thing", of_subject(connection, ("thing", thing)))
        page = server_things.page(connection, None, thing)
    assert isinstance(wanted, ThingState)
    assert (page["stage"], page["holder_name"], len(page["steps"])) == (
        wanted.stage, wanted.hands.name, len(wanted.links)
    )  # fmt: skip
    for session in sessions:
        seen = session.keys.view(thing).state
        assert [(s.entry.id, s.standing) for s in seen.steps] == [(s.entry.id, s.standing) for s in wanted.steps]
        assert (seen.stage, seen.hands, seen.tags) == (wanted.stage, wanted.hands, wanted.tags)
    return wanted


def test_a_keys_life_offline_on_two_phones(town: Town) -> None:
    """G.1, G.2: entrusted, lent, handed over, returned, lent again and given back; every step signed by both sides."""

    async def play() -> None:
        desk = await town.phone("d1")
        thing = await entrusted(town, desk)
        await step(desk, lend(desk, thing, town.staff["w1"]))
        await desk.sync_now()
        worker = await town.phone("w1")
        assert worker.keys.view(thing).moves == ("returned", "handed_over")
        town.server.stop()
        await step(worker, form(worker, "handed_over", thing, to_id=town.staff["w2"]))
        with pytest.raises(Problem, match=r"held_by_other|role_may_not"):
            worker.keys.content(form(worker, "returned", thing))
        town.server.start()
        await worker.sync_now()
        other = await town.phone("w2")
        town.server.stop()
        with pytest.raises(Problem, match="field_missing"):
            other.keys.content(form(other, "returned", thing, pieces=1))
        await step(other, form(other, "returned", thing, pieces=1, note="少一把，落在地下室"))
        town.server.start()
        await other.sync_now()
        await desk.sync_now()
        back = form(desk, "given_back", thing, pieces=1, to_name="张伟")
        content = desk.keys.content(back)
        sides = [work.signature(content, name, side, "staff") for name, side in (("甲", "giver"), ("张伟", "taker"))]
        first = await desk.keys.step(back, *sides)
        assert (await desk.keys.step(back, *sides)).entries == first.entries, "the second tap saves nothing"
        key = await all_agree(town, thing, "d1")
        assert [link.entry.kind for link in key.links] == [
            "entrusted", "lent", "handed_over", "returned", "given_back"
        ]  # fmt: skip
        assert key.flags == [] and breaks(key) == [] and all(link.signed for link in key.links)
        assert key.missing_pieces == 1
        assert all(verdict.standing == "intact" for verdict in desk.keys.view(thing).verdicts.values())
        assert not (await town.phone("w2")).keys.things(), "what is no longer theirs has left the worker's phone"

    asyncio.run(play())


@pytest.mark.parametrize("truth", ["w1", "w2", "neither"])
def test_two_phones_lend_the_same_key_offline(town: Town, truth: str) -> None:
    """G.2: both entries are kept and flagged; the desk's scan says who really holds it, and all see it."""

    async def play() -> None:
        desk, other = await town.phone("d1"), await town.phone("d2")
        thing = await entrusted(town, desk)
        await other.sync_now()
        town.server.stop()
        await step(desk, lend(desk, thing, town.staff["w1"]))
        second = (await step(other, lend(other, thing, town.staff["w2"]))).entries[0].id
        town.server.start()
        await desk.sync_now()
        key = await all_agree(town, thing, "d1", "d2", "w1", "w2")
        assert (key.hands.id, [flag.reason for flag in key.flags]) == (town.staff["w1"], ["already_out"])
        assert [(link.entry.id, link.signed) for link in key.disputed] == [(second, True)]
        assert [card.id for card in desk.keys.disputed()] == [thing] and desk.today().keys_disputed == 1
        code = key.tag or ""
        await desk.keys.settle(thing, second if truth == "w2" else None, scanned=code, note="当面核对")
        if truth == "neither":
            await desk.keys.locate(thing, "rack", rack="A-03", scanned=code)
        settled = await all_agree(town, thing, "d1", "d2")
        where = {"w1": town.staff["w1"], "w2": town.staff["w2"], "neither": None}[truth]
        assert (settled.hands.id, settled.flags, settled.disputed) == (where, [], [])
        assert desk.keys.disputed() == []
        told = await desk.server_verdict("thing", thing)
        assert told.whole and told.standing == "intact", "who signed for what does not count was no forger"
        seen = desk.verify("thing", thing)
        assert {one.standing for one in seen.signatures} <= {"intact", "strokes_missing"} and not seen.altered
        assert len(seen.signatures) == 2 * sum(link.signed for link in settled.links)

    asyncio.run(play())


def test_a_count_finds_missing_extra_misplaced_and_unknown_ones(town: Town) -> None:
    """G.3: what hangs there and should not, what should and does not; an old tag says what it was."""

    async def play() -> None:
        desk = await town.phone("d1")
        here = [await entrusted(town, desk, f"000{n}", f"A-0{n}") for n in range(1, 4)]
        elsewhere = await entrusted(town, desk, "0009", "B-01")
        lent_out = await entrusted(town, desk, "0007", "A-07")
        await step(desk, lend(desk, lent_out, town.staff["w1"]))
        old, new = tag(desk, KEY, "0003"), tag(desk, KEY, "0033")
        await desk.keys.lose_tag(here[2], old, "掉了")
        await desk.keys.assign_tag(here[2], new)
        with pytest.raises(Problem, match="tag_of_other"):
            await desk.keys.assign_tag(here[0], new)
        stranger = tag(desk, THING, "ZZZZ")
        scanned = [tag(desk, KEY, "0001"), tag(desk, KEY, "0007"), tag(desk, KEY, "0009"), stranger, old]
        view = desk.keys.count_view("A", scanned)
        assert [row.standing for row in view.rows] == ["right", "extra", "misplaced", "unknown", "old_tag"]
        assert [card.id for card in view.missing] == [here[1]] and view.expected == 3
        assert desk.keys.racks() == ["A", "B"]
        count = desk.new_id()
        await desk.keys.record_count(count, view)
        await desk.keys.record_count(count, view)
        await desk.sync_now()
        with town.server.store.read() as connection:
            (row,) = connection.execute(rack_counts.select()).all()
        assert (row.expected, row.found, row.missing, row.extra, row.misplaced) == (3, 5, 1, 2, 1)
        assert elsewhere not in {card.id for card in view.missing}

    asyncio.run(play())


def test_what_a_count_did_not_find_says_so_itself_and_stands_on_today_until_it_is_found(town: Town) -> None:
    """B8: by whom, in hook order on 今日 of who answers for keys; the next count finds one, words explain another."""

    async def play() -> None:
        desk, mate = await town.phone("d1"), await town.phone("d2")
        things = {n: await entrusted(town, desk, f"00{n:02}", f"A-{n}") for n in (10, 2, 1)}
        await desk.keys.record_count(desk.new_id(), desk.keys.count_view("A", [tag(desk, KEY, "0001")]))
        for session in (desk, mate):
            await session.sync_now()
        assert [card.id for card in mate.today().keys_missed] == [things[2], things[10]]
        worker = await town.phone("w1")
        assert worker.today().keys_missed == () and mate.keys.view(things[1]).state.missed is None
        seen = mate.keys.view(things[2])
        assert (seen.missed_by, seen.moves[0], "2" in where_words(seen.card)) == ("D1", "accounted", True)
        assert where_words(seen.card) != where_words(mate.keys.view(things[1]).card)
        with town.server.store.read() as connection:
            page = server_things.page(connection, None, things[2])
        assert page["missed_at"] is not None and page["missed_by"] == town.staff["d1"]
        again = mate.keys.count_view("A", [tag(desk, KEY, "0001"), tag(desk, KEY, "0002")])
        await mate.keys.record_count(mate.new_id(), again)
        assert [card.id for card in mate.today().keys_missed] == [things[10]]
        await mate.keys.account_for(things[10], "explained", "住户已取回")
        for session in (mate, desk):
            assert (await session.sync_now()).refused == 0
            assert session.today().keys_missed == ()
        with town.server.store.read() as connection:
            assert server_things.page(connection, None, things[10])["missed_at"] is None

    asyncio.run(play())


def test_a_count_by_an_older_app_is_read_as_before(town: Town) -> None:
    """B8: no hook beside what was missing, and nothing said of the things themselves."""

    async def play() -> None:
        desk = await town.phone("d1")
        thing = await entrusted(town, desk)
        body = {"found": [], "missing": [{"thing_id": thing, "name": "入户门钥匙"}], "expected": 1, "rack": "A"}
        count = desk.new_id()
        await desk.save([desk.entry(("count", count), "counted", body, count)])
        assert (await desk.sync_now()).refused == 0
        record = desk.keys.count_record(count)
        assert (
            record.things[thing].as_(ThingCard).rack == "A-03" and record.state.body["missing"][0]["thing_id"] == thing
        )
        assert desk.keys.view(thing).state.missed is None and desk.today().keys_missed == ()

    asyncio.run(play())


def test_overdue_ones_are_on_today_of_holder_and_desk(town: Town) -> None:
    """G.2: what should be back shows with the holder and the keepers, and nobody else."""

    async def play() -> None:
        desk = await town.phone("d1")
        thing = await entrusted(town, desk)
        late = replace(lend(desk, thing, town.staff["w1"]), due_at=desk.now() + 1)
        await step(desk, late)
        await desk.sync_now()
        holder, other = await town.phone("w1"), await town.phone("w2")
        assert [card.id for card in desk.today().keys_late] == [thing]
        assert [card.id for card in holder.today().keys_late] == [thing]
        assert other.today().keys_late == ()
        with town.server.store.read() as connection:
            found = server_things.overdue(connection, None, desk.now() + HOUR)
        assert [row["id"] for row in found] == [thing]
        await desk.keys.extend(thing, desk.now() + HOUR, "还没修完")
        assert desk.today().keys_late == ()

    asyncio.run(play())


def test_what_followed_the_settled_step_counts_with_it(town: Town) -> None:
    """G.2: the second borrower brought it back before the desk looked; letting their loan count brings that in, too."""

    async def play() -> None:
        desk, other = await town.phone("d1"), await town.phone("d2")
        thing = await entrusted(town, desk)
        await other.sync_now()
        town.server.stop()
        await step(desk, lend(desk, thing, town.staff["w1"]))
        second = (await step(other, lend(other, thing, town.staff["w2"]))).entries[0].id
        await step(other, form(other, "returned", thing, rack="B-02"))
        town.server.start()
        await desk.sync_now()
        key = await all_agree(town, thing, "d1", "d2")
        assert sorted(flag.reason for flag in key.flags) == ["already_out", "held_by_other"]
        await desk.keys.settle(thing, second, scanned=key.tag or "")
        settled = await all_agree(town, thing, "d1", "d2")
        assert (settled.stage, settled.rack, settled.flags) == (ON_RACK, "B-02", [])
        assert [link.jump for link in settled.links] == [False, False, True, False]

    asyncio.run(play())
