"""Each type of question on the filling page: what is tapped, what is kept, what is told beside it (F)."""

from __future__ import annotations

import asyncio
import base64
import io
from collections.abc import Awaitable, Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any, Final

import flet as ft
import pytest
from PIL import Image

from app.actions import Session
from app.domain.forms.definition import PICTURE
from app.domain.wire.canonical import canonical, sha256_hex
from app.ui import theme
from app.ui.kit.choose import beside
from app.ui.subjects.case import questions
from app.ui.subjects.case.fill import START, hold_photo
from app.ui.subjects.case.paths import draft_key, fill_path, path_of
from tests.actions.phones import STEWARD, phone_of, uid
from tests.support.definitions import ask, definition
from tests.support.forms import YES_NO, put_on_phone
from tests.support.pictures import picture
from tests.support.screens import Seen, screens

CASE_ID: Final = "00000000-0000-4000-8000-0000000000f1"
KEY: Final = draft_key(CASE_ID)
STEPS: Final = {"start": "0", "end": "60", "step": "5"}


def play(folder: Path, act: Callable[[Seen], Awaitable[None]], *asked: dict[str, Any], **more: Any) -> dict[str, Any]:
    """Open a form of these questions, act on its page, save, and return the answers."""
    form = definition("types", "题型", *asked, **more)
    session: Session = phone_of(folder, STEWARD)
    put_on_phone(session, form)

    async def run() -> None:
        async with screens(session, fill_path(sha256_hex(form), CASE_ID)) as seen:
            await act(seen)
            await seen.tap("main-action")

    asyncio.run(run())
    return dict(session.cases.view(CASE_ID).state.last["answers"])


def field(seen: Seen, id: str) -> bool:
    return any(isinstance(one, ft.TextField) for one in seen.below(id))


def test_two_answers_are_the_two_halves_of_the_page_and_big(tmp_path: Path) -> None:
    """A shaking hand in a wet glove hits them: 56 px high, and nothing beside them."""

    async def act(seen: Seen) -> None:
        halves = [one for one in seen.controls() if isinstance(one, ft.Semantics) and one.identifier in
                  ("q-ok-yes", "q-ok-no")]  # fmt: skip
        assert len(halves) == 2 and all(half.expand for half in halves)
        heights = [c.height for half in halves for c in seen.below(str(half.identifier))
                   if isinstance(c, ft.Container) and c.height]  # fmt: skip
        assert heights and min(heights) >= theme.TOUCH_MAIN
        await seen.tap("q-ok-no")
        await seen.tap("q-ok-no")
        assert "去填：好吗" in seen.words(), "a second tap takes it back"
        await seen.tap("q-ok-yes")

    said = play(tmp_path, act, ask("select_one", "ok", "好吗", list="yn", required="true()"), choices={"yn": YES_NO})
    assert said == {"ok": "yes"}


