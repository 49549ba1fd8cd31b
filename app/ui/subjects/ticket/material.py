"""Checking a material of the resident's own: 合格 / 不合格 / 质量不佳, the consequences explained, the resident's
choice (A.5)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import flet as ft

from app.actions.models import TicketView
from app.domain.subjects.ticket import state as st
from app.domain.subjects.ticket.kinds import CHOICES, PASS
from app.ui import theme
from app.ui.context import use_draft
from app.ui.kit.base import icon, pressable, row, txt
from app.ui.kit.buttons import Action
from app.ui.kit.choose import Option, big_choice, pills
from app.ui.kit.fields import TextBox
from app.ui.kit.money import section
from app.ui.kit.ticket import TONES
from app.ui.subjects.ticket.gate import gated
from app.ui.subjects.ticket.step_form import first_missing, phrases, step_screen, use_ticket
from app.ui.texts import t
from app.ui.ticket_words import word

START: Mapping[str, Any] = {
    "name": "",
    "other": False,
    "brand": "",
    "qty": "",
    "verdict": "",
    "remarks": "",
    "warned": False,
    "consequences": "",
    "choice": "",
}
OTHER = "other"
Update = Callable[..., None]


@ft.component
def MaterialForm(ticket_id: str, view: TicketView) -> ft.Control:
    """The form of the check. If the resident stops the repair here, signing the refusal comes next (A.4)."""
    ui, _ = use_ticket(ticket_id)
    draft = use_draft(f"material:{ticket_id}", START)
    values = draft.values

    async def save() -> None:
        body = material_body(values)
        saved = await ui.do(ui.session.tickets.check_material(ticket_id, **body, once=draft.once, draft=draft.key))
        if saved is None:
            return
        if body.get("choice") == "stop" and view.state.stage in (st.AGREED, st.WORKING):
            ui.replace(f"/ticket/{ticket_id}/consent", reason=t("repair.material.stopped"))
        else:
            ui.replace(f"/ticket/{ticket_id}")

    missing = material_missing(values)
    return step_screen(
        ui,
        "material",
        t("repair.material.heading"),
        view,
        material_fields(values, draft.update, draft.once),
        Action(t("repair.material.save"), save, enabled=missing is None, hint=missing),
        draft=draft,
    )


MaterialScreen = gated("material", lambda ticket_id, view, _: MaterialForm(ticket_id, view), "check_material")


def material_missing(values: Mapping[str, Any]) -> str | None:
    """Return what the check still lacks, in words; None when nothing."""
    passed = values["verdict"] == PASS
    return first_missing(
        (bool(str(values["name"]).strip()), "repair.material.need_name"),
        (bool(values["verdict"]), "repair.material.need_verdict"),
        (passed or bool(str(values["remarks"]).strip()), "repair.material.need_remarks"),
        (passed or bool(values["warned"]), "repair.material.need_warned"),
        (passed or bool(values["choice"]), "repair.material.need_choice"),
    )


def consequences_of(values: Mapping[str, Any]) -> str:
    """Return the consequences to explain: the worker's own words, or those suggested for this verdict."""
    if values["consequences"]:
        return str(values["consequences"])
    return t(f"repair.material.consequences_{values['verdict']}", name=values["name"])


