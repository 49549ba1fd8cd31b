"""Marks with exactly one re-sit, the warning, and the code of a session (V2, V3)."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some

from app.domain.rules.marks import PASS, PASSED, TO_RESIT, TO_WARN, Marks, may_resit, standing
from app.domain.rules.sessions import SessionCode, attendance_id, read_session
from app.domain.subjects import access
from app.domain.subjects.fold import fold, why_not
from app.domain.subjects.signing import facts_to_sign, make_content, signature_body
from app.domain.subjects.training import TRAINING, WARNED, TrainingState
from app.domain.times import DAY, HOUR
from app.domain.wire.entries import Entry

_ID = "00000000-0000-4000-8000-0000000000aa"
_MARKS = some.builds(Marks, some.integers(0, 90), some.integers(0, 10))


def entry(number: int, kind: str, body: dict[str, Any], author: str = "boss") -> Entry:
    return Entry(
        f"00000000-0000-4000-8000-{number:012}",
        kind,
        TRAINING,
        _ID,
        body,
        author,
        "d",
        number,
        1_800_000_000_000 + number,
    )


def marked(got: Marks, kind: str = "marked") -> dict[str, Any]:
    body = {"theory": got.theory, "discipline": got.discipline}
    return body if kind == "resat" else body | {"staff_id": "li", "name": "李", "topic": "manner"}


def state(*entries: Entry) -> TrainingState:
    found = fold(TRAINING, entries)
    assert isinstance(found, TrainingState)
    return found


@pytest.mark.proves("V3")
@given(_MARKS, some.none() | _MARKS)
def test_who_passes_is_never_warned_and_who_fails_twice_always_is(first: Marks, second: Marks | None) -> None:
    got = standing(first, second)
    sittings = [one for one in (first, second) if one is not None]
    assert (got == PASSED) == any(one.theory + one.discipline >= PASS for one in sittings)
    assert (got == TO_WARN) == (len(sittings) == 2 and all(one.total < PASS for one in sittings))
    assert may_resit(first, second) == (got == TO_RESIT) == (second is None and first.total < PASS)


@pytest.mark.proves("V3")
@given(_MARKS, some.lists(_MARKS, max_size=4))
def test_however_often_somebody_is_marked_again_one_re_sit_counts_and_only_after_failing(
    first: Marks, more: list[Marks]
) -> None:
    entries = [entry(1, "marked", marked(first))]
    entries += [entry(n, "resat", marked(one, "resat")) for n, one in enumerate(more, 2)]
    found = state(*entries)
    counted = 0 if first.passed else min(1, len(more))
    assert [flag.reason for flag in found.flags] == ["already_over"] * (len(more) - counted)
    assert found.stage == standing(first, more[0] if counted else None)


@pytest.mark.proves("V3")
def test_a_supervisor_signs_the_warning_and_a_mark_that_was_written_wrongly_takes_it_back() -> None:
    low = Marks(40, 5)
    entries = [entry(1, "marked", marked(low)), entry(2, "resat", marked(Marks(41, 5), "resat"))]
    facts = facts_to_sign(state(*entries), TRAINING)
    assert (facts["first"], facts["second"]) == (45, 46)
    content = make_content(TRAINING, facts, ["警告"], "2026-11-28")
    said = signature_body(
        purpose=TRAINING, signer="supervisor", name="林", capacity="staff", content=content, strokes=b"ink"
    )
    signed = entry(3, "signed", said)
    assert state(*entries, signed).stage == WARNED
    right = {"target_id": entries[1].id, "body": marked(Marks(61, 5), "resat"), "reason": "抄错"}
    after = state(*entries, signed, entry(4, "amended", right))
    assert (after.stage, after.signature) == (PASSED, "changed")
    assert why_not(TRAINING, entries[:1], entry(3, "signed", said)) == "out_of_order", (
        "nobody is warned after one sitting"
    )


def test_nobody_marks_themselves() -> None:
    own = entry(1, "marked", marked(Marks(90, 10)) | {"staff_id": "boss"})
    assert not access.may_make({"service_supervisor"}, own, ())
    assert access.may_make({"service_supervisor"}, entry(1, "marked", marked(Marks(90, 10))), ())
    again = entry(2, "resat", marked(Marks(90, 10), "resat"), "li")
    assert not access.may_make({"service_supervisor"}, again, [entry(1, "marked", marked(Marks(1, 1)))])


@pytest.mark.proves("V2")
def test_a_code_says_which_session_it_is_and_counts_on_its_day() -> None:
    code = SessionCode(_ID, "boss", "manner", 1_800_000_000_000)
    assert read_session(code.text()) == code
    assert len(code.text()) <= 120, "a code with more is not read across a room"
    assert [code.open(code.begun_at + after) for after in (-2 * HOUR, 0, HOUR, DAY)] == [False, True, True, False]
    for other in (
        "",
        "https://example.com",
        "SMPX1/x/y/z/1",
        code.text() + "/x",
        code.text().replace("SMPX1", "SMPX2"),
    ):
        assert read_session(other) is None, other
    assert attendance_id(_ID, "li") == attendance_id(_ID, "li") != attendance_id(_ID, "wu")


@given(some.text(max_size=200))
def test_whatever_is_scanned_is_read_or_refused(text: str) -> None:
    found = read_session(text)
    assert found is None or found.text() == text.strip()
