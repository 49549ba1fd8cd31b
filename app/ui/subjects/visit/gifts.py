"""What is given on a visit: a festival's gift, or the welcome of a new household (E)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, Final

import flet as ft

from app.actions.models import WelcomeForm
from app.ui.kit.base import flow, quiet
from app.ui.kit.choose import pill, pills
from app.ui.kit.fields import TextBox
from app.ui.kit.money import section
from app.ui.texts import t

Values = Mapping[str, Any]
Update = Callable[..., object]

GIVEN: Final = ("flowers", "letter", "helped")
"""What a new household can be given, by the names of the form's values."""


def gift_of(values: Values) -> str:
    """Return the gift of this visit; "" for none."""
    return str(values["gift"]).strip() if values["occasion"] == "festival" and values["gift_given"] else ""


def welcome_of(values: Values) -> WelcomeForm:
    """Return the welcome of a new household, as far as it is filled in."""
    if values["occasion"] != "move_in":
        return WelcomeForm()
    given = {name: bool(values[name]) for name in GIVEN}
    return WelcomeForm(**given, impression=str(values["impression"]).strip())


def gift_missing(values: Values) -> str | None:
    """Return what is still missing about the gift, in words; None when nothing is."""
    if values["occasion"] != "festival" or not values["gift_given"] or gift_of(values):
        return None
    return t("visit.write_gift")


def given_section(values: Values, update: Update, known: str = "") -> list[ft.Control]:
    """Return the fields for this occasion's gifts; for most occasions none. ``known``: the gift of the current
    round."""
    if values["occasion"] == "festival":
        return [_gift(values, update, known)]
    return [_welcome(values, update)] if values["occasion"] == "move_in" else []


def gift_box(id: str, value: str, on_change: Callable[[str], object]) -> ft.Control:
    """Return the field for a gift's name, with the usual ones to tap."""
    usual = tuple(t(f"visit.phrases.gift_{n}") for n in range(1, 5))
    return TextBox(
        id, "", value, on_change, most=60, name=t("visit.gift_which"), hint=t("visit.gift_hint"), phrases=usual
    )


def _gift(values: Values, update: Update, known: str) -> ft.Control:
    name = str(values["gift"]).strip() or t("visit.gift")
    options = [("yes", t("visit.gift_given", gift=name)), ("no", t("visit.gift_not"))]
    chosen = "yes" if values["gift_given"] else "no"
    parts: list[ft.Control] = [pills(options, chosen, lambda said: update(gift_given=said == "yes"), id="gift")]
    if values["gift_given"]:
        if not known:
            parts.append(gift_box("gift-name", str(values["gift"]), lambda text: update(gift=text)))
        parts.append(quiet(t("visit.gift_signed_for")))
    return section(t("visit.gift"), parts)


def _welcome(values: Values, update: Update) -> ft.Control:
    def turn(name: str) -> None:
        update(**{name: not values[name]})

    given = [
        pill(f"welcome-{name}", t(f"visit.welcome_{name}"), partial(turn, name), selected=bool(values[name]))
        for name in GIVEN
    ]
    usual = tuple(t(f"visit.phrases.impression_{n}") for n in range(1, 5))
    says = TextBox(
        "impression",
        t("visit.impression"),
        str(values["impression"]),
        lambda text: update(impression=text),
        lines=2,
        most=2000,
        hint=t("visit.impression_hint"),
        phrases=usual,
    )
    return section(t("visit.welcome"), [flow(given), says])
