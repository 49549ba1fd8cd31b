"""The handbook between phones and a real server: published, found offline, new, signed as read without a network, and
who has not (T)."""

from __future__ import annotations

import asyncio
from secrets import choice

import pytest

from app.actions import Session
from app.domain.rules.handbook import READING
from app.domain.wire.errors import Problem
from app.domain.writing.tags import POINT, make_tag
from app.store.queries import CardFilter
from sync_server.handbook import Draft
from tests.journeys.conftest import Town
from tests.support.handbook import CONDUCT, PHONES, drafts, publish


async def sync(*phones: Session) -> None:
    for phone in phones:
        status = await phone.sync_now()
        assert (status.waiting, status.refused, status.problem) == (0, 0, None), phone.unsent()


@pytest.mark.proves("T1", "T2")
def test_what_is_published_is_on_all_phones_after_a_sync_and_says_what_is_new(town: Town) -> None:
    async def play() -> None:
        worker, desk = await town.phone("w1"), await town.phone("d1")
        assert worker.handbook.pages() == [] and worker.handbook.find("电话") == []
        publish(town.server.store, drafts(常用电话=PHONES))
        await sync(worker, desk)
        town.networks["w1"].cut = lambda _: "before"
        (found,) = worker.handbook.find("pcs")
        assert found.block is not None and found.block.said == "派出所 0755-0000 8110"
        # Before the first look everything would be new, so nothing is.
        assert worker.handbook.new() == frozenset()
        worker.handbook.looked()
        assert worker.handbook.new() == frozenset()
        town.networks["w1"].cut = lambda _: ""
        more = Draft("more", "facts", {"zh": "概况"}, {"zh": "529 户"})
        (changed, added) = publish(town.server.store, [*drafts(常用电话=PHONES.replace("119", "120")), more])
        await sync(worker)
        assert worker.handbook.new() == {changed, added}
        page = worker.handbook.page(changed)
        assert page is not None and page.version == 2
        worker.handbook.saw(page)
        assert worker.handbook.new() == {added} and desk.handbook.new() == frozenset(), "per person and phone"
        worker.handbook.saw_all()
        assert worker.handbook.new() == frozenset()
        old = await worker.handbook.version(changed, 1)
        assert "119" in old.words("zh"), "old versions stay readable"

    asyncio.run(play())


@pytest.mark.proves("T4")
def test_a_document_is_signed_without_a_network_and_the_desk_sees_who_has_not(town: Town) -> None:
    async def play() -> None:
        boss, chief, worker = await town.phone("e1"), await town.phone("d1"), await town.phone("w1")
        (id_,) = publish(town.server.store, drafts(规范=CONDUCT.format(must="工程主管, 前台", more="不收礼")))
        await sync(boss, chief, worker)
        page = boss.handbook.page(id_)
        assert page is not None
        assert [one.page.id for one in boss.today().to_sign] == [id_] and worker.today().to_sign == ()
        with pytest.raises(Problem, match="not_found"):
            await worker.handbook.sign(page)
        town.networks["e1"].cut = lambda _: "before"
        (entry,) = (await boss.handbook.sign(page)).entries
        assert (entry.kind, entry.body["digest"], entry.body["version"]) == ("page_read", page.hash, 1)
        assert boss.today().to_sign == ()
        with pytest.raises(Problem, match="already_noted"):
            await boss.handbook.sign(page)
        owing = {one.staff_id for one in chief.handbook.readers(page) if one.read is None}
        assert owing == {town.staff[one] for one in ("e1", "d1", "d2")}
        town.networks["e1"].cut = lambda _: ""
        await sync(boss, chief)
        owing = {one.staff_id for one in chief.handbook.readers(page) if one.read is None}
        assert owing == {town.staff["d1"], town.staff["d2"]}
        owed = {one.owner for one in chief.duties.of_month() if one.rule == READING and one.owed}
        assert owed == owing, "a duty, in who owes what, until it is signed"
        (card,) = chief.cards(CardFilter(type=READING))
        assert card.opener == town.staff["e1"] and card.content == "服务规范"
        assert (await chief.server_verdict(READING, card.id)).whole
        assert worker.cards(CardFilter(type=READING)) == [], "who signed what is for those who oversee"

    asyncio.run(play())


@pytest.mark.proves("T3")
def test_the_procedure_for_a_point_and_the_price_for_a_fault_are_at_hand(town: Town) -> None:
    async def play() -> None:
        sop = "---\n类别: 规程\n标题: 泵房\n用于: 巡检点\n标签: 泵房\n---\n看压力表"
        leak = "---\n类别: 规程\n标题: 漏水\n用于: 工单\n标签: 漏水\n---\n先关总阀"
        walk = "---\n类别: 规程\n标题: 走访\n用于: 走访\n---\n先敲门"
        publish(town.server.store, drafts(sop, leak, walk))
        ticket = await town.ticket(content="厨房漏水")
        worker, boss = await town.phone("w1"), await town.phone("e1")
        assert [page.said("zh") for page in worker.handbook.offered("ticket", ticket)] == ["漏水"]
        assert [page.said("zh") for page in worker.handbook.offered("visit", "new")] == ["走访"]
        said = {"place_kind": "point", "name": "消防泵房", "tag": make_tag(POINT, "TST", choice).code}
        point = (await boss.record("place", boss.new_id(), "place_named", said)).subject_id
        assert [page.said("zh") for page in boss.handbook.offered("place", point)] == ["泵房"]

    asyncio.run(play())
