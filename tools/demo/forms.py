"""Forms of the demo estate: the built-in ones are published for the company, and some were filled in lately, so that a
visitor sees at once what they are for."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from app.domain.forms import Facts, Filling, Form
from app.domain.forms.definition import ACKNOWLEDGE
from app.domain.subjects.case.kinds import CASE, SIGNERS
from app.domain.times import DAY, HOUR, MINUTE
from app.domain.writing.addresses import format_address
from sync_server.estate.data import EstateData, Household, StaffMember
from sync_server.forms import compile_form
from sync_server.store import Store
from sync_server.store.estate import published_forms
from tools.demo.history import play_more
from tools.demo.plot import Act

FORMS: Final = Path(__file__).resolve().parents[2] / "assets" / "forms"
_AGO: Final = 50 * DAY
"""How long before now they were published."""


@dataclass(frozen=True, slots=True)
class Told:
    """One filling: who by their number, which form, how many hours ago, where ("": at a door), and the answers that are
    not the usual first choice. ``on``: it carries the case of that filling on."""

    who: str
    form: str
    hours: float
    where: str
    answers: Mapping[str, str]
    on: int | None = None


TOLD: Final = (
    Told("S01", "visitor_in", 51, "大门岗", {"name": "王先生", "pass": "12", "people": "2"}),
    Told("S01", "visitor_out", 48.5, "大门岗", {}, on=0),
    Told("S01", "visitor_in", 26, "大门岗", {"why": "decoration", "name": "李师傅", "pass": "7", "plate": "粤B12345"}),
    Told("S01", "patrol_point", 20, "地下车库 B1 消防泵房", {}),
    Told("S01", "patrol_point", 12, "地下车库 B1 消防泵房", {}),
    Told("S01", "visitor_in", 3, "大门岗", {"name": "陈女士", "pass": "9"}),
    Told("G01", "bill_delivered", 30, "", {}),
    Told("G01", "bill_delivered", 29.5, "", {}),
    Told("G02", "bill_delivered", 28, "", {}),
    Told("Q01", "message_left", 27, "", {"words": "周六上午送家具，请在家", "from": "林先生 13800138009"}),
    Told("Q01", "message_told", 26.5, "", {}, on=9),
    Told("Q02", "message_left", 2, "", {"words": "快递放在门口柜子里了", "from": "快递员"}),
    Told("H01", "cleaning_check", 25, "1 栋大堂", {}),
    Told("H01", "cleaning_check", 5, "3 栋电梯厅", {"score": "4"}),
    Told("B02", "cleaning_signin", 9, "2 栋", {"no_tag": "2 栋楼道"}),
)


def play_forms(store: Store, estate: EstateData, *, now: int, seed: int) -> tuple[int, int]:
    """Publish the built-in forms, and play what was filled in before ``now`` (ms); return how many of each.

    Nothing is played into a store that has published forms. Raises ``HistoryRefused`` where the server does not answer
    as meant.
    """
    with store.read() as connection:
        if published_forms.listed(connection):
            return 0, 0
    forms = dict(_built_in())
    with store.numbered() as write:  # what replays a past gives no numbers to reference data
        write.now = now - _AGO
        admin = next((one.id for one in estate.staff if "admin" in one.roles), None)
        for definition, form in forms.values():
            published_forms.publish(write, definition, form, None, admin)
    acts = list(_acts(estate, {name: form for name, (_, form) in forms.items()}, now, random.Random(f"forms {seed}")))
    play_more(store, estate, "forms", acts, seed, now - _AGO)
    return len(forms), len(acts)


def _built_in() -> Iterator[tuple[str, tuple[bytes, Form]]]:
    for file in sorted(FORMS.glob("*.md")):
        found = compile_form(file.name, file.read_bytes())
        if found.definition is not None and found.form is not None:
            yield file.stem, (found.definition, found.form)


def _acts(estate: EstateData, forms: Mapping[str, Form], now: int, rng: random.Random) -> Iterator[Act]:
    staff = {one.number: one for one in estate.staff}
    cases: list[str] = []
    made: list[Act] = []
    homes: list[Household | None] = []
    for told in TOLD:
        at = now - round(told.hours * HOUR)
        who, form = staff[told.who], forms[told.form]
        case = cases[told.on] if told.on is not None else _id(at, rng)
        home = homes[told.on] if told.on is not None else None if told.where else _home(estate, who, rng)
        cases.append(case)
        homes.append(home)
        made.append(_act(told, who, form, case, home, at, rng))
    yield from sorted(made, key=lambda act: act.at)


def _act(
    told: Told, who: StaffMember, form: Form, case: str, home: Household | None, at: int, rng: random.Random
) -> Act:
    id_ = _id(at, rng)
    filling = Filling(form, Facts(at - 2 * MINUTE, id_, who.name, "demo"))
    for name, value in told.answers.items():
        filling.answer(filling.find(name), value)
    for place, _ in list(filling.troubles()):
        if place.question.type == ACKNOWLEDGE:
            filling.answer(place, "OK")
        elif not place.question.signer and (choices := filling.choices(place)):
            filling.answer(place, choices[0].name)  # the usual answer stands first
    filling.ended(at)
    signers = [one.question.signer for one in filling.root.everything() if one.relevant]
    body = {
        "form": form.hash,
        "form_id": form.id,
        "version": form.version,
        "title": form.said(form.title, "zh"),
        **{name: form.settings.get(name) for name in ("case", "step", "after", "ends")},
        "address": format_address(home.address) if home is not None else told.where,
        "household_id": home.id if home is not None else None,
        "unit_id": home.unit_id if home is not None else None,
        "building_id": home.building_id if home is not None else None,
        "facts": filling.facts.body(),
        "answers": filling.answers(),
        "shown": filling.shown("zh"),
        "looked_up": filling.looked_up() or None,
        "signers": [one for one in dict.fromkeys(signers) if one in SIGNERS] or None,
    }
    body = {name: value for name, value in body.items() if value not in (None, "")}
    return Act(id_, at, at + MINUTE, who.id, "form_filled", (CASE, case), body)


def _home(estate: EstateData, who: StaffMember, rng: random.Random) -> Household:
    living = [one for one in estate.households if one.status == "living"]
    mine = [one for one in living if one.building_id in who.building_ids]
    return rng.choice(mine or living)


def _id(at: int, rng: random.Random) -> str:
    """Return a UUID of version 7 for a moment."""
    number = f"{(at << 80) | (7 << 76) | (rng.getrandbits(12) << 64) | (2 << 62) | rng.getrandbits(62):032x}"
    return "-".join((number[:8], number[8:12], number[12:16], number[16:20], number[20:]))
