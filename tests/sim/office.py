"""The office on several phones: open letters to some of what was said, and analyses that are written, changed and
approved by who has not heard (C.7, D.5)."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Final

from app.actions.analyses import AnalysisForm
from app.actions.letters import LetterForm
from app.actions.models import MatterForm
from app.domain import roles
from app.domain.rules.state import STEP_DONE
from app.domain.subjects.analysis import ANALYSIS, AnalysisState, analysis_id
from app.domain.subjects.fold import fold
from app.domain.subjects.matter.kinds import LETTER_WRITERS, MATTER, SUGGESTION, SURVEY_REMARK
from app.domain.wire.entries import Entry
from app.store.queries import CardFilter
from tests.sim.estate import homes

if TYPE_CHECKING:
    from tests.sim.phones import SimPhone

LETTER: Final = "统一答复"
_QUARTERS: Final = ("2026-Q3", "2026-Q4")


async def go_on(phone: SimPhone, rng: random.Random) -> None:
    """Take something down; or answer some of it by a letter, or write or approve an analysis, for whom that is."""
    session = phone.session
    assert session is not None
    with phone.peeking() as store:
        known = sorted(card.id for card in store.cards(CardFilter(type=MATTER), 0, 50))
    if not session.roles & LETTER_WRITERS or len(known) < 2 or rng.random() < 0.25:
        kind, channel = rng.choice(((SUGGESTION, "phone"), (SUGGESTION, "visit"), (SURVEY_REMARK, "survey")))
        home = rng.choice(sorted(home["household_id"] for home in homes(phone.world.two)))
        form = MatterForm(kind, "装减速带", channel, household_id=home, contact_name="张伟")
        await phone.do(session.matters.open(form))
    elif rng.random() < 0.6:
        await _letter(phone, rng, known)
    else:
        await _analysis(phone, rng)


async def _letter(phone: SimPhone, rng: random.Random, known: Sequence[str]) -> None:
    """A letter whose text names whom it answers: so a reader of the entries can tell who was chosen."""
    session = phone.session
    assert session is not None
    chosen = rng.sample(known, rng.choice((1, 1, 2)))
    form = LetterForm(session.new_id(), " ".join((LETTER, *chosen)), tuple((MATTER, one) for one in chosen))
    if rng.random() < 0.5:
        await phone.do(session.letters.send(form))
        return
    body = {"letter_id": form.letter_id, "text": form.text}
    phone.save([session.entry(subject, "answered_openly", body, None) for subject in form.chosen], {})


async def _analysis(phone: SimPhone, rng: random.Random) -> None:
    session = phone.session
    assert session is not None
    quarter = rng.choice(_QUARTERS)
    id_ = analysis_id("", "service", quarter)
    with phone.peeking() as store:
        state = store.state(ANALYSIS, id_) if store.card(ANALYSIS, id_) is not None else None
    written = state.written if isinstance(state, AnalysisState) else None
    if written is not None and rng.random() < 0.3:
        await phone.do(session.analyses.approve(id_, written.id))
        return
    if written is not None and rng.random() < 0.4:  # what it said on a phone that had not heard of the change
        with phone.peeking() as store:
            said_once = [one.id for one in store.entries(ANALYSIS, id_) if one.kind == "analysis_written"]
        body = {"written_id": rng.choice(said_once)}
        phone.save([session.entry((ANALYSIS, id_), "analysis_approved", body, None)], {})
        return
    said = f"第 {rng.randrange(99)} 稿"
    if written is None or rng.random() < 0.5:
        await phone.do(session.analyses.write(AnalysisForm("service", quarter, said, said, said)))
        return
    body = {"department": "service", "quarter": quarter, "cause": said, "corrective": said, "preventive": said}
    phone.save([session.entry((ANALYSIS, id_), "analysis_written", body | {"replaces": written.id}, None)], {})


def boss(held: Sequence[str]) -> tuple[str, ...]:
    """Return the posts of somebody who may do all of this as well."""
    return tuple(dict.fromkeys((*held, roles.SERVICE_SUPERVISOR, roles.MANAGER)))


def faults(histories: Mapping[tuple[str, str], list[Entry]]) -> Iterator[str]:
    """Yield what does not hold of letters and analyses, told from their entries one by one.

    What the desk let count or took out is its own decision, and left out here.
    """
    for (type_, subject_id), history in histories.items():
        if any(entry.kind in ("flag_settled", "amended") for entry in history):
            continue
        if type_ == MATTER:
            yield from _answered(subject_id, history)
        elif type_ == ANALYSIS:
            yield from _approved(subject_id, history)


def _answered(matter_id: str, history: list[Entry]) -> Iterator[str]:
    """Whether who was answered by a letter was chosen, and is none who filled in a survey."""
    for step in fold(MATTER, history).steps:
        if step.entry.kind != "answered_openly" or step.standing != STEP_DONE:
            continue
        if matter_id not in str(step.body["text"]):
            yield f"a letter closed matter {matter_id}, which nobody chose"
        if history and any(e.kind == "matter_opened" and e.body["class"] == SURVEY_REMARK for e in history):
            yield f"a remark of a survey, {matter_id}, was answered by a letter"


def _approved(analysis_id_: str, history: list[Entry]) -> Iterator[str]:
    """Whether what was approved is what the analysis said then."""
    says = ""
    for step in fold(ANALYSIS, history).steps:
        if step.standing != STEP_DONE:
            continue
        if step.entry.kind == "analysis_written":
            says = step.entry.id
        elif step.entry.kind == "analysis_approved" and step.body["written_id"] != says:
            yield f"analysis {analysis_id_} is approved though it says something else"
