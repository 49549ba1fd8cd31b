"""The pure parts of a ticket's forms: quantities, sums, what is still missing, corrections."""

from __future__ import annotations

from typing import Any

import pytest

from app.actions.models import PriceItem
from app.domain.subjects.kinds import check_body
from app.ui import ticket_words as words
from app.ui.subjects.ticket.corrections import CORRECTIONS, fen_of, plain_yuan
from app.ui.subjects.ticket.lines import plain, quantity, step_of, total_of, with_item
from app.ui.subjects.ticket.material import START, consequences_of, material_body, material_missing
from tests.support.book import BOSS, LI, on_site, priced

TAP = PriceItem("item-1", "S01", "更换水龙头", unit="个", price_fen=3_000)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("1", "1"),
        ("1.50", "1.5"),
        ("2。5", "2.5"),
        (" 3 ", "3"),
        ("0", None),
        ("-1", None),
        ("1e9", None),
        ("x", None),
        ("NaN", None),
    ],
)
def test_a_quantity_is_a_number_above_nought_however_it_was_typed(typed: str, kept: str | None) -> None:
    value = quantity(typed)
    assert (plain(value) if value is not None else None) == kept


def test_a6_picking_an_item_twice_makes_it_two_and_the_sum_follows() -> None:
    lines = with_item(with_item([], TAP), TAP)
    assert [(line["item_id"], line["qty"]) for line in lines] == [("item-1", "2")]
    assert total_of(lines) == 6_000
    assert total_of([{**lines[0], "qty": "1.5"}]) == 4_500
    assert str(step_of("米")) == "0.5" and str(step_of("个")) == "1"


def test_a4_a_price_begins_with_what_was_found() -> None:
    book = on_site()
    item = {"item_id": "item-1", "name": "更换水龙头", "unit": "个", "qty": "2", "price_fen": 3_000}
    book.add(LI, "found", listed=True, items=[item])
    assert words.lines_to_price(book.ticket) == [item]


def test_a2_a_price_of_what_is_not_listed_begins_with_the_supervisors_judgement() -> None:
    book = on_site()
    book.add(LI, "found", listed=False, description="墙内暗管漏水")
    book.add(BOSS, "judged", feasible=True, price_fen=50_000, work="开墙更换暗管")
    (line,) = words.lines_to_price(book.ticket)
    assert (line["name"], line["qty"], line["price_fen"], line["item_id"]) == ("开墙更换暗管", "1", 50_000, None)


def test_a4_a_new_price_begins_with_the_one_shown_before() -> None:
    assert [line["price_fen"] for line in words.lines_to_price(priced(8_000).ticket)] == [8_000]


def material(**more: Any) -> dict[str, Any]:
    return {**START, "name": "角阀", "verdict": "fail", **more}


def test_a5_a_failing_material_asks_for_words_warning_and_choice_one_after_the_other() -> None:
    steps: list[tuple[dict[str, Any], str | None]] = [
        ({"name": ""}, "先选是什么材料"),
        ({"verdict": ""}, "请选验证结果"),
        ({}, "请写明哪里有问题"),
        ({"remarks": "有裂纹"}, "请先把后果告诉住户"),
        ({"remarks": "有裂纹", "warned": True}, "请选住户的决定"),
        ({"remarks": "有裂纹", "warned": True, "choice": "use_anyway"}, None),
    ]
    for values, wanted in steps:
        assert material_missing(material(**values)) == wanted


def test_a5_a_complete_check_is_an_entry_the_domain_takes() -> None:
    failing = material(remarks="有裂纹", warned=True, choice="replace")
    body = {name: value for name, value in material_body(failing).items() if value not in (None, "")}
    check_body("material_checked", body)
    assert "角阀" in body["consequences"] == consequences_of(failing)


def test_a5_a_material_that_passes_carries_no_warning_and_no_choice() -> None:
    body = material_body(material(verdict="pass", warned=True, choice="stop"))
    assert not body.keys() & {"warned", "choice", "consequences"}


BODIES: list[tuple[str, dict[str, Any]]] = [
    (
        "found",
        {
            "listed": True,
            "items": [{"item_id": "i", "name": "角阀", "unit": "个", "qty": "2", "price_fen": 2_500}],
            "description": "锈死",
        },
    ),
    ("found", {"listed": False, "description": "暗管漏水"}),
    (
        "material_checked",
        {
            "name": "角阀",
            "verdict": "poor",
            "remarks": "太薄",
            "warned": True,
            "consequences": "易坏",
            "choice": "use_anyway",
            "brand": "x",
        },
    ),
    ("tried", {"ok": True, "how": "inspected", "remarks": "家属查看"}),
    ("tried", {"ok": False, "how": "tried", "remarks": "还在漏"}),
    ("finished", {"result": "已换灯泡", "tidied": False}),
    ("judged", {"feasible": True, "price_fen": 50_050, "work": "开墙"}),
    ("judged", {"feasible": False, "reason": "承重墙"}),
    ("ticket_opened", {"content": "漏水", "contact_name": "张伟", "contact_phone": "1"}),
]


NO_SESSION: Any = None
"""None of these asks the price list."""


@pytest.mark.parametrize(("kind", "body"), BODIES, ids=[kind for kind, _ in BODIES])
def test_a_correction_that_changes_nothing_says_the_same(kind: str, body: dict[str, Any]) -> None:
    correction = CORRECTIONS[kind](kind, "ticket")
    said = {**body, **correction.body(correction.form(body), NO_SESSION)}
    assert {name: value for name, value in said.items() if value not in (None, "")} == body


def test_typed_yuan_are_fen() -> None:
    assert [fen_of(text) for text in ("80", "80.5", "0", "x", "")] == [8_000, 8_050, 0, None, None]
    assert (plain_yuan(8_050), plain_yuan(8_000)) == ("80.5", "80")
