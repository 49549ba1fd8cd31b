"""Filling in the built-in forms on a phone, as people do, in a line."""

from __future__ import annotations

from typing import Any

from app.actions import Session
from app.actions.form_draft import FormDraft, Where
from app.domain.forms import Filling, read
from app.domain.subjects.case.kinds import CASE
from tests.forms.built_in import compiled, finish
from tests.support.field_work import signature
from tests.support.forms import put_on_phone


def built_in(*names: str) -> list[bytes]:
    """Return the definitions of built-in forms."""
    found = [compiled(name).definition for name in names]
    assert all(found), names
    return [one for one in found if one is not None]


def open_form(session: Session, name: str, where: Where, case_id: str = "") -> tuple[FormDraft, Filling]:
    """Open a form on a phone, for a case of its own or to carry one on."""
    (data,) = built_in(name)
    if session.cases.latest(name) is None:
        put_on_phone(session, data)
    draft = FormDraft(read(data).hash, case_id or session.new_id(), session.new_id(), session.now(), where=where)
    return draft, session.cases.filling(draft)


async def fill(session: Session, form: str, where: Where, case_id: str = "", /, **answers: Any) -> str:
    """Fill a form in: these answers by path (``__`` for a slash), rows of repeats as lists, the rest as the least that
    can be said; return the case's id."""
    draft, filling = open_form(session, form, where, case_id)
    for path, value in answers.items():
        if isinstance(value, list):
            for said in value:
                row = filling.add_row(filling.root, path)
                for kid, text in said.items():
                    filling.answer(row.kids[kid][0], text)
        else:
            filling.answer(filling.find(path.replace("__", "/")), value)
    finish(filling, lambda values: values)
    await session.cases.record(draft, filling)
    return draft.case_id


async def sign_all(session: Session, case_id: str) -> None:
    """Have a case signed by everybody whose signature lacks."""
    while session.cases.view(case_id).state.to_sign:
        (_, signer), *_ = session.cases.view(case_id).state.to_sign
        await session.sign(signature(session.signing_content(CASE, case_id, CASE), "张", signer, "self"))
