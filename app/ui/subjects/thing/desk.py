"""What the desk does with keys besides lending: settling disputes by a scan, extending, new tags, finding, writing off
(G.2)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import flet as ft

from app.actions.models import LinkRow, ThingView
from app.domain.subjects.thing.kinds import EXPLAINED, FOUND, OUTSIDE, RACK, RESIDENT, STAFF
from app.domain.times import at_china, china_day
from app.domain.writing import tags
from app.ui import custody_words as words
from app.ui.context import Draft, Ui, cloud_of, if_here, new_tap, use_draft, use_read, use_ui
from app.ui.kit.base import quiet
from app.ui.kit.buttons import Action
from app.ui.kit.choose import Option, big_choice, pills
from app.ui.kit.fields import TextBox
from app.ui.kit.money import section
from app.ui.kit.scaffold import Scaffold
from app.ui.subjects.thing.fields import CLOSING
from app.ui.subjects.thing.parts import TagField, thing_shut
from app.ui.subjects.ticket.step_form import phrases
from app.ui.texts import moment_text, t


def _view(thing_id: str) -> tuple[Ui, ThingView | None]:
    ui = use_ui()
    return ui, use_read(lambda s: if_here(lambda: s.keys.view(thing_id)), thing_id)


def _screen(
    ui: Ui, view: ThingView, move: str, content: list[ft.Control], action: Action, *, heading: str = ""
) -> ft.Control:
    return Scaffold(
        heading or t(f"keys.do.{move}"),
        content,
        id=f"key-{move}",
        sub=view.card.address or view.card.content,
        on_back=ui.back,
        cloud=cloud_of(ui),
        action=action,
    )


def _note(id: str, draft: Draft) -> ft.Control:
    field = TextBox(id, "", draft.values["note"], lambda x: draft.set("note", x), name=t("keys.note"), lines=2)
    return section(t("keys.note"), [field])


def _reason(draft: Draft, said: str, lines: int = 1) -> ft.Control:
    field = TextBox(
        "reason", "", draft.values["reason"], lambda x: draft.set("reason", x),
        name=t("keys.reason"), lines=lines, phrases=phrases(said),
    )  # fmt: skip
    return section(t("keys.reason"), [field])


@ft.component
def SettleScreen(thing_id: str) -> ft.Control:
    """Settles a key about which two phones said different things: scan it where it really is, and choose who has it."""
    ui, view = _view(thing_id)
    draft = use_draft(f"key-settle:{thing_id}", {"holds": "", "tag": "", "text": "", "note": ""})
    if view is None or not view.state.flags:
        return thing_shut(ui, thing_id, t("keys.step_over"))
    v = draft.values
    right = v["tag"] == view.state.tag

    async def save() -> None:
        holds = v["holds"] if v["holds"] not in ("register", RACK) else None
        saved = await ui.do(
            ui.session.keys.settle(thing_id, holds, v["tag"], str(v["note"]).strip(), once=draft.once),
            then=lambda _: None if v["holds"] == RACK else ui.replace(f"/key/{thing_id}"),
            saved=t("keys.settled"),
        )
        if saved is not None and v["holds"] == RACK:
            await ui.do(
                ui.session.keys.locate(thing_id, RACK, scanned=v["tag"], once=new_tap()),
                then=lambda _: ui.replace(f"/key/{thing_id}"),
                saved=t("keys.settled"),
            )
        if saved is not None:
            draft.discard()

    options = [
        Option("register", _holder(ui, view), ft.Icons.PERSON_OUTLINE, "calm", _line_of(ui, view.links[_last(view)])),
        *[
            Option(
                row.link.entry.id,
                words.hands_words(row.link.taker, ui.session),
                ft.Icons.PERSON_OUTLINE,
                "calm",
                _line_of(ui, row),
            )
            for row in view.links
            if row.disputed
        ],
        Option(
            RACK, t("keys.settle_rack", rack=view.state.rack), ft.Icons.KEY_OUTLINED, "calm", t("keys.settle_rack_says")
        ),
    ]
    wrong = quiet(t("keys.settle_other_tag"), color=ft.Colors.ERROR) if v["tag"] and not right else None
    content: list[ft.Control] = [
        section(t("keys.settle_who"), [big_choice(options, v["holds"], lambda x: draft.set("holds", x), id="holds")]),
        section(
            t("keys.settle_scan"),
            [
                TagField(
                    "settle-tag", v["text"], lambda x: draft.update(text=x, tag=""), lambda c: draft.set("tag", c)
                ),
                *([wrong] if wrong else []),
            ],
        ),
        _note("settle-note", draft),
    ]
    hint = None if v["holds"] else t("keys.settle_choose")
    if hint is None and view.state.tag is not None and not right:
        hint = t("keys.settle_need_scan")
    action = Action(t("keys.settle_save"), save, icon=ft.Icons.FACT_CHECK_OUTLINED, enabled=hint is None, hint=hint)
    return _screen(ui, view, "settle", content, action)


def _last(view: ThingView) -> int:
    return max(n for n, row in enumerate(view.links) if not row.disputed)


def _holder(ui: Ui, view: ThingView) -> str:
    return words.hands_words(view.state.hands, ui.session)


def _line_of(ui: Ui, row: LinkRow) -> str:
    when = moment_text(row.link.at, ui.now())
    who, step = ui.session.staff_name(row.link.entry.author), words.step_word(row.link.entry.kind)
    return t("keys.settle_line", step=step, when=when, who=who)


@ft.component
def ExtendScreen(thing_id: str) -> ft.Control:
    """续借: extends a loan to a later time, with the reason."""
    ui, view = _view(thing_id)
    draft = use_draft(f"key-extend:{thing_id}", {"due_at": None, "reason": ""})
    if view is None or "extended" not in view.moves:
        return thing_shut(ui, thing_id, t("keys.step_over"))
    v, now = draft.values, ui.now()
    today = china_day(now)
    times = [at_china(today + timedelta(days=n), CLOSING) for n in (0, 1, 2, 3, 7)]
    choices = [(str(at), moment_text(at, now)) for at in times if at > max(now, view.state.due_at or 0)]

    async def save() -> None:
        await ui.do(
            ui.session.keys.extend(
                thing_id, int(v["due_at"]), str(v["reason"]).strip(), once=draft.once, draft=draft.key
            ),
            then=lambda _: ui.replace(f"/key/{thing_id}"),
        )

    content: list[ft.Control] = [
        section(t("keys.due_back"), [pills(choices, v["due_at"], lambda x: draft.set("due_at", x), id="due")]),
        _reason(draft, "keys.extend_reasons"),
    ]
    lacks = t("keys.missing.due") if not v["due_at"] else t("keys.missing.reason") if not v["reason"].strip() else None
    action = Action(t("keys.extend_save"), save, icon=ft.Icons.MORE_TIME_ROUNDED, enabled=lacks is None, hint=lacks)
    return _screen(ui, view, "extended", content, action)


@ft.component
def TagScreen(thing_id: str) -> ft.Control:
    """换标签: replaces a tag that is lost or torn."""
    ui, view = _view(thing_id)
    draft = use_draft(f"key-tag:{thing_id}", {"text": "", "tag": None, "why": ""})
    if view is None or "tag" not in view.moves:
        return thing_shut(ui, thing_id, t("keys.step_over"))
    v, old = draft.values, view.state.tag

    async def save() -> None:
        reason = t(f"keys.tag.why_{v['why']}") if v["why"] else ""
        if old is not None and v["why"] == "lost":
            await ui.do(ui.session.keys.lose_tag(thing_id, old, reason, once=new_tap()), then=lambda _: None)
        if v["tag"] is None:
            draft.discard()
            ui.replace(f"/key/{thing_id}")
            return
        await ui.do(
            ui.session.keys.assign_tag(thing_id, v["tag"], reason, once=draft.once, draft=draft.key),
            then=lambda _: ui.replace(f"/key/{thing_id}"),
        )

    content: list[ft.Control] = []
    if old is not None:
        reasons = [(why, t(f"keys.tag.why_{why}")) for why in ("lost", "torn", "other")]
        content.append(
            section(
                t("keys.tag.old", code=tags.spoken(old)),
                [pills(reasons, v["why"], lambda x: draft.set("why", x), id="why")],
            )
        )
    field = TagField(
        "new-tag", v["text"], lambda x: draft.update(text=x, tag=None), lambda c: draft.set("tag", c), free=True
    )
    content.append(section(t("keys.tag.hang_new"), [field]))
    ready = (bool(v["tag"]) and (old is None or bool(v["why"]))) or (v["why"] == "lost" and not v["text"])
    label = t("keys.tag.save") if v["tag"] or v["why"] != "lost" else t("keys.tag.save_lost")
    action = Action(
        label, save, icon=ft.Icons.LABEL_OUTLINE, enabled=ready, hint=None if ready else t("keys.tag.missing")
    )
    return _screen(ui, view, "tag", content, action)


@ft.component
def LocateScreen(thing_id: str) -> ft.Control:
    """核实位置: records that the desk saw the thing somewhere else than the register says; from then on that counts."""
    ui, view = _view(thing_id)
    start: dict[str, Any] = {"where": "", "to_id": None, "to_name": "", "rack": "", "note": "", "text": "", "tag": ""}
    draft = use_draft(f"key-locate:{thing_id}", start)
    if view is None or "located" not in view.moves:
        return thing_shut(ui, thing_id, t("keys.step_over"))
    v = draft.values

    async def save() -> None:
        name = ui.session.staff_name(v["to_id"]) if v["where"] == STAFF else str(v["to_name"]).strip()
        await ui.do(
            ui.session.keys.locate(
                thing_id,
                v["where"],
                rack=str(v["rack"]).strip(),
                to_id=v["to_id"] if v["where"] == STAFF else None,
                to_name="" if v["where"] == RACK else name,
                scanned=v["tag"] or None,
                note=str(v["note"]).strip(),
                once=draft.once,
                draft=draft.key,
            ),
            then=lambda _: ui.replace(f"/key/{thing_id}"),
        )

    wheres = [(RACK, t("keys.where.rack_short")), *[(k, t(f"keys.to.{k}")) for k in (STAFF, RESIDENT, OUTSIDE)]]
    inside: list[ft.Control] = [pills(wheres, v["where"], lambda x: draft.set("where", x), id="where")]
    if v["where"] == RACK:
        hint = view.state.rack
        inside.append(TextBox("rack", t("keys.rack"), v["rack"], lambda x: draft.set("rack", x), hint=hint))
    elif v["where"] == STAFF:
        where = ui.session.estate_of(view.state)
        inside.append(
            pills(ui.session.keys.people_to_lend_to(where), v["to_id"], lambda x: draft.set("to_id", x), id="staff")
        )
    elif v["where"]:
        inside.append(TextBox("to-name", t("keys.name_of"), v["to_name"], lambda x: draft.set("to_name", x)))
    content: list[ft.Control] = [
        section(t("keys.located_where"), inside),
        section(
            t("keys.settle_scan"),
            [TagField("seen-tag", v["text"], lambda x: draft.update(text=x, tag=""), lambda c: draft.set("tag", c))],
        ),
        _note("note", draft),
    ]
    there = v["where"] == RACK or (v["to_id"] if v["where"] == STAFF else str(v["to_name"]).strip())
    ready = bool(v["where"]) and bool(there)
    action = Action(t("keys.located_save"), save, enabled=ready, hint=None if ready else t("keys.missing.where"))
    return _screen(ui, view, "located", content, action)


@ft.component
def AccountScreen(thing_id: str) -> ft.Control:
    """盘点未见: settles a thing that a count did not find: it is on its hook after all, or somebody knows where it
    went.

    Until then it stays on 今日 (G.3).
    """
    ui, view = _view(thing_id)
    draft = use_draft(f"key-account:{thing_id}", {"how": "", "note": ""})
    if view is None or view.state.missed is None:
        return thing_shut(ui, thing_id, t("keys.step_over"))
    v = draft.values
    note = str(v["note"]).strip()

    async def save() -> None:
        await ui.do(
            ui.session.keys.account_for(thing_id, v["how"], note, once=draft.once, draft=draft.key),
            then=lambda _: ui.replace(f"/key/{thing_id}"),
        )

    options = [
        Option(FOUND, t("keys.account.found", rack=view.state.rack), ft.Icons.CHECK_ROUNDED, "good"),
        Option(EXPLAINED, t("keys.account.explained"), ft.Icons.EDIT_NOTE_ROUNDED, "amber", t("keys.account.note")),
    ]
    content: list[ft.Control] = [
        section(t("keys.account.where"), [big_choice(options, v["how"], lambda x: draft.set("how", x), id="how")])
    ]
    if v["how"] == EXPLAINED:
        field = TextBox(
            "account-note", "", v["note"], lambda x: draft.set("note", x),
            name=t("keys.account.went"), lines=2, phrases=phrases("keys.account.phrases"),
        )  # fmt: skip
        content.append(section(t("keys.account.went"), [field]))
    hint = t("keys.account.choose") if not v["how"] else None
    if v["how"] == EXPLAINED and not note:
        hint = t("keys.account.write")
    action = Action(t("keys.account.save"), save, icon=ft.Icons.CHECK_ROUNDED, enabled=hint is None, hint=hint)
    return _screen(ui, view, "accounted", content, action)


@ft.component
def WriteOffScreen(thing_id: str) -> ft.Control:
    """注销: writes off a thing that is lost or broken for good; its history stays."""
    ui, view = _view(thing_id)
    draft = use_draft(f"key-off:{thing_id}", {"reason": ""})
    if view is None or "written_off" not in view.moves:
        return thing_shut(ui, thing_id, t("keys.step_over"))
    reason = str(draft.values["reason"])

    async def save() -> None:
        await ui.do(
            ui.session.keys.write_off(thing_id, reason.strip(), once=draft.once, draft=draft.key),
            then=lambda _: ui.replace(f"/key/{thing_id}"),
        )

    ready = bool(reason.strip())
    action = Action(
        t("keys.off_save"), save, danger=True, enabled=ready, hint=None if ready else t("keys.missing.reason")
    )
    return _screen(ui, view, "written_off", [_reason(draft, "keys.off_reasons", lines=2)], action)
