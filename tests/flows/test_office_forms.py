"""表单管理 and the list of forms, as an administrator and a steward see them with all that comes along (pictures)."""

from __future__ import annotations

import pytest

from sync_server.forms import compile_form
from tests.server.test_forms import EXAMPLE
from tests.support.field_day import FieldDay, choose_look
from tests.support.forms import publish
from tests.ui.test_office_forms import SURVEY, file

ANSWERED = 30_000
WIDE = (1366, 768)


@pytest.mark.long
def test_forms_are_published_tried_out_and_found(field_day: FieldDay) -> None:
    found = (compile_form(one.name, one.read_bytes()).definition for one in sorted(EXAMPLE.parent.glob("*.md")))
    publish(field_day.server.store, *(one for one in found if one is not None))
    admin = field_day.phone("admin")
    admin.go("/office-forms/new")
    admin.see_id("publish-how", timeout_ms=ANSWERED)
    wrong = file(survey=SURVEY.replace("text, why", "video, why").replace("select_one yn, fix", "select_one yy, fix"))
    admin.choose_file("main-action", "门岗巡查.md", wrong, timeout_ms=ANSWERED)
    admin.see_id("form-faults", timeout_ms=ANSWERED)
    admin.shot("publish-faults")
    admin.choose_file("main-action", "门岗巡查.md", file(), timeout_ms=ANSWERED)
    admin.see_id("form-about", timeout_ms=ANSWERED)
    admin.tap("main-action")
    admin.see_id("try-out")
    admin.shot("try-out")
    for id in ("q-closed-yes", "q-photo", "q-fix-yes", "main-action"):
        admin.tap(id)
    admin.see("会转出：公共维修")
    admin.shot("try-out-end")
    admin.tap("main-action")
    admin.tap("main-action")
    admin.see("门岗巡查", timeout_ms=ANSWERED)
    admin.go("/office-forms/new")
    second = SURVEY.replace("    text, why, 为什么没关, , ,\n", "") + "    text, note, 备注, , ,\n"
    admin.choose_file("main-action", "门岗巡查.md", file("2", second), timeout_ms=ANSWERED)
    admin.see_id("form-differs", timeout_ms=ANSWERED)
    admin.shot("publish-differs")
    admin.go("/office-forms")
    admin.type_into("office-forms-find", "巡查")
    admin.tap("office-form-gate_round")
    admin.see_id("versions", timeout_ms=ANSWERED)
    admin.shot("office-form")
    wide = field_day.phone("admin", size=WIDE, scale=1, touch=False)
    wide.show("/office-forms", "office-group-0", "office-forms-wide", timeout_ms=ANSWERED)
    steward = field_day.phone("steward")
    steward.go("/forms")
    steward.see("空置房")
    steward.shot("forms-many")
    steward.type_into("forms-find", "kz")
    steward.see("空置房记录表")
    steward.shot("forms-found")
    choose_look(steward, "theme-dark", "scale-200")
    steward.show("/forms", "group-0", "forms-many-dark-200")
