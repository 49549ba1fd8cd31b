"""Small published forms for tests, and putting them on a phone as a sync would."""

from __future__ import annotations

from typing import Any, Final

from app.actions import Session
from app.domain.forms import Form, read
from app.domain.rules.scopes import ESTATE
from app.domain.wire.exchange import Page, RefItem
from sync_server.store import Store
from sync_server.store.estate import published_forms
from tests.support.definitions import ask, definition

YES_NO: Final = (("yes", "是"), ("no", "否"))


def vacant_check(version: str = "1") -> bytes:
    """Return the check of a vacant unit (H): a sum, what is wrong row by row, each a ticket if it needs repair."""
    return definition(
        "vacant_check",
        "空置房检查",
        ask("integer", "cold", "冷水表读数", required="true()"),
        ask("integer", "hot", "热水表读数", required="true()"),
        ask("calculate", "total", "合计", calculation="${cold} + ${hot}"),
        ask("select_one", "windows", "门窗关好了吗", list="yes_no", required="true()"),
        ask("text", "why_open", "为什么没关", relevant="${windows} = 'no'", required="true()"),
        {
            **ask("repeat", "defect", "问题"),
            "questions": [
                ask("select_one", "area", "在哪里", list="areas", required="true()"),
                ask("text", "what", "什么问题", required="true()"),
                ask("image", "photo", "照片"),
                ask("select_one", "fix", "要维修吗", list="yes_no", required="true()", raises="repair"),
            ],
        },
        ask("acknowledge", "sign", "管家签名", signer="steward"),
        version=version,
        choices={"yes_no": YES_NO, "areas": (("kitchen", "厨房"), ("bath", "卫生间"), ("room", "房间"))},
    )


def lift_drill() -> bytes:
    """Return a form of one question."""
    return definition("lift_drill", "电梯困人演练", ask("text", "lift", "哪一部电梯", "Which lift"))


def publish(store: Store, *definitions: bytes) -> None:
    """Publish forms for the whole company, one after the other."""
    with store.numbered() as write:
        for one in definitions:
            published_forms.publish(write, one, read(one), None, None)


def published_row(data: bytes, ended: str = "") -> tuple[str, dict[str, Any]]:
    """Return the row of reference data by which a phone learns of a form: its id and body."""
    form: Form = read(data)
    body = {
        "form_id": form.id, "version": form.version, "hash": form.hash, "title": dict(form.title),
        "definition": data.decode(), "ended": ended,
    }  # fmt: skip
    return f"form-{form.hash[:12]}", body


def put_on_phone(session: Session, *definitions: bytes, ended: str = "") -> None:
    """Put published forms on a phone, as the page of a sync does."""
    put_rows(session, *(published_row(data, ended)[1] for data in definitions))


def put_rows(session: Session, *rows: dict[str, Any]) -> None:
    """Put rows of reference data about forms on a phone."""
    store = session.store
    pos = store.cursors().get(ESTATE, 0)
    items = tuple(RefItem(pos, "form", f"form-{body['hash'][:12]}", body, False) for body in rows)
    store.apply_page(Page(ESTATE, pos, False, items))
