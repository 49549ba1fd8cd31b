"""Forms on several phones: filled in, saved twice as after a kill, corrected, signed, reviewed and ended by who has not
heard; now and then with a sum that is not the sum.

What was raised and what was found is told a second time from the entries, and not by the rules that fold them.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import select

from app.actions import Session
from app.actions.form_draft import FormDraft, Where
from app.actions.form_list import Published
from app.domain.forms import Filling, read
from app.domain.rules.care import KEEPERS
from app.domain.rules.duty_rules import BUILDING, standard_text
from app.domain.rules.notices import BOARD, LETTERBOX
from app.domain.rules.scopes import ESTATE, in_estate
from app.domain.subjects.case.kinds import CASE
from app.domain.subjects.case.state import ENDED_EARLY, CaseState
from app.domain.subjects.fold import fold
from app.domain.times import china_day
from app.domain.wire.entries import Entry
from app.domain.wire.errors import Problem
from app.store.queries import CardFilter
from sync_server.store import tables
from sync_server.store.database import Write
from sync_server.store.estate import calendar, published_forms
from sync_server.store.tables import duty_rules
from sync_server.store.taking.feed import publish_refs
from sync_server.store.types import to_ms
from tests.sim.estate import OTHER
from tests.support.care import contacts, special_care
from tests.support.field_work import signature
from tests.support.forms import publish, vacant_check

if TYPE_CHECKING:
    from tests.sim.phones import SimPhone
    from tests.sim.world import World

FORM_ID: Final = "vacant_check"
FORGED: Final = "1000"
"""The sum that somebody says past the app, whatever it is."""
RULES: Final = f"""{standard_text()}
[[rule]]
name = "building"
for = "building"
when = "daily"
owner = "steward"
done = "form vacant_check"
"""


def put_rules(write: Write) -> None:
    """Have a form owed each day at each building, and tell phones, as a server with a register of estates does."""
    if calendar.rules_text(write.connection) == RULES:
        return
    calendar.put_rules(write, RULES)
    scopes = [ESTATE, in_estate(ESTATE, OTHER)]
    ids = write.execute(select(duty_rules.c.id)).scalars().all()
    publish_refs(write, [(calendar.RULES, id_, scopes) for id_ in ids])


async def go_on(phone: SimPhone, rng: random.Random) -> None:
    """Fill in the form, or do something with one that this phone knows; or say who is called in an emergency, or who
    needs special care."""
    session = phone.session
    assert session is not None
    own = random.Random(f"care/{session.now()}")
    if own.random() < 0.15:
        return await _at_home(phone, session, own)
    with phone.peeking() as store:
        known = sorted(card.id for card in store.cards(CardFilter(type=CASE, kinds=(FORM_ID,)), 0, 50))
        listed = bool(_offered(session))
    if not known or rng.random() < 0.4:
        if listed:
            await _fill(phone, session, rng)
        return
    with phone.peeking() as store:
        state = store.state(CASE, rng.choice(known))
    assert isinstance(state, CaseState)
    if not state.filled:
        return
    what = rng.choice(("correct", "correct", "correct", "sign", "sign", "review", "end"))
    entry = state.filled[-1].entry
    if what == "correct" and has_form(session, str(entry.body["form"])):
        await _correct(phone, session, state.id, entry.id, rng)
    elif what == "sign" and state.to_sign:
        signed = signature(session.signing_content(CASE, state.id, CASE), "李", "steward", "staff")
        await phone.do(session.sign(signed))
    elif what == "review":
        said = {"filled_id": entry.id, "opinion": f"第{rng.randrange(9)}次看"}
        await phone.do(session.record(CASE, state.id, "form_reviewed", said))
    elif what == "end":
        await phone.do(session.record(CASE, state.id, "case_ended", {"reason": "不用了"}))


async def _at_home(phone: SimPhone, session: Session, rng: random.Random) -> None:
    """Fill in emergency contacts, which the gate reads, or the register, which not all overseers read (P3, Y4)."""
    make = rng.choice((contacts, special_care))
    data = make()
    with phone.peeking():
        homes = sorted(session.store.households().by_id)
        able = make is contacts or bool(session.roles & KEEPERS)
        if not homes or not able or not has_form(session, read(data).hash):
            return
        where = Where(household_id=rng.choice(homes))
        draft = FormDraft(read(data).hash, session.new_id(), session.new_id(), session.now(), where=where)
        filling = session.cases.filling(draft)
        for place in filling.root.asked():
            if place.question.type in ("text", "date"):
                said = "2027-03-01" if place.question.type == "date" else f"13800{rng.randrange(10**6):06}"
                filling.answer(place, said)
    await phone.do(session.cases.record(draft, filling))


def has_form(session: Session, digest: str) -> bool:
    """Whether a definition is on this phone, in force or not."""
    try:
        session.cases.form(digest)
    except Problem:
        return False
    return True


def publish_next(world: World, rng: random.Random) -> None:
    """The office publishes a new version, or withdraws the form; phones that are offline go on with what they have."""
    if world.form_withdrawn or rng.random() < 0.5:
        world.form_version, world.form_withdrawn = world.form_version + 1, False
    else:
        world.form_withdrawn = True
    as_the_office_wants(world)


def as_the_office_wants(world: World) -> None:
    """Have the server publish what the office wants in force, and nothing else: once more changes nothing, and a server
    put back from a backup may lack it."""
    store = world.server.store
    with store.numbered() as write:
        put_rules(write)
    publish(store, contacts(), special_care())
    if not world.form_withdrawn:
        publish(store, vacant_check(str(world.form_version)))
        return
    with store.numbered() as write:
        if any(one.form_id == FORM_ID and not one.ended for one in published_forms.listed(write.connection)):
            published_forms.withdraw(write, FORM_ID, None, None)


def _offered(session: Session) -> list[Published]:
    return [one for one in session.cases.listed() if one.id == FORM_ID]


async def _fill(phone: SimPhone, session: Session, rng: random.Random) -> None:
    with phone.peeking():
        form = _offered(session)[0]
        where, duty = _what_is_owed(session)
        draft = FormDraft(form.hash, session.new_id(), session.new_id(), session.now(), where=where, duty=duty)
        filling = session.cases.filling(draft)
        for name, value in {"cold": str(rng.randrange(99)), "hot": "3", "windows": "yes", "sign": "OK"}.items():
            filling.answer(filling.find(name), value)
        for _ in range(rng.choice((0, 1, 2))):
            _defect(filling, rng)
        draft = replace(draft, kept=filling.kept())
    if rng.random() < 0.3:
        _forge(phone, session, draft, filling)
        return
    await phone.do(session.cases.record(draft, filling))
    if phone.session is session and rng.random() < 0.4:  # as after a kill before anybody saw that it was saved
        with phone.peeking():
            again = session.cases.filling(draft)
        await phone.do(session.cases.record(draft, again))


def _what_is_owed(session: Session) -> tuple[Where, str]:
    """Return a place and, mostly, what is or was owed there, done or not, by who has not heard that it was done. From a
    source of its own: runs are otherwise what they were before forms were owed."""
    own = random.Random(session.now())
    owed = sorted((one for one in session.duties.of_forms() if one.about[0] == BUILDING), key=lambda one: one.id)
    if not owed or own.random() < 0.3:
        return Where(address="水泵房"), ""
    duty = own.choice(owed)
    return Where(building_id=duty.about[1], address=duty.address), duty.id if own.random() < 0.7 else ""


def _defect(filling: Filling, rng: random.Random) -> None:
    row = filling.add_row(filling.root, "defect")
    for name, value in {"area": "bath", "what": f"漏水{rng.randrange(99)}", "fix": rng.choice(("yes", "no"))}.items():
        filling.answer(row.kids[name][0], value)


def _forge(phone: SimPhone, session: Session, draft: FormDraft, filling: Filling) -> None:
    """Save a form past the verbs, with a sum that is not the sum: an older phone, or somebody who cheats."""
    body = {
        "form": draft.form, "form_id": "vacant_check", "version": "1", "title": "空置房检查", "address": "水泵房",
        "facts": {"started": draft.started, "seed": draft.once},
        "answers": filling.answers() | {"total": FORGED}, "shown": filling.shown("zh"),
    }  # fmt: skip
    phone.save([session.entry((CASE, draft.case_id), "form_filled", body, draft.once)], {})


async def _correct(phone: SimPhone, session: Session, case_id: str, entry_id: str, rng: random.Random) -> None:
    with phone.peeking():
        filling = session.cases.corrected(case_id, entry_id)
        filling.answer(filling.find("cold"), str(rng.randrange(99)))
        if rng.random() < 0.5:
            _defect(filling, rng)
    await phone.do(session.cases.correct(case_id, entry_id, filling, "抄错", once=session.new_id()))


def faults(histories: Mapping[tuple[str, str], list[Entry]]) -> Iterator[str]:
    """Yield each defect that made more than one ticket, each wrong sum that nobody was told of, and each that the app
    itself got wrong."""
    made: Counter[tuple[str, str]] = Counter()
    for history in histories.values():
        raised = (e.body for e in history if e.body.get("case_path") and e.body.get("channel") != "survey")
        first = {(str(body["case_id"]), str(body["case_path"])) for body in raised}
        made.update(first)
    for (case_id, path), number in made.items():
        # A chain asks the same again in another of its forms: what is poor again is another job (Q2).
        if number > max(1, _raising(histories.get((CASE, case_id), ()), path)):
            yield f"the defect {path} of case {case_id} made {number} tickets"
    for (type_, case_id), history in histories.items():
        if type_ != CASE:
            continue
        told = {str(entry.body["filled_id"]) for entry in history if entry.kind == "form_checked"}
        for entry in history:
            if entry.kind != "form_filled" or entry.body["form_id"] != FORM_ID:
                continue
            wrong, forged = not _adds_up(entry.body["answers"]), entry.body["answers"]["total"] == FORGED
            if wrong and entry.id not in told:
                yield f"the sum of {entry.id} on case {case_id} is wrong, and nobody was told"
            if wrong and not forged:
                yield f"the app worked out a wrong sum in {entry.id} on case {case_id}"


def _raising(history: Sequence[Entry], path: str) -> int:
    """Return how many forms of a case raise something at a path, as filled in or corrected."""
    return len({e.body.get("target_id", e.id) for e in history if _raises(e, path)})


def _raises(entry: Entry, path: str) -> bool:
    body = entry.body if entry.kind == "form_filled" else entry.body.get("body") if entry.kind == "amended" else None
    return any(one["path"] == path for one in (body or {}).get("raised") or ())


def withdrawn_faults(world: World, histories: Mapping[tuple[str, str], list[Entry]]) -> Iterator[str]:
    """Yield each form that was begun and came after it had been withdrawn, and nobody was told; told from the rows and
    the times of the server. And each phone in step that offers another version than the one in force."""
    p, e = tables.published_forms.c, tables.entries.c
    # That of the survey is for stewards, and has its own rules (``surveys``).
    mine = p.form_id == "vacant_check"
    rows = world.server.read(lambda c: c.execute(select(p.hash, p.ended, p.ended_at).where(mine)).all())
    came = dict(world.server.read(lambda c: c.execute(select(e.id, e.received_at_ms)).all()))
    ended = {str(row.hash): to_ms(row.ended_at) for row in rows if row.ended == published_forms.WITHDRAWN}
    for (type_, case_id), history in histories.items():
        told = {str(entry.body["filled_id"]) for entry in history if entry.kind == "form_checked"}
        for entry in history if type_ == CASE else ():
            at = ended.get(str(entry.body.get("form"))) if entry.kind == "form_filled" else None
            if at is not None and at < min(entry.body["facts"]["started"], came[entry.id]) and entry.id not in told:
                yield f"{entry.id} on case {case_id} is of a form that was withdrawn, and nobody was told"
    in_force = {str(row.hash) for row in rows if not row.ended}
    for phone in world.phones:
        if phone.session is None or phone.session.engine.status.sign_in_needed:
            continue
        with phone.peeking():
            offered = {one.hash for one in _offered(phone.session)}
        if offered != in_force:
            yield f"{phone.name} offers the forms {offered}, and in force are {in_force}"


def owed_faults(histories: Mapping[tuple[str, str], list[Entry]], rows: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """Yield each duty of a building that the server says otherwise of than the entries do: it is done by a form that
    names it, or by one of that day that names none; and no form fulfils two."""
    mine = {str(row["id"]): row for row in rows if row["about_type"] == BUILDING}
    records = [row["record_id"] for row in mine.values() if row["record_id"]]
    if len(records) != len(set(records)):
        yield "one form fulfils two duties"
    named: set[str] = set()
    by_day: set[tuple[str, str]] = set()
    for (type_, _), history in histories.items():
        state = fold(CASE, history) if type_ == CASE else None
        if not isinstance(state, CaseState) or state.stage == ENDED_EARLY:
            continue
        for filled in state.filled:
            if filled.body.get("duty") in mine:
                named.add(str(filled.body["duty"]))
            elif filled.body.get("building_id") and filled.body["form_id"] == FORM_ID:
                by_day.add((str(filled.body["building_id"]), china_day(filled.entry.at).isoformat()))
    for id_, row in mine.items():
        done = id_ in named or (row["about_id"], row["period"]) in by_day
        if done != (row["done_at"] is not None):
            yield f"the form of {row['about_id']} on {row['period']} is {'done' if done else 'owed'}, the server: {row}"


def _compared(type_: str, owed: bool) -> bool:
    """Whether phones say what is owed about this: places, and where notices hang; of a case, what is owed still."""
    return type_ in (BUILDING, BOARD, LETTERBOX) or (type_ == CASE and owed)


def owed_apart(session: Session, rows: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """Yield what a phone says otherwise of what forms owe than the server."""
    here = {one.id: one.owed for one in session.duties.of_month() if _compared(one.about[0], one.owed)}
    owed = ((row, row["done_at"] is None) for row in rows)
    there = {str(row["id"]): is_owed for row, is_owed in owed if _compared(row["about_type"], is_owed)}
    if here != there:
        yield f"a phone says that {here} is owed by forms, the server {there}"


def _adds_up(answers: Mapping[str, Any]) -> bool:
    return int(answers["total"]) == int(answers["cold"]) + int(answers["hot"])
