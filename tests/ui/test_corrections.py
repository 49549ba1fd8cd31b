"""Any entry that may be corrected is, by the fields of its kind, and the old words stay readable."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest

from app.actions.models import VisitForm
from app.domain.subjects import KINDS, SUBJECTS
from app.domain.subjects.ticket.kinds import TICKET
from app.ui.corrections import Correction
from app.ui.subjects import face_of
from tests.actions.phones import DESK, STEWARD
from tests.actions.test_session import HOME, Team
from tests.support import field_work
from tests.support.openings import openings
from tests.support.screens import screens

OTHERS = sorted(kind for kind, _ in openings().values() if KINDS[kind].amendable and KINDS[kind].subject != TICKET)
NO_SESSION: Any = None


def test_a_key_that_was_entered_wrong_is_corrected_on_its_own_page(tmp_path: Path) -> None:
    """G.2: the form has the fields of the entry; what was said before stays in the timeline, and why it was changed."""
    team = Team(tmp_path)
    desk = team[DESK]
    key = asyncio.run(field_work.first_key(desk, HOME))
    entry = desk.keys.view(key).steps[0].entry

    async def go() -> None:
        async with screens(desk, f"/key/{key}") as seen:
            # It opens with the rest of what the step holds, by a tap on it.
            await seen.tap(f"step-{entry.id[-12:]}")
            await seen.tap("correct-entrusted")
            assert seen.path == f"/key/{key}/amend/{entry.id}"
            assert "\nkey\n" not in seen.words()
            await seen.type("amend-purpose", "长期在外，代收快递")
            await seen.type("amend-reason", "写错了")
            await seen.tap("main-action")
            assert seen.path == f"/key/{key}"
            assert "长期在外，代收快递" in seen.words() and "写错了" in seen.words()

    asyncio.run(go())
    assert desk.keys.view(key).state.purpose == "长期在外，代收快递" != entry.body["purpose"]


def test_a_gift_that_was_written_wrongly_is_corrected_on_its_visit_and_the_signature_says_so(tmp_path: Path) -> None:
    """E.2: what the resident signed for is not what the record says now, so they are asked to sign again."""
    steward = Team(tmp_path)[STEWARD]
    form = VisitForm(
        steward.new_id(), HOME, "festival", met_name="张伟", met_capacity="self", gift="月饼一盒", festival="中秋"
    )
    signed = field_work.signature(steward.visits.content(form), "张伟")
    gift = asyncio.run(steward.visits.record(form, signed)).entries[1].id

    async def go() -> None:
        async with screens(steward, f"/visit/{form.visit_id}") as seen:
            await seen.tap("correct-gift_handed")
            assert seen.path == f"/visit/{form.visit_id}/amend/{gift}"
            await seen.type("amend-gift", "月饼两盒")
            await seen.type("amend-reason", "写错了")
            await seen.tap("main-action")
            assert seen.path == f"/visit/{form.visit_id}"
            assert "月饼两盒" in seen.words() and "签后有更改" in seen.words()

    asyncio.run(go())
    assert steward.visits.view(form.visit_id).state.stage == "changed"


@pytest.mark.parametrize("kind", OTHERS)
def test_a_correction_by_fields_that_changes_nothing_says_the_same(kind: str) -> None:
    subject = SUBJECTS[KINDS[kind].subject]
    _, body = openings()[subject.name]
    correction = Correction(kind, face_of(subject.name).words)
    said = {**body, **correction.body(correction.form(body), NO_SESSION)}
    assert {name: value for name, value in said.items() if value not in (None, "")} == body
    state: Any = subject.state_class("one")
    assert correction.missing(correction.form(body), said, state) is None
