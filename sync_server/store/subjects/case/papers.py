"""What stands on the papers of a case 表单记录: each of its forms with its signatures and photos (A.8, H-R, U, V, X,
Y)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, cast

from sqlalchemy import Connection

from app.domain import roles
from app.domain.forms import Form
from app.domain.subjects.case.chains import chain_of
from app.domain.subjects.case.kinds import CASE
from app.domain.subjects.case.life import covered
from app.domain.subjects.case.state import CaseState, Filled
from app.domain.subjects.fold import fold
from app.domain.subjects.signing import SIGNATURE_CHANGED
from app.domain.wire.errors import NOT_FOUND, Problem
from sync_server.store import printing
from sync_server.store.answers import views
from sync_server.store.answers.private import may_read, private_paths
from sync_server.store.answers.reading import note_homes
from sync_server.store.people.identity import Identity
from sync_server.store.printing import VALID, Ink, Office, Photo
from sync_server.store.store import Store
from sync_server.store.taking import pulling
from sync_server.store.upkeep import verifying

SYSTEM: str = "系统"


@dataclass(frozen=True, slots=True)
class FormPaper:
    """A filled form as it stands, to be printed. ``form``: its definition, ``None`` where this server has none; ``by``,
    ``at``: who filled it in, and when (ms); ``lacking``: in which parts somebody still has to sign it; ``private``: the
    paths of what is masked."""

    id: str
    body: Mapping[str, Any]
    form: Form | None
    by: str
    at: int
    inks: Sequence[Ink] = ()
    lacking: Sequence[str] = ()
    corrected: bool = False
    private: frozenset[str] = frozenset()

    @property
    def title(self) -> str:
        """The form's name, in Chinese."""
        said = self.form.said(self.form.title, "zh") if self.form is not None else ""
        return said or str(self.body["title"])

    @property
    def archive(self) -> int:
        """The class of the household's archive that it is filed in; 0: none."""
        return self.form.archive if self.form is not None else 0

    @property
    def valid(self) -> bool:
        """Tell whether whoever signed it signed what it says now."""
        return all(one.standing in VALID for one in self.inks)

    @property
    def changed(self) -> bool:
        """Tell whether it was changed after somebody signed it."""
        return any(one.standing == SIGNATURE_CHANGED for one in self.inks)


@dataclass(frozen=True, slots=True)
class CasePaper:
    """A case as it stands, to be printed. ``known``: what its chain knows of it; ``address``: of the page that shows
    whether what was signed is unchanged; ``together``: whether one signature covers its forms."""

    office: Office
    state: CaseState
    forms: Sequence[FormPaper]
    known: Mapping[str, str] = field(default_factory=dict)
    photos: Mapping[str, Photo] = field(default_factory=dict)
    address: str = ""
    together: bool = False
    opinion: str = ""

    @property
    def number(self) -> str:
        """What people call it by: a permit's number, else the end of its id."""
        return self.known.get("number") or self.state.id.replace("-", "")[-8:].upper()


def of_case(
    store: Store, case_id: str, server: str, who: Identity | None = None, company: str = "", *, reads: bool = True,
    masked: bool = False,
) -> CasePaper:  # fmt: skip
    """Return a case's paper, for somebody who sees it (``None``: the server itself). Who reads (``reads``)
    private answers as they are is recorded as having looked at the household's archive (Y5). Raises ``Problem``
    ``not_found``."""
    now = store.now()
    with store.read() as connection:
        found, homes = _paper(connection, store, case_id, server, who, company, masked)
    if who is not None and homes and reads:
        with store.write() as writing:
            note_homes(writing, who, homes, now)
    return found


def _paper(
    connection: Connection, store: Store, case_id: str, server: str, who: Identity | None, company: str, masked: bool
) -> tuple[CasePaper, set[str]]:
    subject = (CASE, case_id)
    own = pulling.history(connection, who, subject)
    state = cast(CaseState, fold(CASE, own))
    if not state.filled:
        raise Problem(NOT_FOUND)
    office = printing.office_of(connection, subject, company)
    names = printing.names_of(connection, {one.entry.author for one in state.filled})
    corrected = {step.entry.id for step in state.steps if step.amendments}
    inks = _inks(store, own, state)
    sees = not masked and (who is None or may_read(who, office.key))
    forms, homes = [], set[str]()
    for one in state.filled:
        versions = views.versions(connection, str(one.body["form_id"]))
        private = private_paths(versions)
        if private and sees and state.household_id:
            homes.add(state.household_id)
        forms.append(
            FormPaper(
                one.entry.id, one.body,
                next((form for form in versions if form.hash == one.body["form"]), None),
                _name(one, names), one.entry.at, inks.get(one.entry.id, ()),
                _lacking(state, one), one.entry.id in corrected, frozenset() if sees else private,
            )
        )  # fmt: skip
    chain = chain_of(state.first.get("case"))
    said = str(state.reviewed.body["opinion"]) if state.reviewed is not None else ""
    return CasePaper(
        office, state, forms, chain.known(state), printing.photos_of(store.files, state),
        printing.code_of(server, state.signatures.values()), chain.together, said,
    ), homes  # fmt: skip


def _inks(store: Store, own: Sequence[Any], state: CaseState) -> dict[str, list[Ink]]:
    """Return the signatures by the form they are under: one that covers several is under each (J1)."""
    verdicts = {one.id: found.standing for one, found in verifying.verify_signatures(store.files, own, state)}
    titles = {one.entry.id: str(one.body["title"]) for one in state.filled}
    found: dict[str, list[Ink]] = {}
    for entry in state.signatures.values():
        under = [id_ for id_ in covered(entry) if id_ in titles]
        for id_ in under:
            also = [titles[other] for other in under if other != id_]
            found.setdefault(id_, []).append(printing.ink_of(store.files, entry, verdicts.get(entry.id, ""), also))
    return found


def _lacking(state: CaseState, one: Filled) -> list[str]:
    """Return who has still to sign a form; nobody where the reason is given why it is not signed."""
    return [signer for signer in one.signers if (one.entry.id, signer) not in state.signed]


def _name(one: Filled, names: Mapping[str, str]) -> str:
    if one.entry.author != roles.SYSTEM:
        return names.get(one.entry.author, "")
    return str((one.body.get("facts") or {}).get("username") or "") or SYSTEM
