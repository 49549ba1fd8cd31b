"""What a household's archive should hold and does not (S1)."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as some

from app.domain.rules import archive
from app.domain.rules.archive_gaps import EXPECTED, Archived, Filed, gaps

DAY = date(2026, 11, 29)
REGISTERED = Filed(frozenset((archive.CUSTOMER,)), "登记表", frozenset(("customer_file",)))
CALLED = Filed(frozenset((archive.EMERGENCY,)), "紧急联络表", frozenset(("emergency_contacts",)))
SCANNED = Filed(frozenset((archive.MOVE_IN,)), "入住合同", paper=True)


def home(*records: Filed, lives: bool = True, reached: bool = True, owes: bool = False) -> Archived:
    return Archived(DAY, lives, reached, owes, records)


def words(kept: Archived) -> list[str]:
    return [f"{one.number} {one.zh}" for one in gaps(kept)]


@pytest.mark.proves("S1")
def test_what_lacks_is_named_until_it_is_there() -> None:
    assert words(home()) == ["1 客户档案登记表", "4 入住资料", "7 客户紧急联络表"]
    assert words(home(REGISTERED, SCANNED)) == ["7 客户紧急联络表"]
    assert words(home(REGISTERED, CALLED, SCANNED)) == []
    assert words(home(lives=False)) == [], "nobody lives there: nobody to ask"
    assert "6 联系电话" in words(home(reached=False))
    assert words(home(REGISTERED, CALLED, SCANNED, owes=True)) == ["9 费用催收记录"]


def moved_in(**knows: str) -> Filed:
    forms = frozenset(("move_in_facts", "move_in_papers", "move_in_rooms"))
    return Filed(frozenset((archive.MOVE_IN,)), "入住", forms, "move_in", knows)


@pytest.mark.proves("S1")
def test_a_hand_over_that_ended_must_have_left_its_papers() -> None:
    assert words(home(CALLED, moved_in(handed="yes", lacking="缴费账户"))) == [
        "4 移交业主物品清单", "4 入住还差：缴费账户"
    ]  # fmt: skip
    assert words(home(CALLED, moved_in())) == [], "before the hand-over nothing is late"


@pytest.mark.proves("S1")
def test_a_decoration_leaves_a_receipt_and_a_final_inspection_and_what_is_not_signed_is_named() -> None:
    forms, classes = frozenset(("decoration_filing",)), frozenset((archive.DECORATION,))
    over = Filed(classes, "装修", forms, "decoration", {"until": "2026-11-28", "deposit": "yes"}, unsigned=True)
    assert words(home(REGISTERED, CALLED, SCANNED, over)) == ["2 装修押金收据", "3 装修（未签名）", "12 装修验收"]
    running = Filed(classes, "装修", forms, "decoration", {"until": "2026-11-29", "receipt": "0017", "deposit": "yes"})
    assert words(home(REGISTERED, CALLED, SCANNED, running)) == []


@given(
    some.lists(
        some.builds(
            Filed,
            some.frozensets(some.sampled_from(archive.NUMBERS)),
            some.just("x"),
            some.frozensets(some.sampled_from([form for one in EXPECTED for form in one.forms])),
            paper=some.booleans(),
        ),
        max_size=8,
    ),
    some.booleans(),
    some.booleans(),
)
def test_one_more_record_never_makes_more_lack(records: list[Filed], reached: bool, owes: bool) -> None:
    """Of records that say nothing of a chain: each is one thing more that is there."""
    before: set[str] | None = None
    for number in range(len(records) + 1):
        now = set(words(home(*records[:number], reached=reached, owes=owes)))
        assert before is None or now <= before
        before = now
    assert not gaps(Archived(DAY, False, reached, False, records))


@pytest.mark.proves("S1")
def test_a_scanned_paper_does_for_a_form_unless_it_was_destroyed() -> None:
    scan = Filed(frozenset((archive.EMERGENCY,)), "联络表（纸质）", paper=True)
    gone = Filed(frozenset((archive.EMERGENCY,)), "联络表（纸质）", paper=True, void=True)
    assert words(home(REGISTERED, SCANNED, scan)) == []
    assert words(home(REGISTERED, SCANNED, gone)) == ["7 客户紧急联络表"]
