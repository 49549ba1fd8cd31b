"""Scanned tags (/t/CODE, for any phone's own scanner, too), counts of a rack, and printing labels."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, Final

import flet as ft

from app.actions import Session
from app.actions.models import CountRow, CountView
from app.domain.subjects.tagging import KEEPERS
from app.domain.subjects.thing import ThingCard
from app.domain.subjects.thing.kinds import THING
from app.domain.subjects.thing.life import hook_order
from app.domain.writing import tags
from app.ui import custody_words as words
from app.ui import estates
from app.ui.context import Ui, cloud_of, use_draft, use_now, use_read, use_ui
from app.ui.kit.base import column, flow, quiet, row, tag, txt
from app.ui.kit.boundary import drawn
from app.ui.kit.buttons import Action, small_button
from app.ui.kit.choose import pills, stepper
from app.ui.kit.lists import empty_state, group, list_row
from app.ui.kit.money import section
from app.ui.kit.notices import notice, use_question
from app.ui.kit.scaffold import Scaffold
from app.ui.kit.ticket import chip
from app.ui.saving import save_from_server
from app.ui.subjects.case.begin import opens_form
from app.ui.subjects.thing.parts import TagField, path_of, thing_card, told
from app.ui.texts import t

_ASKED: Final = 8
"""Most missing things that are named before a count is saved; of further ones only the number is shown."""
_ROW_TONES: Final = {"right": "good", "extra": "amber", "misplaced": "amber", "old_tag": "amber", "unknown": "red"}


@ft.component
def LookUpScreen() -> ft.Control:
    """查标签: scan a tag or type its nine characters; if it hangs on something, that page opens at once."""
    ui = use_ui()
    text, set_text = ft.use_state("")
    found = use_read(lambda s: s.keys.look_up_tag(text) if text.strip() else None, text)

    def right(code: str) -> None:
        seen = ui.session.keys.look_up_tag(code)
        path = path_of(ui.session, seen)
        if path is not None and seen.standing == "active":
            ui.go(path)

    content: list[ft.Control] = [TagField("look-up", text, set_text, right, label=t("keys.tag.nine"))]
    if found is not None and found.wrong is None:  # if the code is wrong, the field itself says so
        content += told(found)
        if found.card is not None and found.card.type == THING:
            content.append(thing_card(ui, found.card))
    else:
        content.append(
            empty_state(t("keys.tag.where_it_is"), t("keys.tag.where_it_is_says"), mark=ft.Icons.QR_CODE_2_ROUNDED)
        )
    return Scaffold(t("keys.look_up"), content, id="look-up", on_back=ui.back, cloud=cloud_of(ui))


@ft.component
def TagPathScreen(code: str) -> ft.Control:
    """/t/CODE, opened by a phone's own scanner: goes to the page of what the tag hangs on, or says what is wrong with
    the tag."""
    ui = use_ui()
    found = use_read(lambda s: s.keys.look_up_tag(code), code)
    path = path_of(ui.session, found) if found.standing == "active" or found.card is None else None

    def open_it() -> None:
        if path is not None and not opens_form(ui, code):
            ui.replace(path)

    ft.use_effect(open_it, [path])
    content = told(found)
    if found.card is not None:
        content.append(
            thing_card(ui, found.card)
            if found.card.type == THING
            else list_row(
                "tag-place", found.card.content, None, sub=found.card.address, leading=ft.Icons.PLACE_OUTLINED
            )
        )
    return Scaffold(
        t("keys.tag.heading"),
        content,
        id="tag",
        sub=tags.spoken(tags.plain_tag(code))[:11],
        on_back=ui.back,
        cloud=cloud_of(ui),
        action=Action(t("keys.place.hang"), lambda: ui.replace(f"/place/new/{found.code}"), icon=ft.Icons.ADD_LOCATION)
        if found.new and found.code[0] == tags.LETTERS[tags.POINT] and ui.session.roles_in(found.estate) & KEEPERS
        else Action(t("keys.look_up"), lambda: ui.replace("/tag"), icon=ft.Icons.QR_CODE_SCANNER),
    )


@ft.component
def CountScreen() -> ft.Control:
    """盘点: scan tag after tag; what is missing, does not belong there, or hangs on a wrong hook is shown meanwhile
    (G.3)."""
    ui = use_ui()
    use_now()
    asking, set_asking = ft.use_state(False)
    draft = use_draft("key-count", {"rack": "", "codes": [], "text": "", "estate": ui.session.estate})
    v = draft.values
    codes = [str(code) for code in v["codes"]]
    said: str | None = v.get("estate", ui.session.estate)
    racks = use_read(lambda s: s.keys.racks(said), said)
    view = use_read(lambda s: s.keys.count_view(v["rack"], codes, said), v["rack"], tuple(codes), said)

    def seen(code: str) -> None:
        # The draft's values of now, not those of the last drawing: tags may come faster than the screen is drawn.
        draft.update(codes=[code, *[c for c in draft.values["codes"] if c != code]], text="")

    def scanned(text: str) -> None:
        found = ui.session.keys.look_up_tag(text)
        if found.wrong is not None:
            ui.toast(words.no_tag_words(found.wrong)[0], worry=True)
        else:
            seen(found.code)

    async def save() -> None:
        await ui.do(
            ui.session.keys.record_count(draft.once, view, draft=draft.key),
            then=lambda saved: ui.replace(f"/count/{saved.subject_id}"),
            saved=t("keys.count_saved", n=len(view.rows)),
        )

    use_question(
        asking,
        t("keys.count_ask", n=len(view.missing)),
        t("keys.count_ask_says"),
        Action(t("keys.count_save_missing", n=len(view.missing)), save),
        lambda: set_asking(False),
        no=t("keys.count_go_on"),
        extra=[_named_missing(view)],
    )

    parts = [("", t("keys.count_all")), *[(rack, rack) for rack in racks]]
    content: list[ft.Control] = [
        *estates.ask(ui.session, said, lambda key: draft.update(estate=key, rack=""), KEEPERS),
        pills(parts, v["rack"], lambda x: draft.set("rack", x), id="rack"),
        TagField(
            "count-tag", v["text"], lambda x: draft.set("text", x), seen, label=t("keys.count_next"), scanned=scanned
        ),
        _tally(view),
        *_rows(view, lambda code: draft.update(codes=[c for c in codes if c != code])),
    ]
    if draft.restored and codes:
        act = (t("visit.discard"), draft.discard)
        content.insert(0, notice(t("keys.count_restored", n=len(codes)), tone="calm", act=act, id="restored"))
    return Scaffold(
        t("keys.adding.count"),
        content,
        id="key-count",
        on_back=ui.back,
        cloud=cloud_of(ui),
        action=Action(
            t("keys.count_save"),
            (lambda: set_asking(True)) if view.missing else save,
            icon=ft.Icons.FACT_CHECK_OUTLINED,
            enabled=bool(codes) and said is not None,
            hint=t("estates.missing") if said is None else None if codes else t("keys.count_hint"),
        ),
    )


def _named_missing(view: CountView) -> ft.Control:
    """Return the things that would be saved as missing by hook and name, the first `_ASKED` of them."""
    named = [(card.as_(ThingCard).rack, words.heading_of(card)) for card in view.missing[:_ASKED]]
    lines = [txt(t("keys.count_ask_line", rack=rack, name=name), lines=1) for rack, name in named]
    if len(view.missing) > _ASKED:
        lines.append(quiet(t("keys.count_ask_more", n=len(view.missing) - _ASKED)))
    return tag("count-ask", column(lines, gap=4))


def _tally(view: CountView) -> ft.Control:
    right = sum(1 for one in view.rows if one.standing == "right")
    odd = len(view.rows) - right
    words_right = t("keys.tally.right", n=right, total=view.expected)
    marks: list[ft.Control] = [chip(words_right, "good", ft.Icons.CHECK_ROUNDED)]
    if view.missing:
        marks.append(chip(t("keys.tally.missing", n=len(view.missing)), "red", ft.Icons.SEARCH_ROUNDED))
    if odd:
        marks.append(chip(t("keys.tally.odd", n=odd), "amber", ft.Icons.PRIORITY_HIGH_ROUNDED))
    return flow(marks)


def _rows(view: CountView, forget: Callable[[str], object]) -> list[ft.Control]:
    made: list[ft.Control] = []
    odd = [one for one in view.rows if one.standing != "right"]
    if odd:
        made.append(group(t("keys.count_odd"), [_row(one, forget) for one in odd], count=len(odd), id="count-odd"))
    if view.missing:
        rows = [
            list_row(
                f"missing-{card.id}",
                words.heading_of(card),
                None,
                sub=f"{card.content} · {card.as_(ThingCard).rack}",
                lines=1,
            )
            for card in view.missing[:30]
        ]
        made.append(group(t("keys.count_missing"), rows, count=len(view.missing), id="count-missing"))
    right = sorted((one for one in view.rows if one.standing == "right"), key=lambda one: hook_order(_hook(one)))
    if right:
        rows = [_row(one, forget) for one in right[:30]]
        made.append(group(t("keys.count_right"), rows, count=len(right), id="count-right"))
    return made


def _hook(one: CountRow) -> str:
    return one.card.as_(ThingCard).rack if one.card is not None else ""


def _row(one: CountRow, forget: Callable[[str], object]) -> ft.Control:
    says = t(f"keys.standing.{one.standing}", says=one.says)
    name = words.heading_of(one.card) if one.card is not None else tags.spoken(one.code)
    away = small_button(f"forget-{one.code}", t("keys.count_forget"), lambda: forget(one.code), tone="text")
    inside = column([txt(name, lines=1), row([chip(says, _ROW_TONES[one.standing])])], gap=3)
    return ft.Container(
        row([ft.Container(inside, expand=True), away], gap=10), padding=ft.Padding.symmetric(horizontal=14, vertical=8)
    )


@ft.component
def LabelsScreen() -> ft.Control:
    """打印标签: prints sheets of new tags, or a tag for every door of a building; the server makes the PDF."""
    ui = use_ui()
    start: dict[str, Any] = {"what": tags.KEY, "sheets": 1, "layout": "sheet", "building": ""}
    asked, set_asked = ft.use_state(start | {"estate": ui.session.estate})
    said: str | None = asked["estate"]
    buildings = use_read(
        lambda s: [] if said is None else own_buildings(s.buildings_in(said), own_in(s, said), s.roles_in(said)), said
    )
    what, layout = str(asked["what"]), str(asked["layout"])

    def choose(**changed: Any) -> None:
        now = {**asked, **changed}
        if now["what"] != tags.UNIT and now["layout"] == "door_card":
            now["layout"] = "sheet"
        set_asked(now)

    async def make() -> None:
        sheets = int(asked["sheets"])
        wanted: dict[str, Any] = {"kind": what, "layout": layout, "count": sheets * 21 if layout == "sheet" else sheets}
        if what == tags.UNIT:
            wanted["building_id"] = asked["building"]
        elif said:
            wanted["estate"] = said
        await save_from_server(
            ui,
            ui.session.keys.print_labels(**wanted),
            heading=t("keys.adding.labels"),
            name=f"shangmen-labels-{what}.pdf",
            saved=lambda where: t("keys.labels_saved", path=where) if where else t("keys.labels_made"),
        )

    choices = [(k, t(f"keys.label.{k}")) for k in (tags.KEY, tags.THING, tags.UNIT, tags.POINT)]
    on_paper = ("sheet", "single", "door_card") if what == tags.UNIT else ("sheet", "single")
    layouts = [(k, t(f"keys.layout.{k}")) for k in on_paper]
    content: list[ft.Control] = [
        *estates.ask(ui.session, said, lambda key: choose(estate=key, building=""), KEEPERS),
        section(t("keys.label.what"), [pills(choices, what, lambda x: choose(what=x), id="what")]),
        section(t("keys.label.paper"), [pills(layouts, layout, lambda x: choose(layout=x), id="layout")]),
    ]
    if what == tags.UNIT:
        content.append(
            section(
                t("keys.label.building"),
                [
                    pills(buildings, str(asked["building"]), lambda x: choose(building=x), id="building"),
                    quiet(t("keys.label.cards_says" if layout == "door_card" else "keys.label.units_says")),
                ],
            )
        )
    else:
        unit = t("keys.label.sheets" if layout == "sheet" else "keys.label.pages")
        content.append(
            section(
                t("keys.label.how_many"),
                [
                    stepper(
                        int(asked["sheets"]), lambda n: choose(sheets=n), id="sheets", what=t("keys.label.how_many"),
                        least=1, most=100, unit=unit,
                    ),
                    quiet(t("keys.label.blank_says")),
                ],
            )
        )  # fmt: skip
    lacks = t("keys.label.choose_building") if what == tags.UNIT and not asked["building"] else None
    if said is None:
        lacks = t("estates.missing")
    return Scaffold(
        t("keys.adding.labels"),
        content,
        id="labels",
        on_back=ui.back,
        cloud=cloud_of(ui),
        action=Action(
            t("keys.label.make"),
            make,
            icon=ft.Icons.PRINT_OUTLINED,
            enabled=lacks is None,
            hint=lacks,
        ),
    )


def own_buildings(known: Any, mine: tuple[str, ...], held: frozenset[str]) -> list[tuple[str, str]]:
    """Return the buildings (id, name) for whose doors and points somebody with the roles ``held`` may print and hang
    tags.

    Those are ``mine``; or all, for keepers who look after none.
    """
    everywhere = bool(held & KEEPERS) and not mine
    return [(i, str(body.get("name"))) for i, body in known.items() if everywhere or i in mine]


def own_in(session: Session, estate: str) -> tuple[str, ...]:
    """Return the ids of the buildings that this person looks after in an estate."""
    known = session.buildings_in(estate)
    return tuple(i for i in session.staff.building_ids if i in known or not session.several)


def keys_group(ui: Ui, late: tuple[Any, ...], disputed: int, missed: tuple[Any, ...] = ()) -> list[ft.Control]:
    """Return the parts about keys on 今日: overdue, not found by a count, to be settled. Nothing when all is well."""
    made: list[ft.Control] = []
    if late:
        rows: list[ft.Control] = [drawn(card.id, partial(thing_card, ui, card)) for card in late[:3]]
        if len(late) > 3:
            rows.append(
                small_button(
                    "keys-late-all", t("shell.today.rest", n=len(late) - 3), lambda: ui.go("/keys"), tone="text"
                )
            )
        heading = ft.Semantics(header=True, content=row([txt(t("keys.late_heading"), ft.TextThemeStyle.TITLE_MEDIUM)]))
        made.append(column([heading, *rows], gap=8))
    if missed:
        rows = [
            list_row(
                f"missed-{card.id}",
                words.heading_of(card),
                partial(ui.go, f"/key/{card.id}"),
                sub=words.missed_words(card, ui.now()),
                lines=1,
                leading=ft.Icons.SEARCH_ROUNDED,
            )
            for card in missed[:3]
        ]
        rest = None
        if len(missed) > 3:
            to_all = partial(ui.go, "/keys", part="missed")
            rest = small_button("keys-missed-all", t("shell.today.rest", n=len(missed) - 3), to_all, tone="text")
        made.append(group(t("keys.missed_heading"), rows, count=len(missed), id="keys-missed", more=rest))
    if disputed:
        act = (t("keys.disputed_act"), lambda: ui.go("/keys/disputed"))
        made.append(notice(t("keys.disputed", n=disputed), act=act, id="keys-disputed"))
    return made
