"""Filling in a form 表单, or correcting one: one page, one thumb, and the button names what is missing first."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

import flet as ft

from app.actions import Session
from app.actions.cases import lacks, signers
from app.actions.form_draft import FormDraft, Where
from app.actions.models import Household, HouseholdHit, Saved
from app.actions.units import UNIT_HIT
from app.domain.forms import Filling, Place
from app.domain.forms import definition as d
from app.domain.rules.photos import RECORD, Picture, photo_of
from app.domain.rules.surveys import ROUND
from app.domain.subjects.place import PLACE
from app.domain.wire.canonical import sha256_hex
from app.domain.wire.errors import FORM_NOT_HERE, Problem
from app.ui import theme
from app.ui.context import Draft, Ui, cloud_of, language_code, use_draft, use_handed, use_read, use_ui
from app.ui.kit.base import column, icon, pressable, quiet, row, tag, txt
from app.ui.kit.buttons import Action, icon_button
from app.ui.kit.fields import TextBox
from app.ui.kit.lists import empty_state
from app.ui.kit.notices import notice
from app.ui.kit.scaffold import Scaffold
from app.ui.kit.ticket import paper
from app.ui.router import Route
from app.ui.screens.handbook.paths import book_button
from app.ui.screens.photo.take import Album, PhotoTaker
from app.ui.subjects.case.paths import FORMS, draft_key, fill_path, path_of
from app.ui.subjects.case.pen import Pen
from app.ui.subjects.case.permit import arrears_of
from app.ui.subjects.case.questions import QuestionPart
from app.ui.subjects.case.removing import use_removing
from app.ui.subjects.matter.fields import where_section
from app.ui.subjects.ticket.gate import shut
from app.ui.subjects.ticket.step_form import phrases, text_setter
from app.ui.texts import t

START: Final[dict[str, Any]] = {
    "form": "", "title": "", "started": 0, "kept": None, "outside": 0, "photo_for": "", "household": "",
    "home_query": "", "nowhere": True, "place": "", "estate": None, "unit": "", "building": "", "fixed": "",
    "about_type": "", "about_id": "", "duty": "", "entry": "", "reason": "", "scanned": "", "unscanned": "",
    "returns": False,
}  # fmt: skip
"""The values of a draft. ``kept``: the answers; ``outside``: how often another screen (the camera) has changed them;
``fixed``: the address where a form's place is given with it; ``entry``: the entry that is corrected; ``scanned``: the
tag by which it was opened, ``unscanned``: why none was; ``returns``: saving leads back to the screen under it."""


def form_draft(case_id: str, digest: str, values: Mapping[str, Any], once: str) -> FormDraft:
    """Return a draft's values as the form that is saved."""
    nowhere = bool(values["nowhere"]) and not values["fixed"]
    where = Where(
        None if nowhere else str(values["household"]) or None,
        str(values["unit"]) or None,
        str(values["building"]) or None,
        str(values["fixed"] or (values["place"] if nowhere else "")).strip(),
        values.get("estate"),
    )
    about = (str(values["about_type"]), str(values["about_id"])) if values["about_type"] else None
    return FormDraft(
        digest, case_id, once, int(values["started"]), values["kept"], where, about, str(values["duty"]),
        scanned=str(values.get("scanned") or ""), unscanned_reason=str(values.get("unscanned") or ""),
    )  # fmt: skip


@ft.component
def FillScreen(digest: str, case_id: str) -> ft.Control:
    """The page of a form that is filled in; it waits for the definition where it is not on this phone yet."""
    ui = use_ui()
    path = fill_path(digest, case_id)
    handed = use_handed(path)
    here = use_read(lambda s: _known(s, digest), digest)
    if here is None:
        says = Problem(FORM_NOT_HERE).message(language_code(ui.page))
        return Scaffold(t("case.heading"), [empty_state(t("case.fill.not_here"), says)], id="fill", on_back=ui.back)
    return FillForm(digest, case_id, here, dict(handed), key=case_id)