def material_body(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return the check as an entry's body; a material that passed has no consequences and no choice."""
    body = {name: str(values.get(name) or "") for name in ("name", "brand", "qty", "verdict", "remarks")}
    if body["verdict"] == PASS:
        return body
    return body | {
        "warned": bool(values["warned"]),
        "consequences": consequences_of(values),
        "choice": values["choice"] or None,
    }


def material_fields(values: Mapping[str, Any], update: Update, once: str) -> list[ft.Control]:
    """Return the questions; each appears once the one before is answered."""
    verdict = str(values["verdict"])

    def setter(name: str) -> Callable[[str], None]:
        return lambda value: update(**{name: value})

    def choose(value: str) -> None:
        # The suggested words belong to one verdict, and the resident was told for that verdict only.
        update(verdict=value, warned=False, consequences="", choice="")

    names = phrases("repair.material.names")
    name = str(values["name"])
    other = bool(values.get("other")) or (bool(name) and name not in names)

    def pick(value: str) -> None:
        update(other=value == OTHER, name="" if value == OTHER else value)

    kinds = [*((n, n) for n in names), (OTHER, t("repair.material.other"))]
    asked_name: list[ft.Control] = [pills(kinds, OTHER if other else name, pick, id="material")]
    if other:
        asked_name.append(
            TextBox(
                "material-name",
                "",
                name,
                setter("name"),
                name=t("repair.material.name"),
                hint=t("repair.material.name_hint"),
                key=f"name-{once}",
            )
        )
    what = section(t("repair.material.name"), asked_name)
    answers = section(
        t("repair.material.verdict"), [big_choice(verdict_options(), verdict, choose, id="verdict")], id="verdicts"
    )
    parts: list[ft.Control] = [what, answers]
    if not verdict:
        return parts
    asked = {"pass": "remarks_pass", "poor": "remarks_poor"}.get(verdict, "remarks")
    parts.append(
        TextBox(
            "material-remarks",
            t(f"repair.material.{asked}"),
            str(values["remarks"]),
            setter("remarks"),
            lines=2,
            phrases=phrases(f"repair.material.{verdict}_phrases"),
            key=f"remarks-{once}",
        )
    )
    brand = str(values["brand"])
    parts.append(TextBox("material-brand", t("repair.material.brand"), brand, setter("brand"), key=f"brand-{once}"))
    if verdict != PASS:
        parts += _consequences(values, setter, update, once)
    return parts


def _consequences(
    values: Mapping[str, Any], setter: Callable[[str], Callable[[str], None]], update: Update, once: str
) -> list[ft.Control]:
    told = bool(values["warned"])
    ink, ground = TONES["good" if told else "amber"]
    tick = pressable(
        "material-warned",
        row(
            [
                icon(ft.Icons.CHECK_BOX if told else ft.Icons.CHECK_BOX_OUTLINE_BLANK, 28, ink),
                txt(
                    t("repair.material.warned" if told else "repair.material.warned_not"),
                    ft.TextThemeStyle.TITLE_SMALL,
                    color=ink,
                    expand=True,
                ),
            ],
            gap=12,
        ),
        lambda: update(warned=not told, consequences=consequences_of(values)),
        selected=told,
        padding=ft.Padding.symmetric(horizontal=14),
        radius=theme.RADIUS,
        bgcolor=ground,
        min_height=theme.TOUCH_MAIN,
    )
    words = TextBox(
        "material-consequences",
        "",
        consequences_of(values),
        setter("consequences"),
        lines=3,
        name=t("repair.material.consequences"),
        key=f"consequences-{values['verdict']}-{once}",
    )
    parts: list[ft.Control] = [section(t("repair.material.consequences"), [words, tick], id="consequences")]
    if told:
        choices = big_choice(choice_options(), str(values["choice"]), setter("choice"), id="decides")
        parts.append(section(t("repair.material.choice"), [choices], id="choices"))
    return parts


def verdict_options() -> list[Option]:
    """Return the verdicts 合格 / 不合格 / 质量不佳 (A.5)."""
    marks = {
        "pass": (ft.Icons.CHECK_ROUNDED, "good"),
        "fail": (ft.Icons.CLOSE_ROUNDED, "red"),
        "poor": (ft.Icons.REPORT_PROBLEM_OUTLINED, "amber"),
    }
    return [
        Option(value, word("verdict", value), mark, tone, t(f"repair.material.{value}_note"))
        for value, (mark, tone) in marks.items()
    ]


def choice_options() -> list[Option]:
    """Return what the resident can choose about a material that did not pass (A.5)."""
    marks = {
        "use_anyway": (ft.Icons.ARROW_FORWARD_ROUNDED, "amber"),
        "replace": (ft.Icons.SHOPPING_BAG_OUTLINED, "calm"),
        "company_supplies": (ft.Icons.INVENTORY_2_OUTLINED, "calm"),
        "stop": (ft.Icons.BLOCK, "red"),
    }
    return [
        Option(value, word("choice", value), *marks[value], note=t(f"repair.material.{value}_note"))
        for value in CHOICES
    ]
