"""Filling in a form, in a window without a browser: what shows when, what survives a kill, what a key costs."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest

from app.actions import Session
from app.domain.subjects.ticket.kinds import TICKET
from app.domain.wire.canonical import sha256_hex
from app.store.queries import CardFilter
from app.ui.subjects.case.paths import FORMS, draft_key, fill_path, path_of
from tests.actions.phones import STEWARD
from tests.actions.test_session import Team
from tests.support.definitions import definition
from tests.support.forms import published_row, put_on_phone, put_rows, vacant_check
from tests.support.screens import Seen, screens

FORM = vacant_check()
STEPS = {"start": "1", "end": "5", "step": "1"}
CASE_ID = "00000000-0000-4000-8000-0000000000f1"
PAGE = fill_path(sha256_hex(FORM), CASE_ID)


@pytest.fixture
def steward(tmp_path: Path) -> Session:
    """A steward's phone that has the form."""
    session = Team(tmp_path)[STEWARD]
    put_on_phone(session, FORM)
    return session


async def fill(seen: Seen) -> None:
    """Answer everything of the form, with one defect."""
    await seen.type("q-cold", "12")
    await seen.type("q-hot", "30")
    await seen.tap("q-windows-yes")
    await seen.tap("add-defect")
    row = next(id for id in seen.ids() if id.startswith("q-defect-") and id.endswith("-area-kitchen"))
    row = row.removesuffix("-area-kitchen")
    await seen.tap(f"{row}-area-kitchen")
    await seen.type(f"{row}-what", "水管漏水")
    await seen.tap(f"{row}-fix-yes")


def test_the_button_names_what_is_missing_first_and_questions_that_do_not_matter_are_not_there(
    steward: Session,
) -> None:
    async def play() -> None:
        async with screens(steward, PAGE) as seen:
            assert "去填：冷水表读数" in seen.words() and "q-why_open" not in seen.ids()
            await seen.type("q-cold", "12")
            assert "去填：热水表读数" in seen.words()
            await seen.tap("q-windows-no")
            assert "q-why_open" in seen.ids(), "it matters now"
            assert "合计" in seen.words(), "what is worked out has a label, and is shown"
            await seen.type("q-hot", "3x")
            assert "应为整数" in seen.words(), "what is wrong stands beside the answer"

    asyncio.run(play())


def test_each_answer_comes_back_after_a_kill_and_a_defect_is_one_ticket(steward: Session) -> None:
    """H.3, F: what is half filled in survives, with its rows; saving makes the ticket and leads to the signature."""

    async def play() -> None:
        async with screens(steward, PAGE) as seen:
            await fill(seen)
            seen.ui.forms.flush()
        async with screens(steward, FORMS) as seen:
            assert "没填完的" in seen.words()
            await seen.tap("begun-0")
            assert seen.path == PAGE and "水管漏水" in [getattr(c, "value", "") for c in seen.controls()]
            await seen.type("matter-place", "3栋1单元1502")
            await seen.tap("main-action")
            assert seen.path == path_of(CASE_ID, "sign"), seen.words()
        (ticket,) = steward.cards(CardFilter(type=TICKET))
        assert ticket.content == "厨房，水管漏水（空置房检查）" and ticket.address == "3栋1单元1502"
        assert steward.draft(draft_key(CASE_ID)) is None
        async with screens(steward, path_of(CASE_ID)) as seen:
            words = seen.words()
            assert "转出的工单和事项" in words and "冷水表读数" in words and "请管家签名" in words

    asyncio.run(play())


def test_a_row_is_taken_away_only_after_a_question(steward: Session) -> None:
    async def play() -> None:
        async with screens(steward, PAGE) as seen:
            await fill(seen)
            await seen.tap("remove-defect-1")
            assert any(id.startswith("q-defect-") for id in seen.ids())
            await seen.tap_over("question-yes")
            assert not any(id.startswith("q-defect-") for id in seen.ids())

    asyncio.run(play())


def test_a_correction_begins_with_what_was_filled_in_and_keeps_it(steward: Session) -> None:
    async def play() -> None:
        async with screens(steward, PAGE) as seen:
            await fill(seen)
            await seen.tap("main-action")
        (entry,) = [s.entry for s in steward.cases.view(CASE_ID).steps if s.kind == "form_filled"]
        async with screens(steward, path_of(CASE_ID, f"amend/{entry.id}")) as seen:
            await seen.type("q-cold", "13")
            assert "请写更正原因" in seen.words() or "原因" in seen.words()
            await seen.type("amend-reason", "抄错")
            await seen.tap("main-action")
        view = steward.cases.view(CASE_ID)
        assert view.state.last["answers"]["cold"] == "13" and entry.body["answers"]["cold"] == "12"
        assert len(steward.cards(CardFilter(type=TICKET))) == 1, "what was raised stays one"

    asyncio.run(play())