@ft.component
def CorrectScreen(subject_id: str, entry_id: str) -> ft.Control:
    """The same page with what was filled in, to be corrected; the old words stay."""
    ui = use_ui()
    found = use_read(lambda s: _to_correct(s, subject_id, entry_id), subject_id, entry_id)
    if found is None:
        back = (t("case.opens.case"), lambda: ui.replace(path_of(subject_id)))
        return shut(ui, t("repair.nothing_here_more"), back)
    digest, address = found
    handed = {"entry": entry_id, "fixed": address or t("case.heading")}
    return FillForm(digest, subject_id, True, handed, key=entry_id)


def _known(session: Session, digest: str) -> bool | None:
    """Return whether a form is the version in force; ``None`` where its definition is not on this phone."""
    try:
        form = session.cases.form(digest)
    except Problem:
        return None
    latest = session.cases.latest(form.id)
    return latest is not None and latest.hash == digest


def _to_correct(session: Session, case_id: str, entry_id: str) -> tuple[str, str] | None:
    try:
        view = session.cases.view(case_id)
        filled = view.state.of(entry_id)
        step = next((one for one in view.steps if one.entry.id == entry_id and one.amendable), None)
        if filled is None or step is None:
            return None
        session.cases.form(str(filled.body["form"]))
    except Problem:
        return None
    return str(filled.body["form"]), view.card.address


def _use_pen(ui: Ui, case_id: str, digest: str, draft: Draft) -> Pen:
    """Hook: return the form that is being filled in; made anew where another screen changed its answers."""

    def make() -> Pen:
        if draft.values["entry"]:
            kept = draft.values["kept"]
            return Pen(ui.session.cases.corrected(case_id, str(draft.values["entry"]), kept))
        if not draft.values["started"]:
            draft.values = {**draft.values, "started": ui.now()}
        filling = ui.session.cases.filling(form_draft(case_id, digest, draft.values, draft.once))
        _ask_again(ui.session, filling, draft.once)
        return Pen(filling)

    pen: Pen = ft.use_memo(make, [draft, draft.once, draft.values["outside"], draft.values["household"]])
    pen.changed = lambda: draft.update(kept=pen.kept(), title=pen.filling.form.said(pen.filling.form.title, pen.speaks))
    return pen


def _photos(filling: Filling) -> list[Place]:
    return [one for one in filling.root.everything() if one.question.type == d.IMAGE and one.value]


def _ask_again(session: Session, filling: Filling, once: str) -> None:
    """Ask again for the photos that are no longer on this phone: nobody else has them."""
    if photos := _photos(filling):
        held = {sha256_hex(one.picture.data) for one in session.photos.held(once)}
        for place in photos:
            if place.value not in held:
                filling.answer(place, "")


def _taken(session: Session, filling: Filling, case_id: str) -> dict[str, bytes]:
    """Return the small pictures of a case's photos by the photo's hash, as far as they are on this phone."""
    if not _photos(filling):
        return {}
    steps = session.cases.view(case_id).steps
    found = {ref.hash: session.photos.thumbnail(step.entry) for step in steps if (ref := photo_of(step.entry))}
    return {digest: small for digest, small in found.items() if small is not None}


