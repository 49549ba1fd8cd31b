"""Special care and emergency contacts for tests that open every screen (P3, Y4)."""

from __future__ import annotations

from app.actions import Session
from app.actions.form_draft import FormDraft, Where
from app.domain.forms import Filling
from app.domain.times import DAY, china_day
from app.domain.wire.canonical import sha256_hex
from tests.support.definitions import ask, definition

NAME = "欧阳婷婷"


def contacts(version: str = "1") -> bytes:
    """Return a short form of emergency contacts (Y4)."""
    asked = [ask("text", "name", "姓名"), ask("text", "phone", "电话")]
    row = {**ask("repeat", "contact", "联系人"), "questions": asked}
    return definition("emergency_contacts", "客户紧急联络表", row, ask("text", "words", "注意"), version=version)


def special_care(version: str = "1") -> bytes:
    """Return a short form of the register of special care (P3)."""
    asked = {"needs": "什么情况", "call_name": "打给谁", "call_phone": "电话", "until": "有效到"}
    questions = [ask("date" if name == "until" else "text", name, said) for name, said in asked.items()]
    settings = {"case": "special_care", "step": "entered"}
    return definition("special_care", "特殊关照住户登记", *questions, version=version, settings=settings)


async def in_the_register(session: Session, notice: str) -> dict[str, str]:
    """Have one household in the register, so that the outage ``notice`` owes it a call, with emergency contacts; give
    their paths. The forms are those of ``every_screen.publish_and_withdraw``."""
    home = [one for one in session.store.households().all if one.status == "living"][-1].id

    def begun(data: bytes) -> tuple[FormDraft, Filling]:
        where = Where(household_id=home)
        draft = FormDraft(sha256_hex(data), session.new_id(), session.new_id(), session.now(), where=where)
        return draft, session.cases.filling(draft)

    draft, filling = begun(special_care())
    until = china_day(session.now() + 90 * DAY).isoformat()
    said = {"needs": "独居老人、家用医疗设备", "call_name": NAME, "call_phone": "13800138000", "until": until}
    for name, value in said.items():
        filling.answer(filling.find(name), value)
    await session.cases.record(draft, filling)
    draft, filling = begun(contacts())
    row = filling.add_row(filling.root, "contact")
    filling.answer(row.kids["name"][0], NAME)
    filling.answer(row.kids["phone"][0], "13800138000")
    filling.answer(filling.find("words"), "家里有老人，有一只狗")
    await session.cases.record(draft, filling)
    call = "/notice/{notice_id}/call/{household_id}"
    return {
        call: f"/notice/{notice}/call/{home}", "/contacts": "/contacts",
        "/contacts/{household_id}": f"/contacts/{home}",
    }  # fmt: skip
