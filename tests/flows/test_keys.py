"""A key lent and brought back in a real browser, both sides signing (G.2); what a tag leads to, and a count (G.3)."""

from __future__ import annotations

import secrets

from app.actions import Session
from app.actions.models import ThingView
from app.domain.times import HOUR
from app.domain.writing.tags import ALPHABET, KEY, THING, Tag, spoken
from tests.support import field_work as work
from tests.support.driver import Driver
from tests.support.field_day import FieldDay, choose_look
from tests.support.waiting import eventually


def fresh() -> str:
    """Four characters for a tag that no other has."""
    return "".join(secrets.choice(ALPHABET) for _ in range(4))


def entrusted(field_day: FieldDay, address: str, serial: str, rack: str) -> str:
    """A key the steward has in keeping."""
    home = field_day.household_id(address)

    async def verb(session: Session) -> str:
        return await work.entrust(session, home, Tag(KEY, session.keys.tag_mark, serial).code, rack)

    return field_day.act("steward", verb)


def stays(field_day: FieldDay, thing: str, stage: str) -> ThingView:
    """The key as the desk sees it, once the server has it at that stage."""

    def look() -> ThingView | None:
        view = field_day.read("desk", lambda s: s.keys.view(thing))
        return view if view.state.stage == stage else None

    return eventually(look, within=40, every=0.5, what=f"the key {stage}")  # type: ignore[return-value]


def both_sign(phone: Driver, picture: str) -> None:
    """The giver signs, hands the phone over, and the taker signs."""
    phone.see("交出方签名", timeout_ms=15_000)
    phone.read_on()
    phone.sign("pad")
    phone.shot(picture)
    phone.agree()
    phone.see("接收方签名", timeout_ms=15_000)
    phone.read_on()
    phone.sign("pad")
    phone.agree()


def test_a_key_is_lent_and_brought_back_with_both_signatures(field_day: FieldDay) -> None:
    """G.2: from the list to lent and signed; where it is, since when, due when, and the chain show on its page."""
    worker = field_day.staff_id("worker")
    thing = entrusted(field_day, "3栋2单元1501", fresh(), "A-03")
    late = entrusted(field_day, "3栋1单元302", fresh(), "A-04")

    async def out(session: Session) -> None:
        due = session.now() + HOUR // 1800
        more = {"to_id": worker, "purpose": "进户关总阀", "due_at": due, "pieces": 2}
        await work.hand(session, "lent", late, **more)

    field_day.act("steward", out)
    phone = field_day.phone("steward")
    phone.see("超期未还", timeout_ms=30_000)
    phone.shot("keys-today")
    phone.go("/keys")
    phone.see_id(f"key-{thing}", timeout_ms=20_000)
    phone.shot("keys-list")
    phone.tap(f"key-{thing}")
    phone.see_id("key-head")
    phone.shot("key-on-rack")
    phone.tap("main-action")
    phone.see_id("key-step")
    phone.tap(f"staff-{worker}")
    phone.type_into("purpose", "厨房漏水检修")
    phone.shot("key-lend")
    phone.see_id("key-step")
    phone.tap("main-action")
    both_sign(phone, "key-sign")
    phone.see("在 王强 手上", timeout_ms=20_000)
    phone.shot("key-out")
    view = stays(field_day, thing, "out")
    assert view.state.hands.id == worker and view.state.links[-1].signed and view.state.flags == []
    choose_look(phone, "theme-dark", "scale-200")
    phone.go("/keys")
    phone.see_id(f"key-{thing}", timeout_ms=20_000)
    phone.tap(f"key-{thing}")
    phone.see_id("key-head")
    phone.tap("main-action")
    phone.see_id("key-step")
    phone.shot("key-return-dark-large")
    phone.tap("pieces-less")
    phone.type_into("note", "丢了一把，已告知业主")
    phone.tap("main-action")
    both_sign(phone, "key-sign-dark-large")
    phone.see("在架 A-03", timeout_ms=20_000)
    phone.shot("key-returned-dark-large")
    home = stays(field_day, thing, "on_rack")
    assert (home.state.missing_pieces, [row.link.entry.kind for row in home.links]) == (
        1, ["entrusted", "lent", "returned"]
    )  # fmt: skip
    assert not any(row.gap for row in home.links)
    assert {verdict.standing for verdict in home.verdicts.values()} <= {"intact", "strokes_missing"}


def test_what_a_tag_leads_to_and_what_a_count_finds(field_day: FieldDay) -> None:
    """G.1, G.3, B8: the nine characters open the key; torn codes say so; a count asks, and the missing key tells."""
    serial, rack = fresh(), f"C{fresh()}"
    thing = entrusted(field_day, "5栋1单元201", serial, f"{rack}-01")
    missing = entrusted(field_day, "5栋1单元202", fresh(), f"{rack}-02")
    mark = field_day.read("desk", lambda s: s.keys.tag_mark)
    code = Tag(KEY, mark, serial).code
    stranger = Tag(THING, mark, fresh()).code
    phone = field_day.phone("desk")
    phone.go(f"/T/{code}")
    phone.see_id("key-head", timeout_ms=20_000)
    phone.go("/tag")
    phone.type_into("look-up", "https://qr.alipay.com/fkx0")
    phone.see("支付宝收款码")
    phone.shot("tag-foreign")
    phone.type_into("look-up", code[:-1] + ("0" if code[-1] != "0" else "1"))
    phone.see("有一位不对")
    phone.type_into("look-up", spoken(code).lower())
    phone.see_id("key-head")
    phone.go("/keys/count")
    phone.tap(f"rack-{rack}")
    phone.type_into("count-tag", code)
    phone.see("对上 1 / 应有 2")
    phone.type_into("count-tag", stranger)
    phone.see("没有登记的标签")
    phone.see("5栋1单元202")
    phone.shot("keys-count")
    phone.tap("main-action")
    phone.see_id("count-ask")
    phone.shot("keys-count-ask")
    phone.tap("question-yes")
    phone.see_id("count-head")
    phone.shot("keys-counted")
    phone.tap(f"missing-{missing}")
    phone.see_id("missed")
    phone.shot("key-missed")
    phone.show("/keys/labels", "labels", "keys-labels")
    choose_look(phone, "theme-dark", "scale-200")
    phone.show(f"/key/{thing}", "key-head", "key-large-dark")
