"""The parts of a visit's form 走访 (E), for recording and for correcting one."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from typing import Any, Final

import flet as ft

from app.actions.models import Household, PromiseForm, VisitForm, WelcomeForm
from app.actions.rounds import FESTIVAL, Round
from app.domain.rules.kind import CAPACITIES
from app.domain.rules.visiting import month_end
from app.ui.context import Ui
from app.ui.kit.base import column, flow, quiet, row, txt
from app.ui.kit.buttons import icon_button, small_button
from app.ui.kit.choose import Option, big_choice, pill, pills
from app.ui.kit.fields import TextBox
from app.ui.kit.money import section
from app.ui.screens.door.households import relation_words
from app.ui.subjects.matter.fields import matter_form
from app.ui.subjects.matter.words import class_word
from app.ui.subjects.ticket.fields import ticket_form
from app.ui.subjects.visit.face import ROUND_PATH, not_met_words, occasion_words
from app.ui.subjects.visit.gifts import gift_missing, gift_of, welcome_of
from app.ui.texts import day_text, t
from app.ui.ticket_words import capacity_of, word

OCCASIONS: Final = ("monthly", "move_in", "festival", "complaint", "follow_up", "other")
NOT_MET: Final = ("nobody_home", "asked_later", "refused", "other")
MOST_PROMISES: Final = 20
NOT_MET_ICONS: Final[Mapping[str, ft.IconData]] = {
    "nobody_home": ft.Icons.DOOR_FRONT_DOOR_OUTLINED,
    "asked_later": ft.Icons.EVENT_REPEAT_OUTLINED,
    "refused": ft.Icons.DO_NOT_DISTURB_ON_OUTLINED,
    "other": ft.Icons.MORE_HORIZ,
}

START: Final[Mapping[str, Any]] = {
    "met": True,
    "met_id": "",
    "met_name": "",
    "met_capacity": "",
    "not_met": "",
    "said": "",
    "promises": [],
    "tickets": [],
    "matters": [],
    "occasion": "monthly",
    "note": "",
    "gift": "",
    "gift_given": False,
    "festival": "",
    "flowers": False,
    "letter": False,
    "helped": False,
    "impression": "",
}
"""The values of an empty form. ``met_id`` is the id of the person met, or "other" for somebody who is not
registered."""

Values = Mapping[str, Any]
Update = Callable[..., object]


def draft_key(household_id: str) -> str:
    """Return the key of the draft of a visit to a household."""
    return f"visit:{household_id}"


def festive_start(walked: Round | None) -> dict[str, Any]:
    """Return the values with which the form begins on a festival's round: the gift chosen once for all doors (E.2)."""
    if walked is None or walked.occasion != FESTIVAL:
        return {}
    return {
        "occasion": FESTIVAL,
        "gift": walked.gift,
        "gift_given": bool(walked.gift),
        "festival": walked.festival,
    }


def walk_on(ui: Ui, household_id: str) -> None:
    """Leave the form of a saved visit: for the round, if the household is on it, otherwise for the household's page."""
    if ui.session.rounds.of(household_id) is None:
        ui.replace(f"/household/{household_id}")
        return
    ui.refresh()  # at once: the session's own announcement may come later, and the next tap is about the next door
    ui.replace(ROUND_PATH)


@dataclass(frozen=True)
class Phrases:
    """A person's own phrases for what residents say, and the function that adds one."""

    own: tuple[str, ...]
    keep: Callable[[str], object]


def visit_form(visit_id: str, household_id: str, values: Values, unsigned_reason: str = "") -> VisitForm:
    """Return the values as the form that is saved: only those that apply when somebody, or nobody, was met."""
    met = bool(values["met"])
    promises = tuple(
        PromiseForm(str(p["what"]).strip(), str(p["until"])) for p in values["promises"] if str(p["what"]).strip()
    )
    return VisitForm(
        visit_id=visit_id,
        household_id=household_id,
        occasion=str(values["occasion"]),
        met=met,
        met_name=str(values["met_name"]).strip() if met else "",
        met_capacity=str(values["met_capacity"]) or None if met else None,
        not_met=None if met else str(values["not_met"]) or None,
        said=str(values["said"]).strip() if met else "",
        promises=promises if met else (),
        tickets=tuple(ticket_form(ticket) for ticket in values["tickets"]) if met else (),
        matters=tuple(matter_form(matter) for matter in values["matters"]) if met else (),
        unsigned_reason=unsigned_reason if met else "",
        note=str(values["note"]).strip(),
        gift=gift_of(values) if met else "",
        festival=str(values["festival"]),
        welcome=welcome_of(values) if met else WelcomeForm(),
    )


