"""The resident's copy 住户留底 over HTTP: what a worker's phone shows leads to what was signed, and no further."""

from __future__ import annotations

import asyncio
import re
from html import unescape
from urllib.parse import unquote

import pypdfium2
import requests
from sqlalchemy import update

from app.domain.rules.copies import copy_address, copy_code
from app.domain.times import DAY, MINUTE, to_china
from app.domain.wire.entries import Entry
from app.domain.writing.tags import ALPHABET
from sync_server.auth.throttle import ADDRESS_MS, FREE_ADDRESS
from sync_server.store.tables import estate
from tests.journeys.conftest import Clock, MakeTown, Town
from tests.server.test_papers import decoded, handwritten, texts
from tests.support import field_work as work_on

PRICED = ("1", "换软管", 2000)


def _page(town: Town, code: str, **headers: str) -> requests.Response:
    return requests.get(f"{town.server.url}/p/{code}", headers=headers, timeout=10)


def _signed(town: Town, login: str, ticket: str) -> Entry:
    session = town.handset(login).current()
    assert session is not None
    found: Entry = session.tickets.view(ticket).state.signatures["resident"]
    return found


async def _repaired_offline(town: Town) -> tuple[str, Entry]:
    ticket = await town.ticket()
    worker = await town.phone("w1")
    await work_on.go_there(worker, ticket)
    await worker.tickets.find(ticket, description="软管裂", listed=False)
    await worker.sync_now()
    boss = await town.phone("e1")
    await boss.tickets.judge(ticket, True, 2000, "换软管")
    await boss.sync_now()
    await worker.sync_now()
    await work_on.agree_and_work(worker, ticket, [worker.tickets.fee_line(None, *PRICED)], "张<伟>")
    await work_on.sign(worker, ticket, "张<伟>")
    return ticket, _signed(town, "w1", ticket)


def test_the_code_of_an_offline_phone_leads_to_what_was_signed_once_that_has_arrived(town: Town) -> None:
    """A.8: no account; the words are the resident's own paper, as text; nothing is kept on the way."""

    async def work() -> None:
        _, signed = await _repaired_offline(town)
        code = copy_code(signed)
        before = _page(town, code)
        assert before.status_code == 404 and "联网" in before.text and "张" not in before.text
        await town.phone("w1")
        answer = requests.get(copy_address(town.server.url, signed).replace("HTTP://", "http://"), timeout=10)
        assert answer.status_code == 200
        for words in (*signed.body["content"]["shown"], "张&lt;伟&gt;", "本人", "与签名时一致", "<svg"):
            assert words in answer.text
        assert "<伟>" not in answer.text and "<script" not in answer.text
        assert (
            answer.headers["Cache-Control"] == "no-store"
            and "default-src 'none'" in (answer.headers["Content-Security-Policy"])
        )
        assert "Unchanged since you signed" in _page(town, code, **{"Accept-Language": "en"}).text

    asyncio.run(work())


def test_a_record_that_was_changed_says_so_and_keeps_the_words_that_were_signed(town: Town) -> None:
    async def work() -> None:
        ticket, signed = await _repaired_offline(town)
        worker = await town.phone("w1")
        fees = next(step.entry for step in worker.tickets.view(ticket).steps if step.kind == "fees_written")
        lines = [worker.tickets.fee_line(None, "1", "换软管", 1900)]
        await worker.amend(fees.id, {**fees.body, "lines": lines, "total_fen": 1900}, "算错了", once=worker.new_id())
        await town.phone("w1")
        answer = _page(town, copy_code(signed))
        assert "签名以后记录有更改" in answer.text and "与签名时一致" not in answer.text
        assert all(line in answer.text for line in signed.body["content"]["shown"])

    asyncio.run(work())


def test_the_copy_is_saved_as_a_file_that_says_what_the_page_says_and_is_named_for_whoever_finds_it(
    make_town: MakeTown,
) -> None:
    """The words, the handwriting as lines, the code back to the page; after its time neither is there."""
    clock = Clock()
    town = make_town(clock)
    town.server.add_estate("LY")
    with town.server.store.write() as connection:
        connection.execute(update(estate).values(name="荔园/小区", phone="0755-1234 5678"))

    async def work() -> None:
        _, signed = await _repaired_offline(town)
        await town.phone("w1")
        code = copy_code(signed)
        page = _page(town, code)
        assert f'href="/p/{code}/pdf"' in page.text
        answer = _page(town, f"{code}/pdf")
        assert answer.headers["Content-Type"] == "application/pdf" and answer.headers["Cache-Control"] == "no-store"
        called = unquote(answer.headers["Content-Disposition"].partition("UTF-8''")[2])
        day = to_china(signed.at).date().isoformat()
        assert called == f"荔园 小区 签名留底 {day} 张 伟.pdf"
        (text,) = texts(answer.content)
        for words in (*signed.body["content"]["shown"], "张<伟>（本人）", "与签名时一致", "0755-12345678"):
            assert "".join(words.split()) in text, words
        said = "".join(unescape(re.sub(r"<[^>]+>", "", page.text)).split())
        assert len(text) < len(said) + 120, "nothing of the record besides"
        (sheet,) = pypdfium2.PdfDocument(answer.content)
        assert handwritten(sheet) and copy_address(town.server.url, signed) in decoded(sheet, lower=False)
        clock.ahead = town.server.settings.copy_days * DAY + 60_000
        assert _page(town, f"{code}/pdf").status_code == 404

    asyncio.run(work())


def test_a_copy_ends_and_a_code_that_nobody_was_shown_opens_nothing(make_town: MakeTown) -> None:
    """One letter else, another entry's id, what is no signature, what was signed by staff: all look alike."""
    clock = Clock()
    town = make_town(clock)

    async def work() -> None:
        ticket, signed = await _repaired_offline(town)
        worker = await town.phone("w1")
        code = copy_code(signed)
        other = next(step.entry for step in worker.tickets.view(ticket).steps if step.kind != "signed")
        last = ALPHABET[(ALPHABET.index(code[-1]) + 1) % 32]
        void = _page(town, "0" * 42)
        elsewhere = copy_code(other)
        for wrong in (code[:-1] + last, elsewhere[:26] + code[26:], elsewhere, code[:26], "%00", "💥" * 42):
            answer = _page(town, wrong)
            assert (answer.status_code, answer.text) == (404, void.text), wrong
        assert _page(town, code).status_code == 200
        clock.ahead = town.server.settings.copy_days * DAY + 60_000
        assert _page(town, code).status_code == 404

    asyncio.run(work())


def test_who_guesses_codes_waits_and_whoever_was_shown_one_never_counts(make_town: MakeTown) -> None:
    """So many wrong ones from a network, then one every few seconds; a page that was found takes its try back."""
    clock = Clock()
    town = make_town(clock)

    async def work() -> None:
        _, signed = await _repaired_offline(town)
        await town.phone("w1")
        code = copy_code(signed)
        found = {_page(town, code).status_code for _ in range(FREE_ADDRESS + 1)}
        assert found == {200}
        guesses = [_page(town, code[:26] + "0" * 16).status_code for _ in range(FREE_ADDRESS + 1)]
        assert guesses.count(404) >= FREE_ADDRESS and guesses[-1] == 429
        waits = _page(town, code)
        assert waits.status_code == 429 and 0 < int(waits.headers["Retry-After"]) <= ADDRESS_MS // 1000
        clock.ahead += MINUTE
        assert _page(town, code).status_code == 200

    asyncio.run(work())