@ft.component
def FillForm(digest: str, case_id: str, latest: bool, handed: dict[str, Any], key: str | None = None) -> ft.Control:
    """Draw the form. Every answer is kept as it is given, and comes back after a kill."""
    ui = use_ui()
    draft = use_draft(draft_key(case_id, str(handed.get("entry") or "")), START | {"form": digest} | handed)
    pen = _use_pen(ui, case_id, digest, draft)
    filling, values = pen.filling, draft.values
    scroller: ft.MutableRef[ft.Column] = ft.use_ref()
    corrects = bool(values["entry"])
    taken = ft.use_memo(lambda: _taken(ui.session, filling, case_id) if corrects else {}, [case_id, corrects])
    held = taken | {sha256_hex(one.picture.data): one.picture.thumbnail for one in ui.session.photos.held(draft.once)}

    def to_photo(place: Place) -> None:
        draft.update(photo_for=place.path, kept=pen.kept())
        draft.flush()
        ui.go(f"{path_of(case_id, f'photo/{draft.key.removeprefix(PREFIX)}')}")

    lacking = lacks(filling)
    if corrects and lacking is None and not str(values["reason"]).strip():
        missing = t("repair.amend.need_reason")
    else:
        missing = pen.filling.label(lacking[0], pen.speaks) if lacking is not None else ""

    async def go_there() -> None:
        pen.ask_all()
        if lacking is not None and scroller.current is not None:
            await scroller.current.scroll_to(scroll_key=lacking[0].path, duration=250)

    async def save() -> None:
        draft.flush()
        if corrects:
            verb = ui.session.cases.correct(
                case_id, str(values["entry"]), filling, str(values["reason"]).strip(), once=draft.once, key=draft.key
            )
        else:
            verb = ui.session.cases.record(
                form_draft(case_id, digest, draft.values, draft.once), filling, key=draft.key
            )
        to_sign = bool(signers(filling))
        # A sheet of the survey is one of thirty of an evening: the doors come next, not the record of this one.
        if (values.get("returns") or (values["about_type"] == ROUND and not corrects)) and not to_sign:

            def back(_: Saved) -> None:
                ui.refresh()  # the session's announcement may come later, and the next tap is the next door's
                ui.back()

            await ui.do(verb, then=back)
            return
        await ui.do(verb, then=lambda _: ui.replace(path_of(case_id, "sign" if to_sign else "")))

    ask_to_remove = use_removing(pen)
    address = "" if values["nowhere"] and not values["fixed"] else form_draft(case_id, digest, values, "").where.address
    home = ui.session.home(str(values["household"])) if not values["nowhere"] else None
    address = address or (home.address if home is not None else "")
    pen.to_photo = to_photo
    drawn = Drawn(pen, held, address, ask_to_remove)
    parts: list[ft.Control] = []
    if not latest:
        parts.append(notice(t("case.fill.older"), kept=t("case.fill.older_says"), id="form-older", tone="amber"))
    if draft.restored:
        again = (t("repair.discard"), partial(_discard, ui, draft))
        parts.append(notice(t("case.fill.restored"), tone="calm", act=again, id="restored"))
    parts += _where(ui, draft) if not values["fixed"] else [quiet(str(values["fixed"]))]
    parts += arrears_of(ui.session, filling.form.settings.get("case"), str(values["household"]) if home else None)
    parts += drawn.inside(filling.root)
    if corrects:
        why = TextBox("amend-reason", t("repair.amend.reason"), str(values["reason"]), text_setter(draft, "reason"),
                      phrases=phrases("repair.amend.phrases"), key=f"reason-{draft.once}")  # fmt: skip
        parts.append(paper([why]))
    parts.append(ft.Container(height=12))
    body = ft.Column(
        parts, ref=scroller, scroll=ft.ScrollMode.AUTO, expand=True, spacing=12,
        horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
    )  # fmt: skip
    if missing and lacking is not None:
        action = Action(t("case.fill.go", what=short(missing)), go_there, id="main-action", icon=ft.Icons.EDIT_NOTE)
    else:
        words = t("case.fill.save_correction" if corrects else "case.fill.save_sign" if signers(filling) else
                  "case.fill.save")  # fmt: skip
        action = Action(words, save, icon=ft.Icons.CHECK_ROUNDED, enabled=not missing, hint=missing or None)
    title = filling.form.said(filling.form.title, pen.speaks)
    heading = t("case.fill.correct", what=title) if corrects else title
    at_point = draft.values["about_type"] == PLACE
    book = [book_button(ui, PLACE, str(draft.values["about_id"]))] if at_point else []
    return Scaffold(
        heading or filling.form.id, [body], id="fill", on_back=ui.back, cloud=cloud_of(ui), action=action,
        scroll=False, sub=progress(pen), tools=book,
    )  # fmt: skip


def _discard(ui: Ui, draft: Draft) -> None:
    ui.session.photos.drop(draft.once)
    draft.discard()


def short(words: str) -> str:
    return words if len(words) <= 14 else f"{words[:13]}…"


def progress(pen: Pen) -> str:
    """Return how many of the questions that must be answered are: 已填 3 / 8."""
    wanted = [place for place in pen.filling.root.asked() if place.question.type not in (*d.HOLDERS, d.NOTE)]
    wanted = [place for place in wanted if not place.question.signer]
    return t("case.fill.progress", n=sum(bool(place.value) for place in wanted), all=len(wanted))