def missing(values: Values) -> str | None:
    """Return what is still missing, in words; None when nothing is."""
    if not values["met"]:
        if not values["not_met"]:
            return t("visit.choose_why")
        return t("visit.write_why") if values["not_met"] == "other" and not str(values["note"]).strip() else None
    if not str(values["met_name"]).strip():
        return t("visit.choose_who")
    for promise in values["promises"]:
        if not str(promise["what"]).strip():
            return t("visit.write_promise")
        if not promise["until"]:
            return t("visit.choose_until")
    return gift_missing(values)


def who_section(home: Household, values: Values, update: Update, large: bool = False) -> ft.Control:
    """Return the choice of who was met: the household's people as chips, or somebody else; or nobody, and why."""
    if not values["met"]:
        options = [
            Option(why, not_met_words(why), NOT_MET_ICONS[why], "amber" if why == "refused" else "calm")
            for why in NOT_MET
        ]
        parts: list[ft.Control] = [
            big_choice(options, values["not_met"] or None, lambda why: update(not_met=why), id="not-met"),
            TextBox(
                "visit-note",
                t("visit.note"),
                values["note"],
                lambda note: update(note=note),
                lines=2,
                most=2000,
                hint=t("visit.note_hint"),
            ),
        ]
        back = small_button("somebody", t("visit.somebody"), lambda: update(met=True), tone="text")
        return column([section(t("visit.why_nobody"), parts), back])

    def chosen(person_id: str, name: str, relation: str) -> Callable[[], object]:
        return lambda: update(met_id=person_id, met_name=name, met_capacity=capacity_of(relation))

    chips: list[ft.Control] = [
        pill(
            f"met-{number}",
            f"{person.name} · {relation_words(person.relation)}",
            chosen(person.id, person.name, person.relation),
            selected=values["met_id"] == person.id,
        )
        for number, person in enumerate(home.people)
    ]
    chips.append(
        pill(
            "met-other",
            t("visit.other_person"),
            lambda: update(met_id="other", met_name="", met_capacity="family"),
            selected=values["met_id"] == "other",
        )
    )
    parts = [flow(chips)]
    if values["met_id"] == "other":
        parts.append(
            TextBox(
                "met-name",
                t("visit.other_name"),
                values["met_name"],
                lambda name: update(met_name=name),
                most=60,
                hint=t("visit.other_name_hint"),
            )
        )
    if values["met_id"] == "other":
        # Of registered people the capacity is known.
        capacities = [(capacity, word("capacity", capacity)) for capacity in CAPACITIES]
        parts.append(quiet(t("visit.capacity")))
        parts.append(pills(capacities, values["met_capacity"], lambda c: update(met_capacity=c), id="capacity"))
    away = small_button(
        "nobody", t("visit.nobody"), lambda: update(met=False), icon=ft.Icons.NO_ACCOUNTS_OUTLINED, tone="text"
    )
    if values["met_id"]:
        return section(t("visit.who"), parts)
    if large:
        return section(t("visit.who"), [*parts, away])
    return section(t("visit.who"), parts, tool=away)


def said_section(values: Values, update: Update, phrases: Phrases) -> ft.Control:
    """Return the field for what was said, by phrases (one's own first), typing or the keyboard's dictation."""
    said = str(values["said"])
    usual = tuple(t(f"visit.phrases.said_{n}") for n in range(1, 7))
    known = tuple(dict.fromkeys((*phrases.own, *usual)))
    parts: list[ft.Control] = [
        TextBox(
            "said",
            "",
            said,
            lambda text: update(said=text),
            lines=3,
            most=3000,
            name=t("visit.said"),
            hint=t("visit.said_hint"),
            phrases=known,
            verbatim=True,
        )
    ]
    if 2 <= len(said.strip()) <= 30 and said.strip() not in known:
        keep = small_button(
            "keep-phrase",
            t("visit.keep_phrase"),
            lambda: phrases.keep(said.strip()),
            icon=ft.Icons.BOOKMARK_ADD_OUTLINED,
            tone="text",
        )
        parts.append(keep)
    return section(t("visit.said"), parts)


def promises_section(values: Values, update: Update, today: date) -> ft.Control:
    """Return the promises, each with its day (E)."""
    promises: list[Mapping[str, Any]] = list(values["promises"])

    def change(number: int, **changed: Any) -> None:
        update(promises=[{**p, **changed} if n == number else p for n, p in enumerate(promises)])

    def remove(number: int) -> None:
        update(promises=[p for n, p in enumerate(promises) if n != number])

    def add() -> None:
        serial = max((int(p["n"]) for p in promises), default=-1) + 1
        update(promises=[*promises, {"n": serial, "what": "", "until": ""}])

    parts: list[ft.Control] = []
    for number, promise in enumerate(promises):
        if number:
            parts.append(ft.Divider(height=1, color=ft.Colors.OUTLINE_VARIANT))
        parts.append(
            _promise(
                promise,
                today,
                partial(change, number),
                partial(remove, number),
            )
        )
    if len(promises) < MOST_PROMISES:
        parts.append(small_button("add-promise", t("visit.add_promise"), add, icon=ft.Icons.ADD_ROUNDED))
    return section(t("visit.promises"), parts)


