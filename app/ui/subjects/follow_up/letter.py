"""Writing an open letter 公开信: one answer to many people who said the same, recorded with each of them (D.5)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final

import flet as ft

from app.actions import Session
from app.actions.letters import LetterForm
from app.actions.models import Card
from app.actions.photos import HeldPhoto
from app.ui import estates
from app.ui.context import cloud_of, use_draft, use_read, use_ui
from app.ui.held_photos import use_held_photos
from app.ui.kit.base import quiet
from app.ui.kit.buttons import Action, small_button
from app.ui.kit.fields import SearchField, TextBox
from app.ui.kit.lists import empty_state, group, list_row
from app.ui.kit.money import section
from app.ui.kit.notices import use_question
from app.ui.kit.scaffold import Scaffold
from app.ui.router import Route
from app.ui.screens.desk.parts import not_for_you
from app.ui.screens.handbook.polite import PolitePhrases
from app.ui.screens.photo.take import PhotoTaker, held_album
from app.ui.subjects import face_of, heading_of
from app.ui.subjects.follow_up.rounds import PATH
from app.ui.subjects.ticket.gate import shut
from app.ui.subjects.ticket.step_form import phrases, text_setter
from app.ui.texts import t
from app.ui.ticket_words import joined

KEY: Final = "open-letter"
_PATH: Final = f"{PATH}/letter"
START: Final[dict[str, Any]] = {"text": "", "chosen": [], "find": ""}
SHOWN: Final = 100
"""Most records that are listed at once; a search finds the others."""


@ft.component
def LetterScreen() -> ft.Control:
    """The form: the letter's text, a photo of it, and which records it answers; none of them is chosen beforehand."""
    ui = use_ui()
    draft = use_draft(KEY, START)
    offered = use_read(lambda s: s.letters.to_answer())
    asking, set_asking = ft.use_state(False)

    def to_photo() -> None:
        draft.update()  # store the draft, so that the photos are kept under this letter's id
        draft.flush()
        ui.go(f"{_PATH}/photo")

    photos = use_held_photos(ui, draft.once, to_photo, "letter-photos", t("follow_up.letter.photo_says"))
    there = {card.id: card for card in offered}
    # Records that somebody else answered meanwhile are no longer chosen.
    chosen = [id_ for id_ in draft.values["chosen"] if id_ in there]
    text = str(draft.values["text"]).strip()
    form = LetterForm(draft.once, text, tuple((there[id_].type, id_) for id_ in chosen))

    async def send() -> None:
        set_asking(False)
        draft.flush()
        verb = ui.session.letters.send(form, draft=draft.key)
        await ui.do(verb, then=lambda _: ui.replace(PATH), saved=t("follow_up.letter.saved", n=len(chosen)))

    use_question(
        asking, t("follow_up.letter.question", n=len(chosen)), t("follow_up.letter.question_says"),
        Action(t("follow_up.letter.yes"), send), lambda: set_asking(False), no=t("common.cancel"),
    )  # fmt: skip
    if not ui.session.letters.writes:
        return not_for_you(ui, t("follow_up.way_to.letter"), id="open-letter")
    if not offered:
        none = empty_state(t("follow_up.letter.none"), t("follow_up.letter.none_says"), mark=ft.Icons.CAMPAIGN_OUTLINED)
        return Scaffold(t("follow_up.way_to.letter"), [none], id="open-letter", on_back=ui.back, cloud=cloud_of(ui))
    lacks = t("follow_up.letter.need_text") if not text else None if chosen else t("follow_up.letter.need_chosen")
    box = TextBox(
        "letter-text", "", str(draft.values["text"]), text_setter(draft, "text"), lines=5, most=4000,
        name=t("follow_up.letter.text"), phrases=phrases("follow_up.phrases.letter"), key=f"text-{draft.once}",
    )  # fmt: skip
    polite = PolitePhrases(str(draft.values["text"]), lambda said: draft.set("text", said))
    label = t("follow_up.letter.send", n=len(chosen)) if chosen else t("follow_up.letter.send_none")
    anew = small_button("letter-discard", t("desk.discard"), draft.discard, tone="text")
    return Scaffold(
        t("follow_up.way_to.letter"),
        [
            section(t("follow_up.letter.text"), [box, polite]),
            photos(),
            *_offered(offered, chosen, str(draft.values["find"]), draft.update),
            quiet(t("follow_up.letter.not_survey")),
        ],
        id="open-letter",
        under=estates.switch(ui),
        on_back=ui.back,
        cloud=cloud_of(ui),
        tools=[anew] if draft.restored else [],
        action=Action(
            label, lambda: set_asking(True), icon=ft.Icons.CAMPAIGN_OUTLINED, enabled=lacks is None, hint=lacks
        ),
    )


def _offered(offered: Sequence[Card], chosen: list[str], find: str, update: Callable[..., object]) -> list[ft.Control]:
    """Return the records to choose from: those that are chosen, and those that the search finds."""

    def turn(card: Card) -> None:
        update(chosen=[one for one in chosen if one != card.id] if card.id in chosen else [*chosen, card.id])

    words = find.strip()
    found = [card for card in offered if card.id in chosen or not words or words in card.words()]
    rows = [_row(card, card.id in chosen, turn) for card in found[:SHOWN]]
    search = SearchField("letter-find", lambda text: update(find=text), hint=t("follow_up.find"), initial=find)
    if not rows:
        return [search, quiet(t("common.none_found", query=words))]
    left = len(found) - len(rows)
    more = quiet(t("follow_up.letter.more", n=left)) if left > 0 else None
    heading = t("follow_up.letter.whom", n=len(chosen), total=len(offered))
    return [search, group(heading, rows, id="letter-offered", more=more)]


def _row(card: Card, here: bool, turn: Callable[[Card], object]) -> ft.Control:
    called, says = face_of(card.type).line(card)
    mark = ft.Icons.CHECK_BOX if here else ft.Icons.CHECK_BOX_OUTLINE_BLANK
    sub = joined(called, says)
    name = joined(estates.mark_of(card), heading_of(card))
    return list_row(
        f"answer-{card.id}",
        name,
        lambda: turn(card),
        sub=sub,
        leading=mark,
        trailing=ft.Container(),
        lines=1,
        selected=here,
    )


def _held(session: Session) -> tuple[str, list[HeldPhoto]]:
    """Return the id of the letter that is being written ("" if there is none), and its photos."""
    once = str((session.draft(KEY) or {}).get("_once") or "")
    return once, session.photos.held(once) if once else []


@ft.component
def LetterPhotoScreen() -> ft.Control:
    """The camera, for a photo of the letter where it was put up."""
    ui = use_ui()
    letter_id, held = use_read(_held)
    if not letter_id:
        return shut(ui, t("follow_up.letter.over"), (t("follow_up.way_to.letter"), lambda: ui.replace(_PATH)))
    return PhotoTaker(held_album(ui, letter_id, held, f"photo:letter:{letter_id}", t("follow_up.way_to.letter")))


ROUTES: Final = (
    Route(_PATH, LetterScreen, parent=PATH),
    Route(f"{_PATH}/photo", LetterPhotoScreen, parent=_PATH),
)
