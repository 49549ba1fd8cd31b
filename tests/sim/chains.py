"""Chains of forms on several phones (J-L, Q, R5, U1, Y2): begun, carried on, signed, waived and corrected by who has
not heard, saved twice as after a kill, and past the verbs as by an older phone; what must come of it: see
``chain_rules``."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import select

from app.actions import Session
from app.actions.cases import signers
from app.actions.form_draft import ZH, FormDraft, Where
from app.actions.form_list import published
from app.domain.forms import Filling
from app.domain.subjects.case.kinds import CASE
from app.domain.subjects.case.state import CaseState
from app.domain.subjects.thing.kinds import THING
from app.domain.times import china_day
from app.domain.wire.errors import Problem
from app.domain.writing.tags import KEY, Tag
from app.store.queries import CardFilter
from sync_server.store import Store
from sync_server.store.estate.published_forms import IN_FORCE
from sync_server.store.tables import published_forms
from tests.forms.built_in import finish
from tests.sim.estate import HOMES, homes
from tests.support.field_work import signature
from tests.support.filled import built_in
from tests.support.forms import publish

if TYPE_CHECKING:
    from tests.sim.phones import SimPhone

Answers = Mapping[str, str | list[dict[str, str]]]
Next = Callable[[CaseState, random.Random], str]


@dataclass(frozen=True)
class Script:
    """How one or more chains are played: what is published, which forms begin a case, which one mostly comes next, and
    how many cases there are at most, so that phones meet at one."""

    forms: tuple[str, ...]
    begins: tuple[str, ...]
    next: Next
    most: int = 1
    at_once: int = 1
    """Most things that somebody does one after the other: a hand-over is long."""


def put_forms(store: Store, *names: str) -> None:
    """Have the server publish built-in forms that are not in force: at first, and once it was put back to a backup."""
    with store.read() as connection:
        p = published_forms.c
        there = set(connection.execute(select(p.form_id).where(p.ended == IN_FORCE)).scalars())
    publish(store, *built_in(*(name for name in names if name not in there)))


async def go_on(phone: SimPhone, rng: random.Random, script: Script) -> None:
    """Begin a case, or do something with one that this phone knows; nothing before its forms are here."""
    session = phone.session
    for _ in range(rng.randint(1, script.at_once)):
        if phone.session is session:
            await _go_on(phone, rng, script)


async def _go_on(phone: SimPhone, rng: random.Random, script: Script) -> None:
    session = phone.session
    assert session is not None
    with phone.peeking() as store:
        here = {one.id for one in published(store)}
        cards = store.cards(CardFilter(type=CASE, kinds=script.forms), 0, 50)
        known = sorted(card.id for card in cards)
    begins = [name for name in script.begins if name in here]
    if begins and (not known or (len(known) < script.most and rng.random() < 0.4)):
        await fill(phone, rng, rng.choice(begins), _door(rng.choice(homes(phone.world.two))), session.new_id())
        return
    if not known:
        phone.sync()  # the forms may be on the server
        return
    with phone.peeking() as store:
        state = store.state(CASE, rng.choice(known))
    assert isinstance(state, CaseState)
    if not state.filled:
        return
    draw = rng.random()
    if state.to_sign and draw < 0.4:
        await _sign(phone, rng, state)
    elif draw < 0.45:
        await _correct(phone, rng, state)
    elif (name := script.next(state, rng)) in here:
        where = Where(state.household_id, state.unit_id, state.building_id, state.address)
        await fill(phone, rng, name, where, state.id)


async def tag_keys(phone: SimPhone) -> None:
    """Hang a tag on the keys of homes that hang on the rack: a hand-over names them by it (G3, J1)."""
    session = phone.session
    assert session is not None
    with phone.peeking() as store:
        cards = [card for card in store.cards(CardFilter(type=THING), 0, 50) if card.unit_id and not card.tags]
        made = {card.id: tag for card in cards if (tag := _TAGS.get(card.unit_id or ""))}
    new = [session.entry((THING, id_), "tag_assigned", {"tag": tag}, None) for id_, tag in made.items()]
    if new:
        phone.save(new, {})


_TAGS: Final = {home["unit_id"]: Tag(KEY, "TST", f"{n:04}").code for n, home in enumerate(HOMES.values(), 1)}


def _door(home: Mapping[str, str]) -> Where:
    return Where(home["household_id"], home["unit_id"], home["building_id"], home["address"])


# -- what people do ----------------------------------------------------------------------------


async def fill(
    phone: SimPhone,
    rng: random.Random,
    name: str,
    where: Where,
    case_id: str,
    kept: Mapping[str, Any] | None = None,
    **more: Any,
) -> None:
    """Fill a form in, now and then past the verbs, or saved a second time as after a kill."""
    session = phone.session
    assert session is not None
    with phone.peeking():
        form = session.cases.latest(name)
        assert form is not None
        draft = FormDraft(form.hash, case_id, session.new_id(), session.now(), kept, where, **more)
        filling = session.cases.filling(draft)
        _answer(filling, _answers(name, rng, session, where))
        finish(filling)
        draft = replace(draft, kept=filling.kept())
        carries_on = session.card(CASE, case_id) is not None
    if carries_on and rng.random() < 0.3:
        _past_the_verbs(phone, draft, filling)
        return
    await phone.do(session.cases.record(draft, filling))
    if phone.session is session and rng.random() < 0.3:
        with phone.peeking():
            again = session.cases.filling(draft)
        await phone.do(session.cases.record(draft, again))


def _past_the_verbs(phone: SimPhone, draft: FormDraft, filling: Filling) -> None:
    """Save a form whether or not it fits, without what it raises: an older phone, or one that has not heard."""
    session, form = phone.session, filling.form
    assert session is not None
    body: dict[str, Any] = {
        "form": form.hash, "form_id": form.id, "version": form.version, "title": form.said(form.title, ZH) or form.id,
        **{name: form.settings.get(name) for name in ("case", "step", "after", "ends")}, **draft.where.body(),
        "duty": draft.duty, "facts": filling.facts.body(), "answers": filling.answers(), "shown": filling.shown(ZH),
        "looked_up": filling.looked_up(), "signers": list(signers(filling)),
    }  # fmt: skip
    said = {name: value for name, value in body.items() if value not in (None, "", [])}
    phone.save([session.entry((CASE, draft.case_id), "form_filled", said, draft.once)], {})


async def _sign(phone: SimPhone, rng: random.Random, state: CaseState) -> None:
    """Have the form signed that lacks a signature first; or somebody says why not, even where that is no reason."""
    session = phone.session
    assert session is not None
    entry_id, signer = state.to_sign[0]
    if rng.random() < 0.25:
        await phone.do(session.cases.not_signed(state.id, entry_id, "不愿签名", once=session.new_id()))
        return
    try:
        with phone.peeking():
            signed = signature(session.signing_content(CASE, state.id, CASE), "张", signer, "self")
        # Two people never sign alike: what one of them drew is no other's blob.
        drawn = [[rng.randrange(10_000), rng.randrange(10_000), n * 20] for n in range(12)]
        signed = replace(signed, strokes=({"points": drawn},), width=300, height=120)
    except Problem as problem:
        phone.world.tell(f"{phone.name}: not done: {problem.name}")
        return
    await phone.do(session.sign(signed))


_OTHERWISE: Final = {
    "decoration_final": ("found", ("no", "yes")),
    "decoration_passes": ("what", ("issued", "returned", "lost")),
    "mail_told": ("how", ("phone", "nobody")),
    "mail_collected": ("who", ("self", "family")),
    "move_in_rooms": ("accepted", ("now", "refused")),
    "cleaning_check": ("score", ("1", "5")),
    "cleaning_recheck": ("score", ("1", "5")),
    "event_plan": ("people", ("10", "20")),
}
"""What a correction changes, by form."""


async def _correct(phone: SimPhone, rng: random.Random, state: CaseState) -> None:
    session, one = phone.session, rng.choice(state.filled)
    assert session is not None
    path, values = _OTHERWISE.get(str(one.body["form_id"]), ("", ()))
    if not path:
        return
    try:
        with phone.peeking():
            filling = session.cases.corrected(state.id, one.entry.id)
            filling.answer(filling.find(path), rng.choice(values))
            finish(filling)
    except Problem as problem:  # the definition of another phone's form has not come here
        phone.world.tell(f"{phone.name}: not done: {problem.name}")
        return
    await phone.do(session.cases.correct(state.id, one.entry.id, filling, "写错", once=session.new_id()))


def _answer(filling: Filling, said: Answers) -> None:
    for path, value in said.items():
        if isinstance(value, str):
            filling.answer(filling.find(path), value)
            continue
        for kids in value:
            row = filling.add_row(filling.root, path)
            for kid, text in kids.items():
                filling.answer(row.kids[kid][0], text)


def _answers(name: str, rng: random.Random, session: Session, where: Where) -> Answers:
    """Return what is said in a form; ``finish`` says the rest."""
    day = china_day(session.now())
    today, later = day.isoformat(), (day + timedelta(days=1)).isoformat()
    number = f"P{rng.randrange(2)}"
    poor = {"score": rng.choice(("1", "2")), "wrong": "dust", "rework": "yes"}
    found: dict[str, Callable[[], Answers]] = {
        "decoration_filing": lambda: {
            "who": "owner", "kind": "simple", "papers": "leader workers", "contractor": "装饰公司", "leader": "赵",
            "leader_phone": "13800138000", "start": today, "until": today, "receipt": "A1",
        },
        "decoration_passes": lambda: {
            "what": rng.choice(("issued", "issued", "returned", "returned", "lost")),
            "pass": [{"number": number, "name": "工"}],
        },
        "decoration_inspection": lambda: {
            "permit": "there",
            **({"breach": "no"} if rng.random() < 0.5 else {"breach": "yes", "wrong/rules": "hours"}),
        },
        "decoration_final": lambda: {"found": "no", "in_use": today} if rng.random() < 0.8 else {"found": "yes"},
        "decoration_stop": lambda: {"what": rng.choice(("stop", "go_on")), "signs": "absent"},
        "decoration_refund": lambda: {"leak": "no", "passes_issued": "1", "passes_back": "1"},
        "mail_received": lambda: {"kind": "parcel", "damaged": "yes" if rng.random() < 0.2 else "no"},
        "mail_told": lambda: {"how": rng.choice(("phone", "phone", "nobody"))},
        "mail_collected": lambda: {"who": "self"},
        "mail_returned": lambda: {"lost": "no", "why": "uncollected"},
        "move_in_facts": lambda: {
            "who": "owner", "name": "赵新", "phone": "13900001111", "people": "2", "emergency_name": "钱",
            "emergency_phone": "13900002222",
        },
        "move_in_rooms": lambda: {"right": "living kitchen"}
        | ({"accepted": "now", "water": "1", "power": "2"} if rng.random() < 0.92
           else {"accepted": "refused", "refused": "quality"}),
        "move_in_items": lambda: {
            "thing": [{"what": "door_key", "number": "3", "tag": _TAGS.get(where.unit_id or "", "")}],
            "complete": "yes",
        },
        "move_in_papers": lambda: {
            "done": "identity agreement rules account archive decoration", "moves_in": today,
        },
        "change_of_household": lambda: {
            "kind": rng.choice(("sold", "out")), "papers": "identity", "done": "arrears keys cards meters contacts",
            "name": "新户", "phone": "13800138111",
        },
        "cleaning_check": lambda: {"area": "lobby", **(poor if rng.random() < 0.7 else {"score": "5"})},
        "cleaning_signin": lambda: {"no_tag": "大堂", "shift": "morning"},
        "cleaning_recheck": lambda: poor if rng.random() < 0.5 else {"score": "5"},
        "meeting_minutes": lambda: {
            "kind": "friday", "chair": "王", "present": "5",
            "topic": [{"what": f"第{n}件", "task": rng.choice(("yes", "no"))} for n in range(rng.randrange(1, 3))],
        },
        "event_plan": lambda: {
            "name": "中秋", "day": rng.choice((today, later)), "begins": "09:30", "place": "广场", "people": "10",
            "budget": "5", "safety": "guard",
        },
        "event_result": lambda: {
            "people": "9", "shows": "neither", "spent": "5", "incident": "yes" if rng.random() < 0.3 else "no",
        },
    }  # fmt: skip
    return found.get(name, dict)()


# -- the chains ----------------------------------------------------------------------------------


def _decoration(state: CaseState, rng: random.Random) -> str:
    last = next((one.body for one in reversed(state.filled) if one.body.get("step") == "final"), None)
    right = last is not None and last["answers"].get("found") == "no"
    what = ("final", "passes", "inspection", "stop", "refund")
    weights = (1, 1, 2, 1, 12) if right else (9, 2, 2, 1, 1)
    return f"decoration_{rng.choices(what, weights)[0]}"


def _mail(state: CaseState, rng: random.Random) -> str:
    return f"mail_{rng.choices(('told', 'collected', 'returned'), (3, 4, 1))[0]}"


_MOVE_IN: Final = ("facts", "rooms", "items", "papers")


def _move_in(state: CaseState, rng: random.Random) -> str:
    if state.first.get("case") != "move_in":
        return "change_of_household"
    done = {one.body.get("step") for one in state.filled}
    left = [one for one in _MOVE_IN if one not in done]
    return f"move_in_{left[0] if left and rng.random() < 0.9 else rng.choice(_MOVE_IN[1:])}"


def _follow_on(state: CaseState, rng: random.Random) -> str:
    return {"cleaning": "cleaning_recheck", "event": "event_result"}.get(str(state.first.get("case")), "")


SCRIPTS: Final = {
    "decoration": Script(
        (
            "decoration_filing", "decoration_passes", "decoration_inspection", "decoration_final", "decoration_stop",
            "decoration_refund",
        ),
        ("decoration_filing",),
        _decoration,
    ),
    "mail": Script(("mail_received", "mail_told", "mail_collected", "mail_returned"), ("mail_received",), _mail, 2),
    "move in": Script(
        (*(f"move_in_{one}" for one in _MOVE_IN), "change_of_household"),
        ("move_in_facts", "move_in_facts", "change_of_household"),
        _move_in,
        2,
        4,
    ),
    "follow on": Script(
        ("cleaning_check", "cleaning_recheck", "cleaning_signin", "meeting_minutes", "event_plan", "event_result"),
        ("cleaning_check", "cleaning_check", "cleaning_signin", "meeting_minutes", "event_plan"),
        _follow_on,
        3,
    ),
}  # fmt: skip