def _promise(promise: Mapping[str, Any], today: date, change: Update, remove: Callable[[], object]) -> ft.Control:
    serial = promise["n"]
    until = date.fromisoformat(promise["until"]) if promise["until"] else None
    what = TextBox(
        f"promise-{serial}",
        "",
        str(promise["what"]),
        lambda text: change(what=text),
        lines=2,
        most=1000,
        name=t("visit.promises"),
        hint=t("visit.promise_hint"),
        phrases=tuple(t(f"visit.phrases.promise_{n}") for n in range(1, 5)),
        key=f"promise-{serial}",
    )
    head = [txt(t("visit.promise_until"), ft.TextThemeStyle.TITLE_SMALL, expand=True)]
    if until is not None:
        head = [
            txt(
                t("visit.promise_until_day", day=day_text(until, today)),
                ft.TextThemeStyle.TITLE_SMALL,
                color=ft.Colors.PRIMARY,
                expand=True,
            )
        ]
    quick = quick_days(today)
    options = [(value, words) for value, words, _ in quick]
    chosen = next((value for value, _, day in quick if day == until), None)
    days = {value: day for value, _, day in quick}

    def pick(value: str) -> None:
        day = days.get(value) or (until or today) + timedelta(days=7)
        change(until=day.isoformat())

    erase = icon_button(f"promise-{serial}-remove", ft.Icons.DELETE_OUTLINE, t("visit.remove"), remove)
    return column(
        [
            what,
            row([*head, erase]),
            pills([*options, ("later", t("visit.until.other"))], chosen, pick, id=f"until-{serial}"),
        ],
        gap=8,
        key=f"promise-part-{serial}",
    )


def quick_days(today: date) -> list[tuple[str, str, date]]:
    """Return the usual days for a promise: 今天, 明天, 后天, 7 天内, 本月底 (if that is another day)."""
    days = [(str(n), day_text(today + timedelta(days=n), today), today + timedelta(days=n)) for n in range(3)]
    days.append(("7", t("visit.until.seven"), today + timedelta(days=7)))
    end = month_end(today)
    if end not in [day for _, _, day in days]:
        days.append(("month", t("visit.until.month"), end))
    return days


def tickets_section(values: Values, update: Update, on_add: Callable[[], object]) -> ft.Control:
    """Return tickets and matters raised during the visit, which are saved with it (E)."""
    return raised_section(values, update, on_add, t("visit.goes_up_together"))


def raised_section(values: Values, update: Update, on_add: Callable[[], object], together: str) -> ft.Control:
    """Return what was raised during a visit or a call, and a button for more; ``together`` says with what it is
    saved."""
    parts: list[ft.Control] = [
        *_raised("tickets", values, update, lambda raised: word("kind", raised["kind"])),
        *_raised("matters", values, update, lambda raised: class_word(str(raised["kind"]))),
    ]
    if parts:
        parts.append(quiet(together))
    parts.append(small_button("add-ticket", t("visit.add_ticket"), on_add, icon=ft.Icons.ADD_ROUNDED))
    return section(t("visit.tickets"), parts)


def _raised(
    part: str, values: Values, update: Update, called: Callable[[Mapping[str, Any]], str]
) -> Iterator[ft.Control]:
    """Yield the tickets or matters that were raised, each with a button that removes it."""
    raised: Sequence[Mapping[str, Any]] = values[part]
    prefix = "raised" if part == "tickets" else "said"

    def remove(number: int) -> None:
        update(**{part: [one for n, one in enumerate(raised) if n != number]})

    for number, one in enumerate(raised):
        name = txt(called(one), ft.TextThemeStyle.TITLE_SMALL, color=ft.Colors.PRIMARY)
        words = ft.Container(column([name, txt(str(one["content"]))], gap=1), expand=True)
        away = icon_button(
            f"{prefix}-{number}-remove", ft.Icons.DELETE_OUTLINE, t("visit.remove"), partial(remove, number)
        )
        yield row([words, away])


def occasion_section(values: Values, update: Update) -> ft.Control:
    """Return the choice of the occasion: monthly, a new household, a festival, a complaint, … (E)."""
    options = [(occasion, occasion_words(occasion)) for occasion in OCCASIONS]
    return section(
        t("visit.occasion"), [pills(options, values["occasion"], lambda o: update(occasion=o), id="occasion")]
    )
