"""The rules of a door-to-door visit (E)."""

from __future__ import annotations

from typing import Any

import pytest

from app.domain.rules import state as st
from app.domain.subjects import kinds
from app.domain.subjects.fold import why_not
from app.domain.wire.errors import Problem
from tests.support.book import STEWARD, visited


def test_e_a_visit_with_somebody_waits_for_the_signature() -> None:
    book = visited()
    assert book.visit.stage == "to_sign"
    book.sign(STEWARD, "visit")
    assert book.visit.stage == "signed"


def test_e_nobody_met_needs_the_reason_and_no_signature() -> None:
    with pytest.raises(Problem, match="field_missing"):
        kinds.check_body("visited", dict(visited().entries[0].body) | {"met": False})
    book = visited(met=False, met_name=None, not_met="nobody_home", said=None, promises=[])
    kinds.check_body("visited", book.entries[0].body)
    assert book.visit.stage == "not_met"


def test_e_who_was_met_is_named() -> None:
    with pytest.raises(Problem, match="field_missing"):
        kinds.check_body("visited", dict(visited().entries[0].body) | {"met_name": ""})


def test_e_somebody_met_who_will_not_sign_is_written_down_with_the_reason() -> None:
    assert visited(unsigned_reason="老人手不方便").visit.stage == "unsigned"


@pytest.mark.parametrize("occasion", ["monthly", "move_in", "festival"])
def test_e_a_visit_says_what_it_is_for(occasion: str) -> None:
    kinds.check_body("visited", dict(visited().entries[0].body) | {"occasion": occasion})
    with pytest.raises(Problem, match="field_wrong"):
        kinds.check_body("visited", dict(visited().entries[0].body) | {"occasion": "?"})


def test_e_a_promise_says_until_when_and_stays_open_until_settled() -> None:
    with pytest.raises(Problem, match="field_wrong"):
        kinds.check_body("visited", dict(visited().entries[0].body) | {"promises": [{"what": "换灯", "until": "下周"}]})
    book = visited()
    assert [i for i, _ in book.visit.open_promises] == [0]
    book.add(STEWARD, "promise_settled", index=0, outcome="已换")
    assert book.visit.open_promises == []
    again = book.make(STEWARD, "promise_settled", index=0, outcome="?")
    assert why_not("visit", book.entries, again) == "already_over"


def test_e_a_corrected_visit_is_signed_again() -> None:
    book = visited()
    book.sign(STEWARD, "visit")
    body = dict(book.entries[0].body) | {"said": "楼道灯不亮，门禁失灵"}
    book.add(STEWARD, "amended", target_id=book.entries[0].id, body=body, reason="漏记")
    assert (book.visit.stage, book.visit.signature) == ("changed", st.CHANGED)
    book.sign(STEWARD, "visit")
    assert book.visit.stage == "signed"


@pytest.mark.parametrize(
    ("kind", "said", "meant"),
    [
        ("gift_handed", {"gift": "月饼一盒", "festival": "中秋"}, {"gift": "月饼两盒", "festival": "中秋"}),
        (
            "newcomer_welcomed",
            {"flowers": True, "letter": True, "helped": False},
            {"flowers": False, "letter": True, "helped": False},
        ),
    ],
)
def test_e_a_gift_or_a_welcome_that_was_written_wrongly_is_corrected_and_signed_again(
    kind: str, said: dict[str, Any], meant: dict[str, Any]
) -> None:
    book = visited()
    book.add(STEWARD, kind, **said)
    book.sign(STEWARD, "visit")
    assert book.visit.stage == "signed"
    book.add(STEWARD, "amended", target_id=book.entries[1].id, body=meant, reason="写错了")
    assert (book.visit.stage, book.visit.signature) == ("changed", st.CHANGED)
    assert dict(book.visit.gift or book.visit.welcome or {}) == meant
    book.sign(STEWARD, "visit")
    assert book.visit.stage == "signed"