def _where(ui: Ui, draft: Draft) -> list[ft.Control]:
    home = ui.session.home(str(draft.values["household"]))

    def find(text: str) -> list[HouseholdHit]:
        return [*ui.session.doors.find(text), *ui.session.units.find(text)]

    def take(found: Household) -> None:
        if not found.id.startswith(UNIT_HIT):
            draft.update(household=found.id, home_query="")
            return
        draft.update(
            unit=found.unit_id, building=found.building_id or "", fixed=found.address, nowhere=False, home_query=""
        )

    return [where_section(draft.values, draft.update, home, find, take)]


@dataclass(frozen=True)
class Drawn:
    """Draws the parts of a form: questions that stand together on one sheet of paper, groups and rows on theirs."""

    pen: Pen
    held: Mapping[str, bytes]
    where: str
    ask_remove: Callable[[Place | None], None]

    def inside(self, place: Place, heading: str = "") -> list[ft.Control]:
        """Return the sheets of a group, in the form's order."""
        made: list[ft.Control] = []
        loose: list[ft.Control] = []

        def sheet() -> None:
            if loose:
                head = [txt(heading, ft.TextThemeStyle.TITLE_LARGE)] if heading and not made else []
                made.append(paper([*head, *_ruled(loose)], gap=14))
                loose.clear()

        for name, kid in self.shown(place):
            if kid is None:
                sheet()
                made += self.repeat(place, name)
            elif kid.question.type == d.GROUP:
                sheet()
                made += self.inside(kid, self.heading(kid))
            else:
                loose.append(self.question(kid))
        sheet()
        return made

    def shown(self, place: Place) -> Iterator[tuple[str, Place | None]]:
        """Yield what people see of a group, in the form's order: a repeat by its name alone."""
        for name, kids in place.kids.items():
            if place.question.kids[name].type == d.REPEAT:
                yield name, None
            else:
                yield from ((name, kid) for kid in kids if self.is_seen(kid))

    def heading(self, place: Place) -> str:
        """Return what stands over a group; "" if nothing does."""
        return self.pen.filling.label(place, self.pen.speaks) if place.question.label else ""

    def flat(self, place: Place) -> Iterator[ft.Control]:
        """Yield the questions of a row as they lie on its one sheet, those of its groups too."""
        for _, kid in self.shown(place):
            if kid is None:
                continue  # no row holds another repeat: publishing refuses it
            if kid.question.type != d.GROUP:
                yield self.question(kid)
                continue
            if heading := self.heading(kid):
                yield txt(heading, ft.TextThemeStyle.TITLE_SMALL, color=ft.Colors.PRIMARY)
            yield from self.flat(kid)

    def is_seen(self, place: Place) -> bool:
        """Whether people see it: what matters now, and what is worked out and has a label."""
        if not place.relevant:
            return False
        return place.question.type not in d.UNSEEN or (
            place.question.type == d.CALCULATE and bool(place.question.label)
        )

    def question(self, place: Place) -> ft.Control:
        """Return one question, drawn again only when it looks different."""
        part = ft.memo(QuestionPart)(
            pen=self.pen, place=place, turn=self.pen.turn(place), picture=self.held.get(place.value),
            where=self.where,
        )  # fmt: skip
        return ft.Container(part, key=ft.ScrollKey(place.path))  # type: ignore[call-arg]

    def repeat(self, above: Place, name: str) -> Iterator[ft.Control]:
        """Yield the rows of a repeat as cards, and the way to one more."""
        rows, pen = above.kids[name], self.pen
        question = above.question.kids[name]
        label = pen.filling.form.said(question.label, pen.speaks) or name
        can_add = pen.filling.can_add(above, name)
        if not rows and not can_add:
            return
        for number, place in enumerate(rows, 1):
            head: list[ft.Control] = [_numbered(number), txt(label, ft.TextThemeStyle.TITLE_MEDIUM, expand=True)]
            if question.count is None:
                words = t("case.fill.remove_what", what=f"{label} {number}")
                head.append(icon_button(f"remove-{name}-{number}", ft.Icons.DELETE_OUTLINE_ROUNDED, words,
                                        partial(self.ask_remove, place)))  # fmt: skip
            yield paper([row(head), *_ruled(list(self.flat(place)))], id=f"row-{name}-{number}", gap=14)
        if can_add:
            words = t("case.fill.add", what=label)
            more = row([icon(ft.Icons.ADD_ROUNDED, 24, ft.Colors.PRIMARY),
                        txt(words, ft.TextThemeStyle.TITLE_MEDIUM, color=ft.Colors.PRIMARY, expand=True)])  # fmt: skip
            button = pressable(
                f"add-{name}", more, partial(self.pen.add, above, name), min_height=theme.TOUCH_MAIN,
                padding=ft.Padding.symmetric(horizontal=16), radius=theme.RADIUS,
                border=ft.Border.all(1, ft.Colors.PRIMARY),
            )  # fmt: skip
            yield tag(f"add-{name}-row", column([button] if rows else [quiet(t("case.fill.none", what=label)), button]))


