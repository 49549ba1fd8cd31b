"""Cases 表单记录: which form fits after which, who signs what, what corrections and findings of the server change."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from app.domain.subjects.case.changes import Change, changes
from app.domain.subjects.case.kinds import CASE
from app.domain.subjects.case.state import CaseState
from app.domain.subjects.fold import fold
from app.domain.subjects.kinds import check_body
from app.domain.subjects.signing import facts_to_sign, make_content, signature_body
from app.domain.wire.canonical import canonical_hash
from app.domain.wire.entries import Entry
from app.domain.wire.errors import Problem

_ID = "00000000-0000-4000-8000-0000000000ca"


def filled(**said: Any) -> dict[str, Any]:
    """The body of a form that was filled in."""
    return {
        "form": "a" * 64, "form_id": "mail", "version": "1", "title": "邮件", "facts": {"started": 1_800_000_000_000},
        "answers": {"what": "挂号信"}, "shown": [{"path": "what", "label": "什么", "text": "挂号信"}], **said,
    }  # fmt: skip


class Life:
    """Entries of one case, one after the other."""

    def __init__(self) -> None:
        self.entries: list[Entry] = []

    def add(self, kind: str, body: dict[str, Any], author: str = "li") -> Entry:
        number = len(self.entries) + 1
        id_, made_at = f"00000000-0000-4000-8000-{number:012}", 1_800_000_000_000 + number
        entry = Entry(id_, kind, CASE, _ID, body, author, "d", number, made_at)
        self.entries.append(entry)
        return entry

    def sign(self, signer: str) -> Entry:
        content = make_content(CASE, facts_to_sign(self.state, CASE), ["邮件"], "2026-11-28")
        body = signature_body(
            purpose=CASE, signer=signer, name="张伟", capacity="self", content=content, strokes=b"ink"
        )
        return self.add("signed", body)

    @property
    def state(self) -> CaseState:
        state = fold(CASE, self.entries)
        assert isinstance(state, CaseState)
        return state

    @property
    def reasons(self) -> list[str]:
        return [flag.reason for flag in self.state.flags]


def test_one_form_alone_is_a_case_of_one_step_that_a_supervisor_reviews() -> None:
    life = Life()
    form = life.add("form_filled", filled())
    assert life.state.stage == "done"
    life.add("form_reviewed", {"filled_id": form.id, "opinion": "同意"})
    assert (life.state.stage, life.reasons) == ("reviewed", [])


def test_the_same_form_twice_in_one_case_is_kept_and_flagged() -> None:
    life = Life()
    life.add("form_filled", filled())
    life.add("form_filled", filled())
    assert life.reasons == ["opened_twice"]
    assert len(life.state.filled) == 1


def test_a_chain_goes_on_to_its_last_step() -> None:
    """L: received, told, collected."""
    life = Life()
    life.add("form_filled", filled(case="mail", step="received"))
    assert life.state.stage == "open"
    life.add("form_filled", filled(case="mail", step="told", after=["received"]))
    life.add("form_filled", filled(case="mail", step="collected", after=["told"], ends=True))
    assert (life.state.stage, life.reasons) == ("done", [])


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        ({"case": "mail", "step": "collected", "after": ["told"]}, "out_of_order"),
        ({"case": "mail", "step": "received"}, "opened_twice"),
        ({"case": "goods", "step": "out"}, "opened_twice"),
        ({}, "opened_twice"),
    ],
)
def test_what_does_not_follow_is_kept_and_flagged(said: dict[str, Any], reason: str) -> None:
    life = Life()
    life.add("form_filled", filled(case="mail", step="received"))
    life.add("form_filled", filled(**said))
    assert life.reasons == [reason]


def test_a_step_that_may_follow_itself_is_repeated() -> None:
    """K.4: inspections twice a week."""
    life = Life()
    life.add("form_filled", filled(case="work", step="filed"))
    for _ in range(3):
        life.add("form_filled", filled(case="work", step="inspected", after=["filed", "inspected"]))
    assert (life.reasons, len(life.state.filled)) == ([], 4)


def test_each_signer_signs_and_a_correction_asks_all_of_them_again() -> None:
    """K.5: owner and neighbour sign the same facts; what is changed afterwards they sign anew."""
    life = Life()
    form = life.add("form_filled", filled(signers=["resident", "neighbour"]))
    assert life.state.to_sign == ((form.id, "resident"), (form.id, "neighbour"))
    life.sign("resident")
    life.sign("neighbour")
    assert (life.state.stage, life.state.signature) == ("done", "intact")
    shown = [{"path": "what", "label": "什么", "text": "包裹"}]
    life.add(
        "amended",
        {"target_id": form.id, "reason": "看错", "body": filled(
            signers=["resident", "neighbour"], answers={"what": "包裹"}, shown=shown)},
    )  # fmt: skip
    state = life.state
    assert (state.stage, state.signature, len(state.to_sign), life.reasons) == ("to_sign", "changed", 2, [])
    assert changes(form.body, state.filled[0].body) == [Change("what", "什么", "挂号信", "包裹")]


def test_a_signature_under_something_else_is_flagged() -> None:
    life = Life()
    life.add("form_filled", filled(signers=["resident"]))
    signed = life.sign("resident")
    said = signed.body["content"] | {"facts": signed.body["content"]["facts"] | {"answers": {"what": "空的"}}}
    life.entries[-1] = replace(signed, body={**signed.body, "content": said})
    assert (life.reasons, life.state.stage) == (["signed_other"], "to_sign")


def test_a_reason_why_nobody_signs_stands_for_the_signature() -> None:
    life = Life()
    life.add("form_filled", filled(signers=["resident"], unsigned_reason="不在家"))
    assert life.state.stage == "done"


def test_a_correction_asks_for_a_new_opinion() -> None:
    life = Life()
    form = life.add("form_filled", filled())
    life.add("form_reviewed", {"filled_id": form.id, "opinion": "同意"})
    life.add("amended", {"target_id": form.id, "reason": "漏了", "body": filled(answers={"what": "两封"})})
    assert (life.state.stage, life.reasons) == ("done", [])


def test_what_the_server_finds_is_flagged_until_the_answers_are_corrected() -> None:
    life = Life()
    form = life.add("form_filled", filled())
    checked = {"filled_id": form.id, "answers_hash": canonical_hash(form.body["answers"]), "found": "differs"}
    life.add("form_checked", checked, "system")
    assert life.reasons == ["form_differs"]
    life.add("amended", {"target_id": form.id, "reason": "改正", "body": filled(answers={"what": "两封"})})
    assert life.reasons == []


def test_a_form_that_could_not_be_checked_is_flagged_until_it_was() -> None:
    life = Life()
    form = life.add("form_filled", filled())
    checked = {"filled_id": form.id, "answers_hash": canonical_hash(form.body["answers"])}
    life.add("form_checked", checked | {"found": "unknown"}, "system")
    assert life.reasons == ["form_unknown"]
    life.add("form_checked", checked | {"found": "differs"}, "system")
    assert life.reasons == ["form_differs"], "one flag, by what is known now"
    life.add("form_checked", checked | {"found": "right"}, "system")
    assert life.reasons == ["form_differs"], "only what could not be checked is taken back"


def test_a_case_that_was_ended_takes_no_more_forms() -> None:
    life = Life()
    life.add("form_filled", filled(case="mail", step="received"))
    life.add("case_ended", {"reason": "退回"})
    life.add("form_filled", filled(case="mail", step="told", after=["received"]))
    assert (life.state.stage, life.reasons) == ("ended", ["already_over"])


@pytest.mark.parametrize("answers", [{"a": 1}, {"a": [{"b": "x"}]}, {"a": None}, {"a": "x" * 5_000}, {"a": ["x"]}])
def test_answers_that_are_no_answers_are_refused(answers: dict[str, Any]) -> None:
    with pytest.raises(Problem, match="answers"):
        check_body("form_filled", filled(answers=answers))
