"""Faults planted in forms, their chains, notices, trainings and archives; see ``bugs``."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

from app.actions import cases, core, form_list, raising, trainings
from app.actions.cases import Cases
from app.domain.rules import form_duties, handbook
from app.domain.subjects import archive_paper, training
from app.domain.subjects.case import life
from app.domain.subjects.case.chains import decoration, events, move_in
from app.domain.subjects.case.chains.decoration import Decoration
from app.domain.subjects.case.chains.notices import Posting
from app.domain.subjects.case.chains.services import Mail
from sync_server.store import duties as server_duties
from sync_server.store.subjects.case import checking, households
from tests.sim.planting import Patch, bug


@bug("what a defect raises has another id each time it is saved", "forms", seed=35)
def case_two_tickets() -> list[Patch]:
    numbers, real = iter(range(1_000_000)), Cases._filled

    def raised_id(case_id: str, path: str, words: str = "") -> str:
        return core.derived(case_id, f"raised {next(numbers)}")

    def filled(self: Any, case_id: str, entry_id: str) -> Any:
        return {name: value for name, value in real(self, case_id, entry_id).items() if name != "raised"}

    return [(raising, "raised_id", raised_id), (Cases, "_filled", filled)]


@bug("a form that was begun from a duty fulfils another one", "forms", seed=35)
def case_other_duty() -> list[Patch]:
    def owed(rule: Any, spot: Any, times: Any) -> Any:
        plain = {form: [replace(one, duty="") for one in listed] for form, listed in spot.filled.items()}
        return real(rule, replace(spot, filled=plain), times)

    real = form_duties.owed_at
    return [(form_duties, "owed_at", owed)]


@bug("a value that comes out otherwise is told to nobody", "forms", seed=35)
def case_differs() -> list[Patch]:
    return [(checking, "_check", lambda connection, body, author: {})]


@bug("a form that was withdrawn before it was begun is told to nobody", "publishing", seed=162)
def case_withdrawn() -> list[Patch]:
    return [(checking, "WITHDRAWN", "never")]


@bug("phones go on offering what was withdrawn", "publishing", seed=46)
def case_offered() -> list[Patch]:
    def published(store: Any) -> list[Any]:
        return [one for one in map(form_list._read, store.refs(form_list.FORM).values()) if one is not None]

    return [(cases, "published", published)]


@bug("the app works a sum out otherwise than the server", "forms", seed=35)
def case_sum_apart() -> list[Patch]:
    real = Cases._said

    def said(self: Any, filling: Any, raised: Any) -> Any:
        found = real(self, filling, raised)
        answers = found["answers"]
        if "total" in answers:
            found["answers"] = answers | {"total": str(int(answers["total"]) + 1)}
        return found

    return [(Cases, "_said", said)]


# -- chains ----------------------------------------------------------------------------------


def _any_number_of(*steps: str) -> list[Patch]:
    real = life._out_of_place

    def out_of_place(state: Any, body: Any) -> str | None:
        return None if state.filled and body.get("step") in steps else real(state, body)

    return [(life, "_out_of_place", out_of_place)]


@bug("a deposit that went back goes back again, and nobody is told", "decoration", "quarter", seed=84)
def refund_twice() -> list[Patch]:
    return _any_number_of("refunded")


@bug("a deposit goes back without the signature of the neighbour downstairs", "decoration", "quarter")
def refund_unsigned() -> list[Patch]:
    return [(Decoration, "must_sign", lambda self, body: frozenset())]


@bug("a deposit goes back before its three months are over", "decoration", seed=1243)
def refund_early() -> list[Patch]:
    real = decoration.refund_from
    return [(decoration, "refund_from", lambda state: date(2000, 1, 1) if real(state) is not None else None)]


@bug("a deposit goes back with an open breach, and the server tells nobody", "decoration", "quarter")
def refund_with_breach() -> list[Patch]:
    return [(checking, "_lacks", lambda connection, entry, history: {})]


@bug("mail is collected by two people, and nobody is told", "mail", seed=1615)
def mail_twice() -> list[Patch]:
    return _any_number_of("collected", "returned")


@bug("the call about mail is owed for ever, whoever was told", "mail", seed=639)
def call_never_ends() -> list[Patch]:
    return [(Mail, "counts", lambda self, body: body.get("step") != "told")]


@bug("keys leave stock once one side has signed", "move in", seed=586)
def key_unsigned() -> list[Patch]:
    def is_handed(state: Any) -> bool:
        papers = move_in.last_of(state, move_in.PAPERS)
        return papers is not None and any(id_ == papers.entry.id for id_, _ in state.signed)

    return [(move_in, "is_handed", is_handed)]


@bug("phones keep the people of a household that is gone", "move in")
def people_kept() -> list[Patch]:
    real = households._Register._tell

    def tell(self: Any, kind: str, rows: Any) -> None:
        real(self, kind, [] if kind == "person" else rows)

    return [(households._Register, "_tell", tell)]


@bug("an event is held that the manager never approved", "follow on", seed=657)
def held_unapproved() -> list[Patch]:
    return [(events, "is_approved", lambda state: True)]


# -- notices, trainings ------------------------------------------------------------------------


@bug("a notice that was taken down is to be taken down for ever", "notices", seed=773)
def removal_never_ends() -> list[Patch]:
    real = Posting.clocks
    return [(Posting, "clocks", lambda self, state: [replace(one, met_at=None) for one in real(self, state)])]


@bug("who scans a session's code twice was there twice", "trainings", seed=360)
def attended_twice() -> list[Patch]:
    numbers = iter(range(1_000_000))
    return [
        (trainings, "attendance_id", lambda session, staff: core.derived(session, f"{staff} {next(numbers)}")),
    ]


@bug("an exam is sat again and again", "trainings")
def sat_for_ever() -> list[Patch]:
    return [(training, "may_resit", lambda first, second: True)]


# -- the handbook ------------------------------------------------------------------------------


@bug("who signed what a document said before has signed what it says now", "readings", seed=92)
def reading_of_old() -> list[Patch]:
    real = handbook.to_read

    def to_read(pages: Any, readers: Any, reads: Any) -> Any:
        signed = list(reads)
        digests = frozenset(one.digest for one in signed)
        return real([replace(page, counts=page.counts | digests) for page in pages], readers, signed)

    return [(server_duties, "to_read", to_read)]


# -- archives ----------------------------------------------------------------------------------


@bug("a paper is lent without anybody's word", "archive", seed=1300)
def lent_unapproved() -> list[Patch]:
    return [(archive_paper, "is_approved", lambda state: True)]


@bug("one person destroys a paper, as two", "archive", seed=812)
def destroyed_alone() -> list[Patch]:
    return [(archive_paper, "is_same_person", lambda one, other: False)]
