"""What a resident signs stands on the page, whatever the ticket or the visit holds (A.4-A.7, E)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any, Final

import pytest
from hypothesis import given
from hypothesis import strategies as some

from app.domain.subjects.signing import facts_to_sign
from app.domain.subjects.ticket.facts import DECLINE, REPAIR_DONE
from app.domain.subjects.ticket.kinds import CHOICES, VERDICTS
from app.domain.subjects.visit import VISIT_RECORD
from app.domain.writing.money import fee_line
from app.ui.shown import lines_to_sign, shown_lines
from app.ui.texts import full_day, t_in, yuan
from tests.support.book import BOSS, LI, Book, lines, on_site, priced, to_sign, working

DAY: Final = "2026-11-21"
WORDS = some.text("漏水管阀门 abc😀𠮷䶮㛃\n。", min_size=1, max_size=30).filter(str.strip)
MAYBE = some.one_of(some.none(), WORDS)
FEN = some.integers(0, 10_000_000)
QTY = some.sampled_from(["1", "2", "0.5", "1.25", "12"])
FEE = some.builds(lambda name, qty, fen, unit: fee_line(name, qty, fen, unit or "", "item-1"), WORDS, QTY, FEN, MAYBE)
ITEM = FEE.map(lambda line: {name: value for name, value in line.items() if name != "amount_fen"})
MATERIAL = some.fixed_dictionaries(
    {"name": WORDS, "verdict": some.sampled_from(VERDICTS)},
    optional={
        "brand": WORDS,
        "qty": WORDS,
        "remarks": WORDS,
        "warned": some.booleans(),
        "consequences": WORDS,
        "choice": some.sampled_from(CHOICES),
    },
)
FOUND = some.one_of(
    some.none(),
    some.fixed_dictionaries({"listed": some.just(False), "description": WORDS}),
    some.fixed_dictionaries({"listed": some.just(True), "items": some.lists(ITEM, min_size=1, max_size=3)}),
)
ASKED = {"ticket_id": some.uuids().map(str), "address": WORDS, "contact": MAYBE, "reported": WORDS, "found": FOUND}
REPAIR = some.fixed_dictionaries(
    {
        **ASKED,
        "materials": some.lists(MATERIAL, max_size=3),
        "lines": some.lists(FEE, max_size=3),
        "total_fen": FEN,
        "fee_remarks": MAYBE,
        "tried": some.one_of(
            some.none(),
            some.fixed_dictionaries(
                {"ok": some.booleans(), "how": some.sampled_from(["tried", "inspected"])}, optional={"remarks": WORDS}
            ),
        ),
    }
)
PRICED = some.fixed_dictionaries({"lines": some.lists(FEE, min_size=1, max_size=3), "total_fen": FEN})
DECLINED = some.fixed_dictionaries(
    {**ASKED, "priced": some.one_of(some.none(), PRICED), "reason": MAYBE, "declined_by": MAYBE}
)
VISIT = some.fixed_dictionaries(
    {
        "visit_id": some.uuids().map(str),
        "household_id": some.uuids().map(str),
        "address": WORDS,
        "met_name": MAYBE,
        "said": MAYBE,
        "promises": some.lists(
            some.fixed_dictionaries({"what": WORDS, "until": some.dates().map(date.isoformat)}), max_size=3
        ),
        "tickets": some.lists(some.uuids().map(str), max_size=3),
    }
)

UNSAID: Final = {"item_id", "household_id", "listed"}
"""Numbers of rows that words beside them name: the item's name, the address."""


def told(facts: Mapping[str, Any], zh: Mapping[str, Any]) -> Iterator[str]:
    """Every fact as the page must say it."""
    for name, value in facts.items():
        if name in UNSAID or value is None:
            continue
        if isinstance(value, Mapping):
            yield from told(value, zh)
        elif isinstance(value, list):
            for part in value:
                yield from told(part, zh) if isinstance(part, Mapping) else ["新登记工单"]
        elif name in ("ticket_id", "visit_id"):
            continue  # bound to the signature, and no words to a resident
        elif name.endswith("_fen"):
            yield yuan(value)
        elif name == "until":
            yield full_day(date.fromisoformat(value))
        elif name in zh:
            yield zh[name](value, facts)
        else:
            yield str(value)


def _warned(value: bool, facts: Mapping[str, Any]) -> str:
    return t_in("zh-CN", "shown.warned_plain")[:3] if value or facts.get("consequences") else ""


