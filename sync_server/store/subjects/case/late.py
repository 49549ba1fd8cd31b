"""Forms that were taken before their definition was there: checked once it is published."""

from __future__ import annotations

from typing import cast

from sqlalchemy import select

from app.domain.subjects.case import kinds
from app.domain.subjects.case.state import CaseState
from app.domain.subjects.fold import fold
from sync_server.store.database import Write
from sync_server.store.people.identity import system
from sync_server.store.subjects.case import checking
from sync_server.store.subjects.case.tables import case_forms
from sync_server.store.taking import keeping
from sync_server.store.taking.accept import Submitted, accept
from sync_server.store.taking.entry_rows import of_subjects


def check_waiting(write: Write, digest: str) -> int:
    """Check the forms that were filled in under a definition while it was not here, and say of each how it stands; in
    the transaction that publishes it. Return how many.

    Nothing happens to forms that were checked when they were taken, or that were corrected since under another
    definition.
    """
    c = case_forms.c
    ids = write.execute(select(c.case_id).where(c.form == digest).distinct()).scalars().all()
    histories = of_subjects(write.connection, [(kinds.CASE, str(one)) for one in ids])
    me = system(keeping.system_device(write.connection))
    known = keeping.Known(me.device)
    made = []
    for subject, history in histories.items():
        state = cast(CaseState, fold(kinds.CASE, history))
        for filled in state.filled:
            if filled.entry.id in state.unknown and filled.body["form"] == digest:
                body = checking.again(write.connection, filled)
                made.append(keeping.system_entry(write, known, "form_checked", subject, body))
    for answer in accept(write, [Submitted(entry.to_wire(), entry) for entry in made], me):
        if answer.problem is not None:
            raise answer.problem
    return len(made)