@pytest.mark.parametrize(
    ("words", "scale", "several", "expected"),
    [
        (("是", "否"), 1.0, False, 2), (("是", "否"), 2.0, False, 2), (("合格", "不合格", "没有"), 1.0, False, 3),
        (("一", "二", "三", "四"), 1.0, False, 4), (("1", "2", "3", "4", "5"), 2.0, False, 5),
        (("不影响正常使用", "影响"), 2.0, False, 1), (("厨房", "卧室", "阳台", "客厅"), 1.0, True, 2),
        (("Yes", "No"), 2.0, False, 2), (("Everything is fine", "Not so"), 1.0, False, 1), (("是",), 1.0, False, 1),
    ],
)  # fmt: skip
def test_as_many_stand_beside_one_another_as_fit_a_narrow_phone(
    words: tuple[str, ...], scale: float, several: bool, expected: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(theme, "look_of", lambda _: SimpleNamespace(scale=scale))
    monkeypatch.setattr(ft.context.__class__, "page", property(lambda _: None), raising=False)
    assert beside(words, several=several) == expected


def test_a_photo_is_taken_seen_taken_again_and_put_away(tmp_path: Path) -> None:
    async def act(seen: Seen) -> None:
        await seen.tap("q-p")
        assert seen.path == path_of(CASE_ID, f"photo/{CASE_ID}"), "the question leads to the camera"
        await hold_photo(seen.ui, KEY, CASE_ID, picture(64, 48), "record")
        seen.ui.back()
        await seen.rest()
        assert "q-p-away" in seen.ids() and any(isinstance(c, ft.Image) for c in seen.below("q-p-part"))
        await seen.tap("q-p-away")
        assert "去填：照片" in seen.words()
        await seen.tap("q-p")
        await hold_photo(seen.ui, KEY, CASE_ID, picture(64, 48, seed=1), "record")
        seen.ui.back()
        await seen.rest()

    said = play(tmp_path, act, ask("image", "p", "照片", required="true()"))
    assert said == {"p": sha256_hex(picture(64, 48, seed=1).data)}


def test_a_photo_that_is_gone_is_asked_for_again_and_a_correction_shows_the_one_that_was_sent(tmp_path: Path) -> None:
    form = definition("p", "图", ask("image", "p", "照片", required="true()"))
    session, page = phone_of(tmp_path, STEWARD), fill_path(sha256_hex(form), CASE_ID)
    put_on_phone(session, form)

    async def run() -> None:
        async with screens(session, page) as seen:
            await take(seen, picture(64, 48))
            assert "去填" not in seen.words()
        session.photos.drop(str((session.draft(KEY) or {})["_once"]))
        async with screens(session, page) as seen:
            assert "去填：照片" in seen.words(), "nobody else has it"
            await take(seen, picture(64, 48, seed=1))
            await seen.tap("main-action")
        (step,) = [one for one in session.cases.view(CASE_ID).steps if one.kind == "form_filled"]
        async with screens(session, path_of(CASE_ID, f"amend/{step.entry.id}")) as seen:
            assert any(isinstance(c, ft.Image) for c in seen.below("q-p-part"))

    asyncio.run(run())


async def take(seen: Seen, shot: Any) -> None:
    """Answer the photo question as the camera does."""
    await seen.tap("q-p")
    await hold_photo(seen.ui, KEY, CASE_ID, shot, "record")
    seen.ui.back()
    await seen.rest()


def test_the_tag_of_another_door_is_refused_by_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    heard: list[Any] = []

    def scanner(on_code: Any) -> Callable[[], None]:
        heard.append(on_code)
        return lambda: None

    monkeypatch.setattr(questions, "use_scanner", scanner)
    form = definition("t", "表", ask("barcode", "tag", "标签", required="true()"))
    session = phone_of(tmp_path, STEWARD)
    put_on_phone(session, form)
    there = {"T-1501": "3栋2单元1501", "T-1502": "3栋2单元1502"}
    monkeypatch.setattr(session, "bearers", lambda code: [SimpleNamespace(address=there[code])])
    session.save_draft(KEY, {**START, "_once": "o", "form": sha256_hex(form), "household": uid("home", "3栋2单元1501"),
                             "fixed": "3栋2单元1501", "nowhere": False})  # fmt: skip

    async def run() -> None:
        async with screens(session, fill_path(sha256_hex(form), CASE_ID)) as seen:
            await seen.event(lambda _: heard[-1]("T-1502"), None)
            assert "3栋2单元1502" in seen.words() and "去填：标签" in seen.words()
            await seen.event(lambda _: heard[-1]("T-1501"), None)
            assert "3栋2单元1502" not in seen.words() and "去填" not in seen.words()

    asyncio.run(run())


def test_a_code_is_scanned_or_typed(tmp_path: Path) -> None:
    async def act(seen: Seen) -> None:
        assert "q-tag-scan" in seen.ids()
        await seen.type("q-tag", "T-0001")

    assert play(tmp_path, act, ask("barcode", "tag", "标签")) == {"tag": "T-0001"}


def test_where_one_is_is_written_down_by_one_tap(tmp_path: Path) -> None:
    found: list[Any] = [None, SimpleNamespace(latitude=22.5431, longitude=114.0579, accuracy_m=8)]

    async def find() -> Any:
        return found.pop(0)

    async def act(seen: Seen) -> None:
        seen.ui.hardware = SimpleNamespace(location=SimpleNamespace(find=find))  # type: ignore[assignment]
        await seen.tap("q-at")
        assert "没有定到位" in seen.words(), "said, and nothing is kept"
        await seen.tap("q-at")
        assert "22.5431" in seen.words()

    assert play(tmp_path, act, ask("geopoint", "at", "位置")) == {"at": "22.5431 114.0579 0 8"}


def test_who_signs_is_told_and_nothing_has_to_be_tapped(tmp_path: Path) -> None:
    async def act(seen: Seen) -> None:
        assert "住户" in seen.words() and "保存，请人签名" in seen.words()
        assert not {"q-sign", "pad"} & set(seen.ids()), "people sign once it is saved, on the same facts"
        await seen.tap("q-a-yes")

    said = play(
        tmp_path, act, ask("select_one", "a", "好吗", list="yn"),
        ask("acknowledge", "sign", "签名", signer="resident"), choices={"yn": YES_NO},
    )  # fmt: skip
    assert said == {"a": "yes", "sign": "OK"}


def test_a_long_range_goes_by_steps_and_stops_at_its_ends(tmp_path: Path) -> None:
    async def act(seen: Seen) -> None:
        await seen.tap("q-m-less")
        assert "0" in seen.words().split()
        for _ in range(3):
            await seen.tap("q-m-more")

    assert play(tmp_path, act, ask("range", "m", "分", parameters=STEPS)) == {"m": "15"}


def test_a_rank_that_is_right_already_takes_one_tap(tmp_path: Path) -> None:
    async def act(seen: Seen) -> None:
        await seen.tap("q-r-fine")
        await seen.tap("q-r-c-up")

    three = (("a", "甲"), ("b", "乙"), ("c", "丙"))
    assert play(tmp_path, act, ask("rank", "r", "排", list="l"), choices={"l": three}) == {"r": "a c b"}


def test_a_long_list_is_searched_and_another_answer_asks_which(tmp_path: Path) -> None:
    many = (*((f"m{n}", f"第{n}楼") for n in range(1, 40)), ("other", "其他"))

    async def act(seen: Seen) -> None:
        await seen.tap("q-one")
        await search(seen, "q-one-find", "第17")
        assert "第17楼" in seen.told() and "第18楼" not in seen.told()
        await seen.tap_over("q-one-m17")
        assert "第17楼" in seen.words() and "q-one_other" not in seen.ids()
        await seen.tap("q-one")
        await search(seen, "q-one-find", "其他")
        await seen.tap_over("q-one-other")
        await seen.type("q-one_other", "地下车库")

    said = play(
        tmp_path, act, ask("select_one", "one", "哪栋", list="many"),
        ask("text", "one_other", "请说明", relevant="${one} = 'other'", required="true()"), choices={"many": many},
    )  # fmt: skip
    assert said == {"one": "other", "one_other": "地下车库"}


async def search(seen: Seen, id: str, text: str) -> None:
    """Type into the search of a sheet."""
    await seen.rest()
    boxes = [c for c in seen.controls(everywhere=True) if isinstance(c, ft.TextField)]
    box = boxes[-1]
    await seen.event(box.on_change, SimpleNamespace(value=text), data=text)


def test_choices_are_pictures_where_the_form_has_some(tmp_path: Path) -> None:
    out = io.BytesIO()
    Image.new("RGB", (60, 40), "red").save(out, "JPEG")
    rows = [{"name": name, "label": {"zh": name}, PICTURE: base64.b64encode(out.getvalue()).decode()} for name in "ab"]
    rows.append({"name": "c", "label": {"zh": "c"}, PICTURE: "no picture"})
    form = definition("p", "图", ask("select_one", "leak", "像哪张", list="l"), choices={"l": ()})
    body = form.replace(b'"l":[]', b'"l":' + canonical(rows))
    session = phone_of(tmp_path, STEWARD)
    put_on_phone(session, body)

    async def run() -> None:
        async with screens(session, fill_path(sha256_hex(body), CASE_ID)) as seen:
            assert sum(isinstance(c, ft.Image) for c in seen.below("q-leak-part")) == 2, "a broken one shows its words"
            await seen.tap("q-leak-b")
            await seen.tap("main-action")

    asyncio.run(run())
    assert session.cases.view(CASE_ID).state.last["answers"] == {"leak": "b"}


def test_what_may_not_be_changed_is_read_and_what_does_not_fit_is_told_beside_it(tmp_path: Path) -> None:
    async def act(seen: Seen) -> None:
        assert "100" in seen.words() and not field(seen, "q-last")
        await seen.type("q-now", "90")
        part = "\n".join(getattr(c, "value", "") or "" for c in seen.below("q-now-part") if isinstance(c, ft.Text))
        assert "不能小于上期" in part, "beside the question, not at the end of the page"
        assert "去填：本期读数" in seen.words(), "the button leads there"
        await seen.type("q-now", "１２０")
        assert "不能小于上期" not in seen.words()

    said = play(
        tmp_path, act, ask("integer", "last", "上期读数", readonly="true()", default="100"),
        ask("integer", "now", "本期读数", constraint=". >= ${last}", constraint_message={"zh": "不能小于上期"},
            required="true()"),
    )  # fmt: skip
    assert said == {"last": "100", "now": "120"}


def test_rows_are_added_and_numbered_and_their_groups_lie_on_the_same_sheet(tmp_path: Path) -> None:
    async def act(seen: Seen) -> None:
        for _ in range(2):
            await seen.tap("add-d")
        assert {"row-d-1", "row-d-2"} <= set(seen.ids())
        inner = [c for c in seen.below("row-d-1") if isinstance(c, ft.Container) and c.bgcolor == theme.PAPER
                 and c.padding == 18]  # fmt: skip
        assert len(inner) == 1, "one sheet, no card within a card"
        rows = [id for id in seen.ids() if id.startswith("q-d-") and id.endswith("-what")]
        await seen.type(rows[0], "裂缝")
        await seen.type(rows[1], "渗水")
        await seen.tap("remove-d-1")
        await seen.tap_over("question-yes")

    said = play(
        tmp_path, act,
        {**ask("repeat", "d", "问题"), "questions": [
            {**ask("group", "g", "哪里"), "questions": [ask("text", "what", "什么")]}]},
    )  # fmt: skip
    assert [row["g"] for row in said["d"]] == [{"what": "渗水"}]