CODES: Final = {
    "verdict": lambda v, _: t_in("zh-CN", f"ticket.verdict.{v}"),
    "choice": lambda v, _: t_in("zh-CN", f"ticket.choice.{v}"),
    "warned": _warned,
    "ok": lambda v, _: "" if v else t_in("zh-CN", "shown.tried_bad"),
    "how": lambda v, facts: (
        t_in("zh-CN", "shown.inspected" if v == "inspected" else "shown.tried") if facts["ok"] else ""
    ),
}


def assert_all_told(facts: Mapping[str, Any], purpose: str) -> None:
    page = "\n".join(shown_lines(facts, purpose, DAY))
    missing = [fact for fact in told(facts, CODES) if fact not in page]
    assert not missing, f"{missing} is signed and not shown in:\n{page}"
    assert full_day(date.fromisoformat(DAY)) in page


@given(REPAIR)
def test_a7_every_signed_fact_of_a_repair_is_on_the_page(facts: dict[str, Any]) -> None:
    assert_all_told(facts, REPAIR_DONE)


@given(DECLINED)
def test_a4_every_signed_fact_of_a_refusal_is_on_the_page(facts: dict[str, Any]) -> None:
    assert_all_told(facts, DECLINE)


@given(VISIT)
def test_e_every_signed_fact_of_a_visit_is_on_the_page(facts: dict[str, Any]) -> None:
    assert_all_told(facts, VISIT_RECORD)


def _with_material() -> Book:
    book = priced()
    book.wait(1).add(LI, "consent", agreed=True, name="张伟", capacity="self")
    told_and_chosen = {"warned": True, "consequences": "可能再漏", "choice": "use_anyway"}
    book.add(LI, "material_checked", name="角阀", verdict="fail", remarks="螺纹磨损", **told_and_chosen)
    book.add(LI, "work_started", own_materials=True)
    book.add(LI, "fees_written", **lines(7_500), remarks="旧件已交住户")
    book.add(LI, "tried", ok=True, how="inspected", remarks="住户不在家，家属查看")
    return book


@pytest.mark.parametrize(
    "book", [to_sign(), working(), on_site(), _with_material()], ids=["listed", "working", "on_site", "material"]
)
def test_a7_what_the_fold_gives_to_sign_is_all_on_the_page(book: Book) -> None:
    assert_all_told(facts_to_sign(book.ticket, REPAIR_DONE), REPAIR_DONE)


def test_a4_a_refusal_says_who_why_and_what_price_was_shown() -> None:
    book = priced(12_000)
    book.add(LI, "consent", agreed=False, name="张伟", capacity="self", reason="价格太高")
    page = shown_lines(facts_to_sign(book.ticket, DECLINE), DECLINE, DAY)
    assert "张伟决定暂不维修" in page and "原因：价格太高" in page and "报价：¥120" in page


def test_a5_the_warning_stands_in_plain_words_with_the_residents_choice() -> None:
    page = lines_to_sign(facts_to_sign(_with_material().ticket, REPAIR_DONE), REPAIR_DONE, DAY)
    assert [line.text for line in page if line.role == "warning"] == [
        "住户自带材料：角阀　不合格",
        "材料说明：螺纹磨损",
        "已告知后果：可能再漏",
        "住户决定：坚持使用",
    ]


def test_e_a_ticket_raised_at_the_door_is_told_by_its_words() -> None:
    facts = {"visit_id": "v", "address": "3栋2单元1501", "tickets": ["t-1"]}
    assert "新登记工单：楼道灯不亮" in shown_lines(facts, VISIT_RECORD, DAY, {"t-1": "楼道灯不亮"})


def test_what_is_signed_does_not_depend_on_who_judged() -> None:
    book = on_site()
    book.add(LI, "found", listed=False, description="墙内暗管漏水")
    book.add(BOSS, "judged", feasible=True, price_fen=50_000, work="开墙更换暗管")
    assert_all_told(facts_to_sign(book.ticket, REPAIR_DONE), REPAIR_DONE)


def test_a_resident_reads_no_ids_and_nothing_twice() -> None:
    """B19: no 记录 34eae78da5c9 on the page, and an item found and charged alike is told once."""
    book = to_sign()
    page = shown_lines(facts_to_sign(book.ticket, REPAIR_DONE), REPAIR_DONE, DAY)
    assert not any(book.subject_id[-12:] in line for line in page)
    assert sum("更换水龙头" in line for line in page) == 1
    visit = {"visit_id": book.subject_id, "address": "3栋2单元1501", "tickets": [book.subject_id]}
    assert not any(book.subject_id[-12:] in line for line in shown_lines(visit, VISIT_RECORD, DAY))