def _numbered(number: int) -> ft.Control:
    """Return the number of a row in a disc."""
    size = theme.scaled(30)
    return ft.Container(
        txt(str(number), ft.TextThemeStyle.TITLE_SMALL, color=ft.Colors.ON_PRIMARY),
        width=size, height=size, border_radius=size / 2, bgcolor=ft.Colors.PRIMARY, alignment=ft.Alignment.CENTER,
    )  # fmt: skip


def _ruled(parts: list[ft.Control]) -> Iterator[ft.Control]:
    for number, part in enumerate(parts):
        if number:
            yield ft.Divider(height=1, color=ft.Colors.OUTLINE_VARIANT)
        yield part


# -- the camera ----------------------------------------------------------------------------------

PREFIX: Final = draft_key("")


@ft.component
def FormPhotoScreen(case_id: str, of: str) -> ft.Control:
    """The camera of one question: the photo is kept at once, and is its answer."""
    ui = use_ui()
    key = f"{PREFIX}{of}"
    kept = use_read(lambda s: s.draft(key), key)
    if kept is None or not kept.get("photo_for"):
        return shut(ui, t("repair.nothing_here_more"), (t("case.heading"), lambda: ui.replace(FORMS)))
    once = str(kept["_once"])

    async def keep(picture: Picture, shows: str, draft: str) -> None:
        await hold_photo(ui, key, case_id, picture, shows, draft)
        ui.back()

    album = Album(
        draft=f"photo:form:{once}", address=str(kept.get("title") or ""), choices=(RECORD,), likely=RECORD, count=0,
        small=None, keep=keep, open_last=ui.back, saved_words="photo.held",
    )  # fmt: skip
    return PhotoTaker(album)


async def hold_photo(ui: Ui, key: str, case_id: str, picture: Picture, shows: str, taking: str | None = None) -> None:
    """Keep a photo for the form whose draft is ``key``, and answer the question with it that the camera was opened for;
    ``taking``: the draft that said that it was being taken."""
    kept = ui.session.draft(key) or {}
    await ui.session.photos.hold(str(kept["_once"]), picture, shows, once=ui.session.new_id(), draft=taking)
    _answered(ui, key, case_id, str(kept["photo_for"]), sha256_hex(picture.data))


def _answered(ui: Ui, key: str, case_id: str, path: str, digest: str) -> None:
    """Answer a question of a draft with a photo, on the page under the camera or, after a kill, in what was kept."""
    whole = ui.forms.top(key)
    values = {**START, **(ui.session.draft(key) or {})} if whole is None else whole.values
    once = str((ui.session.draft(key) or {})["_once"])
    if values["entry"]:
        filling = ui.session.cases.corrected(case_id, str(values["entry"]), values["kept"])
    else:
        form = str(values["form"])
        filling = ui.session.cases.filling(form_draft(case_id, form, values, once))
    filling.answer(filling.find(path), digest)
    changed = {"kept": filling.kept(), "outside": int(values["outside"]) + 1, "photo_for": ""}
    if whole is None:
        ui.session.save_draft(key, {**values, **changed, "_once": once})
    else:
        whole.update(**changed)
        whole.flush()


_FILL: Final = fill_path("{digest}", "{case_id}")
ROUTES: Final = (
    Route(_FILL, FillScreen, parent=FORMS),
    Route(path_of("{case_id}", "photo/{of}"), FormPhotoScreen, parent=FORMS),
    Route(path_of("{subject_id}", "amend/{entry_id}"), CorrectScreen, parent=path_of("{subject_id}")),
)
