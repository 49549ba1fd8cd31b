"""The papers of a record as a household's archive files them (S5): of which types there is a paper of their own, of all
others what their entries say."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from sync_server.papers import case_sheet, of_any, records, repair
from sync_server.store import Store, record_papers
from sync_server.store.subjects.case import papers as case_papers
from sync_server.store.subjects.ticket import papers as ticket_papers
from sync_server.store.taking.entry_rows import Subject


@dataclass(frozen=True, slots=True)
class Filing:
    """What is to be filed: a record, the ``number`` of its class, the class of each part that is filed by itself
    (``Subject.filed_apart``), whether identity numbers are ``masked``, the server's address, the company."""

    subject: Subject
    number: int
    parts: Mapping[str, int]
    masked: bool
    server: str
    company: str


Paper = tuple[int, str, bytes]
"""A paper: the class it is filed in, what it is called ("": as the record), the PDF."""


def papers(store: Store, what: Filing) -> Iterator[Paper]:
    """Yield the papers of a record."""
    yield from _OF_TYPE.get(what.subject[0], _other)(store, what)


def _forms(store: Store, what: Filing) -> Iterator[Paper]:
    found = case_papers.of_case(
        store, what.subject[1], what.server, None, what.company, reads=False, masked=what.masked
    )
    for form_id, title in case_sheet.titles(found):
        if form_id in what.parts:
            yield what.parts[form_id], title, case_sheet.record(found, form_id)


def _ticket(store: Store, what: Filing) -> Iterator[Paper]:
    found = ticket_papers.of_ticket(store, what.subject[1], what.server, None, what.company)
    yield what.number, "", repair.papers([found], ["desk"])


def _other(store: Store, what: Filing) -> Iterator[Paper]:
    found = record_papers.of_record(store, what.subject, what.server, None, what.company)
    yield what.number, "", records.PAPERS.get(what.subject[0], of_any.paper)(found)


_OF_TYPE: Final[Mapping[str, Callable[[Store, Filing], Iterator[Paper]]]] = {
    case_sheet.TYPE: _forms, repair.TYPE: _ticket,
}  # fmt: skip