def test_a_form_begun_under_an_older_version_goes_on_under_it_and_says_so(steward: Session) -> None:
    async def play() -> None:
        async with screens(steward, PAGE) as seen:
            await seen.type("q-cold", "12")
            seen.ui.forms.flush()
        put_on_phone(steward, FORM, ended="replaced")
        put_on_phone(steward, vacant_check("2"))
        async with screens(steward, PAGE) as seen:
            assert "表单有新版了" in seen.words() and "12" in [getattr(c, "value", "") for c in seen.controls()]

    asyncio.run(play())


def test_a_long_list_opens_in_a_sheet_and_a_rank_is_moved(tmp_path: Path) -> None:
    many = tuple((f"m{n}", f"第{n}项") for n in range(12))
    form = definition(
        "types", "题型",
        {"type": "select_one", "name": "one", "label": {"zh": "选"}, "list": "many"},
        {"type": "rank", "name": "order", "label": {"zh": "排"}, "list": "three"},
        {"type": "range", "name": "score", "label": {"zh": "分"}, "parameters": STEPS},
        {"type": "date", "name": "day", "label": {"zh": "日"}},
        choices={"many": many, "three": (("a", "甲"), ("b", "乙"), ("c", "丙"))},
    )  # fmt: skip
    session = Team(tmp_path)[STEWARD]
    put_on_phone(session, form)

    async def play() -> None:
        async with screens(session, fill_path(sha256_hex(form), CASE_ID)) as seen:
            await seen.tap("q-one")
            await seen.tap_over("q-one-m11")
            await seen.tap("q-order-b-up")
            await seen.tap("q-score-4")
            await seen.tap("q-day-today")
            await seen.tap("main-action")
        said = session.cases.view(CASE_ID).state.last["answers"]
        assert (said["one"], said["order"], said["score"]) == ("m11", "b a c", "4")

    asyncio.run(play())


def test_one_of_forty_forms_is_found_by_initials_by_its_group_and_by_what_was_used_last(steward: Session) -> None:
    rows = [("空置房", "kongzhifang", f"空置房第{n}项") for n in range(20)]
    rows += [("门岗", "mengang", f"门岗第{n}项") for n in range(19)]
    for number, (group, spelled, title) in enumerate(rows):
        body: dict[str, Any] = {"settings": {"group": {"zh": group}, "posts": ["steward"] if number % 2 else []}}
        row = published_row(definition(f"f{number}", title, {"type": "text", "name": "a"}, **body))[1]
        put_rows(steward, row | {"initials": [f"{group[0]}x{number}x"], "group_pinyin": spelled})
    put_on_phone(steward, definition("desks", "前台的", {"type": "text", "name": "a"}, settings={"posts": ["desk"]}))

    async def play() -> None:
        async with screens(steward, PAGE) as seen:
            await fill(seen)
            await seen.tap("main-action")
        async with screens(steward, FORMS) as seen:
            assert "used-vacant_check" in seen.ids() and "前台的" not in seen.words()
            words = seen.words()
            assert words.index("空置房\n20") < words.index("门岗\n19"), words
            assert "form-vacant_check" in seen.ids(), "one that belongs to none stands there by itself"
            assert "form-f3" not in seen.ids(), "the groups are closed"
            await seen.tap("group-1")
            assert {"form-f20", "form-f38"} <= set(seen.ids()) and "form-f3" not in seen.ids()
            for typed, found in (("x7x", ["form-f7"]), ("门岗 18", ["form-f38"]), ("F12", ["form-f12"])):
                await seen.type("forms-find", typed)
                assert [id for id in seen.ids() if id.startswith("form-")] == found, typed
            await seen.tap("form-f12")
            assert seen.path.startswith("/form/")

    asyncio.run(play())


def test_where_no_form_is_published_the_list_says_how_they_come(tmp_path: Path) -> None:
    async def play() -> None:
        async with screens(Team(tmp_path)[STEWARD], FORMS) as seen:
            assert "办公室发布的表单会出现在这里" in seen.words()

    asyncio.run(play())


def test_a_case_that_is_not_here_says_so(steward: Session) -> None:
    async def play() -> None:
        async with screens(steward, path_of("00000000-0000-4000-8000-00000000dead")) as seen:
            assert "这份表单不在这台手机上" in seen.words()

    asyncio.run(play())
