"""Filing a paper of a household: its class, what it is called, and its scans, which are kept from the first shot on
(S1)."""

from __future__ import annotations

from functools import partial
from typing import Final

import flet as ft

from app.actions import Session
from app.actions.archive import PaperForm
from app.actions.photos import HeldPhoto
from app.domain.rules.archive import NUMBERS
from app.domain.times import read_day
from app.ui import estates
from app.ui.context import Draft, cloud_of, use_draft, use_handed, use_read, use_ui
from app.ui.held_photos import use_held_photos
from app.ui.kit.base import quiet
from app.ui.kit.buttons import Action, small_button
from app.ui.kit.choose import pills
from app.ui.kit.fields import TextBox
from app.ui.kit.lists import empty_state
from app.ui.kit.money import section
from app.ui.kit.scaffold import Scaffold
from app.ui.router import Route
from app.ui.screens.door.archive_paths import archive_path
from app.ui.screens.photo.take import PhotoTaker, held_album
from app.ui.subjects.archive_paper.face import class_name
from app.ui.subjects.archive_paper.paths import PHOTO, new_path, paper_path
from app.ui.subjects.ticket.gate import shut
from app.ui.subjects.ticket.step_form import phrases, text_setter
from app.ui.texts import has, t


def draft_key(household_id: str) -> str:
    """Return the key of the draft of a paper that is being filed."""
    return f"archive-paper:{household_id}"


@ft.component
def NewPaperScreen(household_id: str) -> ft.Control:
    """The form. The class is chosen beforehand where it is opened from one."""
    ui = use_ui()
    path = new_path(household_id)
    handed = use_handed(path)
    home, may, mine = use_read(
        lambda s: (s.home(household_id), s.archive.may_file(household_id), s.archive.classes(household_id)),
        household_id,
    )
    draft = use_draft(
        draft_key(household_id), {"number": str(handed.get("number") or ""), "title": "", "day": "", "note": ""}
    )

    def to_photo() -> None:
        draft.update()  # store the draft, so that the scans are kept under this paper's id
        draft.flush()
        ui.go(new_path(household_id, PHOTO))

    photos = use_held_photos(ui, draft.once, to_photo, "paper-scans", t("archive_paper.scan_says"))
    heading = t("archive_paper.new")
    if home is None or not may:
        none = empty_state(t("archive_paper.not_yours"), t("archive_paper.not_yours_says"), mark=ft.Icons.LOCK_OUTLINE)
        return Scaffold(heading, [none], id="paper-new", on_back=ui.back, cloud=cloud_of(ui))
    v = draft.values
    number = int(v["number"]) if str(v["number"]).isdecimal() else 0
    need = _need(draft, number)

    async def save() -> None:
        draft.flush()
        form = PaperForm(draft.once, household_id, number, str(v["title"]), read_day(v["day"]), str(v["note"]))
        await ui.do(
            ui.session.archive.file(form, draft=draft.key),
            then=lambda saved: ui.replace(paper_path(saved.subject_id)),
            saved=t("archive_paper.filed"),
        )

    def anew() -> None:
        ui.session.photos.drop(draft.once)
        draft.discard()

    names = f"archive_paper.titles.{number}"
    discard = small_button("paper-discard", t("desk.discard"), anew, tone="text")
    return Scaffold(
        heading,
        [
            *estates.head_of(home),
            photos(),
            section(
                t("archive_paper.which_class"),
                [pills([(str(one), class_name(one)) for one in NUMBERS if one in mine], str(v["number"]),
                       partial(draft.set, "number"), id="class")],
            ),
            TextBox("paper-title", t("archive_paper.title"), str(v["title"]), text_setter(draft, "title"), most=60,
                    phrases=phrases(names) if has(names) else (), key=f"title-{draft.once}-{number}"),
            TextBox("paper-day", t("archive_paper.day"), str(v["day"]), text_setter(draft, "day"), most=10,
                    hint=t("archive_paper.day_hint"), key=f"day-{draft.once}"),
            TextBox("paper-note", t("archive_paper.note"), str(v["note"]), text_setter(draft, "note"), lines=2,
                    most=1000, key=f"note-{draft.once}"),
            quiet(t("archive_paper.new_says")),
        ],
        id="paper-new",
        sub=home.address,
        on_back=ui.back,
        cloud=cloud_of(ui),
        tools=[discard] if draft.restored else [],
        action=Action(t("archive_paper.save"), save, enabled=need is None, hint=need, icon=ft.Icons.CHECK_ROUNDED),
        gap=14,
    )  # fmt: skip


def _need(draft: Draft, number: int) -> str | None:
    """Return what lacks first, in words."""
    if not number:
        return t("archive_paper.need.number")
    if not str(draft.values["title"]).strip():
        return t("archive_paper.need.title")
    day = str(draft.values["day"]).strip()
    return t("archive_paper.need.day") if day and read_day(day) is None else None


def _held(session: Session, household_id: str) -> tuple[str, list[HeldPhoto]]:
    """Return the id of the paper that is being filed ("" if there is none), and its scans."""
    once = str((session.draft(draft_key(household_id)) or {}).get("_once") or "")
    return once, session.photos.held(once) if once else []


@ft.component
def ScanScreen(household_id: str) -> ft.Control:
    """The camera, for the scans of a paper that is not filed yet."""
    ui = use_ui()
    paper_id, held = use_read(lambda s: _held(s, household_id), household_id)
    if not paper_id:
        back = (t("archive_paper.new"), lambda: ui.replace(new_path(household_id)))
        return shut(ui, t("archive_paper.scan_over"), back)
    return PhotoTaker(held_album(ui, paper_id, held, f"photo:archive:{paper_id}", t("archive_paper.new")))


_NEW: Final = new_path("{household_id}")
ROUTES: Final = (
    Route(_NEW, NewPaperScreen, parent=archive_path("{household_id}")),
    Route(new_path("{household_id}", PHOTO), ScanScreen, parent=_NEW),
)
