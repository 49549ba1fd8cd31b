"""Pages that need a story before them: owed fees, flags, signatures checked and broken, endings, and empty ones."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import delete

from app.actions import Session
from app.actions.form_draft import Where
from app.ui.subjects.case.paths import path_of
from sync_server.store.estate.importing import import_estate
from sync_server.store.tables import entries, feed
from tests.support import field_work as work
from tests.support.driver import Driver
from tests.support.field_day import FieldDay, choose_look
from tests.support.field_estate import estate
from tests.support.filled import built_in, fill
from tests.support.forms import publish
from tests.support.server import LiveServer


def test_o_a_steward_sees_owed_fees_before_the_visit(field_day: FieldDay) -> None:
    """O: arrears are shown before the visit and while it is written; the app takes no money."""
    home = field_day.household_id("5栋1单元202")
    steward = field_day.phone("steward")
    steward.go(f"/household/{home}")
    steward.see_id("arrears")
    steward.see("1,286.40")
    steward.shot("household-arrears")
    steward.go(f"/visit/new/{home}")
    steward.see_id("visit-form")
    steward.see("1,286.40")
    steward.go("/me")
    steward.see_id("me")
    steward.shot("me")
    assert not steward.problems and not steward.outside


def test_what_one_who_left_has_open_goes_to_another(field_day: FieldDay) -> None:
    """B5: at the desk, all of it with two taps."""
    for home, what in (("5栋1单元201", "入户门锁打不开"), ("3栋2单元1602", "阳台推拉门轮子坏，关不严，夜里漏风")):
        field_day.open_ticket(home, what, worker="worker2")
    desk = field_day.phone("desk")
    field_day.set_roles("worker2")
    try:
        desk.go("/handover")
        desk.see("李军", timeout_ms=60_000)
        desk.see("阳台推拉门轮子坏")
        desk.shot("handover")
        choose_look(desk, "theme-dark", "scale-200")
        desk.show("/handover", f"tickets-{field_day.staff_id('worker2')}", "handover-dark-large")
        desk.see("李军")
        choose_look(desk, "theme-light", "scale-100")
        desk.go("/handover")
        give = f"give-all-{field_day.staff_id('worker2')}"
        desk.tap(give)
        desk.see_id("give-sheet")
        desk.shot("handover-to-whom")
        desk.tap(f"give-{field_day.staff_id('worker')}")
        desk.see("没有未交接的事项")
        desk.shot("handover-done")
    finally:
        field_day.set_roles("worker2", "repair_worker")
    assert not desk.problems and not desk.outside


def check(phone: Driver) -> None:
    """Opens 签名核对 from the ticket's page."""
    phone.tap("ticket-more")
    phone.tap("menu-verify")
    phone.see_id("verify")


def test_a_signature_is_checked_by_phone_and_server_and_a_vanished_entry_shows(field_day: FieldDay) -> None:
    """Design 4: intact, and then one entry is taken out of the server's store by hand."""
    ticket = field_day.open_ticket("3栋2单元1502", "角阀漏水")
    field_day.act("worker", lambda s: work.repair(s, ticket, "更换角阀", "单丽"))
    desk = field_day.phone("desk")
    desk.go(f"/ticket/{ticket}")
    check(desk)
    desk.see("签名有效：单丽签后没有改动")
    desk.see("记录链完整")
    desk.shot("verify-intact")
    desk.back()
    desk.tap("ticket-more")
    desk.tap("menu-print")
    desk.see_id("print-all")
    desk.shot("ticket-print")
    name, paper = desk.saved_file("print-resident")
    assert name.endswith("-resident.pdf") and paper.startswith(b"%PDF")
    steps = field_day.read("desk", lambda s: s.tickets.view(ticket).steps)
    tried = next(step.entry.id for step in steps if step.kind == "tried")
    with field_day.server.store.write() as connection:
        connection.execute(delete(feed).where(feed.c.entry_id == tried))
        connection.execute(delete(entries).where(entries.c.id == tried))
    check(desk)
    desk.see("记录链断开，缺少 1 条记录")
    desk.scroll(2000)
    desk.shot("verify-broken")
    field_day.server.stop()
    desk.back()
    check(desk)
    desk.see("联网后服务器还会核对")
    assert not desk.problems and not desk.outside


def test_the_endings_at_the_desk(field_day: FieldDay) -> None:
    """B.4, B.6: the call back, a spoiled ticket voided; and A.2: a flag on the ticket's own page."""
    home = "5栋商铺03"
    flagged = field_day.open_ticket(home, "卷帘门拉不下来，晚上关不了店，门口不好停车，请尽快")
    field_day.act("worker", lambda s: s.tickets.accept(flagged))
    other = field_day.staff_id("worker2")

    async def late_arrival(worker: Session) -> None:
        await worker.tickets.arrive(flagged)
        desk = await field_day._colleagues.session("desk")
        await desk.tickets.assign(flagged, other)
        await desk.sync_now()

    field_day.act("worker", late_arrival)
    desk = field_day.phone("desk")
    desk.go(f"/ticket/{flagged}")
    desk.see_id("notice-flagged")
    desk.shot("ticket-flagged")
    desk.go(f"/ticket/{flagged}/void")
    desk.see_id("void-says")
    assert not desk.enabled("main-action"), "voiding needs a reason"
    desk.type_into("reason", "重复登记，同一件事已有工单")
    desk.shot("ticket-void")
    confirmed = field_day.open_ticket(home, "门铃不响")
    field_day.act("worker", lambda s: work.repair(s, confirmed))
    field_day.act("supervisor", lambda s: s.tickets.confirm([confirmed]))
    desk.go(f"/ticket/{confirmed}/call-back")
    desk.see_id("call-back", timeout_ms=20_000)
    desk.tap("satisfied-no")
    desk.type_into("note", "住户说门还是有响声")
    desk.shot("call-back")
    assert not desk.problems and not desk.outside


def test_a_month_without_copies_says_what_will_come(field_day: FieldDay) -> None:
    finance = field_day.phone("finance")
    finance.go("/finance")
    finance.see_id("finance")
    for _ in range(3):
        finance.tap("month-before")
    finance.see("这个月没有要收的工单")
    finance.shot("finance-empty")


def test_an_empty_price_list_says_so_and_the_repair_goes_to_the_supervisor(
    field_day: FieldDay, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Bad input: nothing can be picked, so what is found counts as not listed (A.2)."""
    store = f"sqlite:///{(tmp_path / 'store.sqlite').as_posix()}"
    with LiveServer(store, tmp_path) as server:
        import_estate(server.store, estate(tmp_path, priced=False))
        monkeypatch.setenv("SHANGMEN_SERVER_URL", server.url)
        phone = field_day.phone(None, path="/sign-in")
        field_day.sign_in(phone, "worker")
        phone.go("/prices")
        phone.see("还没有价目表")
        phone.shot("prices-empty")
        assert not phone.problems and not phone.outside


@pytest.mark.long
def test_a_copy_and_the_choice_of_papers_are_drawn_light_and_dark_and_large(
    field_day: FieldDay, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The tests' server is this very machine, of which the sheet says, rightly, that no phone reaches it.
    monkeypatch.setattr("app.ui.signatures.only_here", lambda _: False)
    publish(field_day.server.store, *built_in("decoration_filing"))
    home = Where(household_id=field_day.household_id("5栋1单元202"))
    asked = {"who": "owner", "kind": "full", "papers": "licence plans leader workers", "contractor": "宏图装饰"}
    case = field_day.act("desk", lambda s: fill(s, "decoration_filing", home, **asked))
    ticket = field_day.open_ticket("3栋2单元1502", "角阀漏水")
    field_day.act("worker", lambda s: work.repair(s, ticket, "更换角阀", "单丽"))
    desk = field_day.phone("desk")
    for look, ending in (((), ""), (("theme-dark", "scale-200"), "-dark-200")):
        if look:
            choose_look(desk, *look)
        desk.go(f"/ticket/{ticket}")
        desk.tap("signature-resident-copy")
        desk.see_id("copy-send")
        desk.shot(f"copy-code{ending}")
        desk.tap("copy-send")
        desk.shot(f"copy-code-sent{ending}")
        desk.back()
        desk.tap("ticket-more")
        desk.tap("menu-print")
        desk.see_id("print-all")
        desk.shot(f"ticket-print{ending}")
        desk.back()
        desk.go(path_of(case))
        desk.tap("print")
        desk.see_id("print-decoration_permit", timeout_ms=20_000)
        desk.shot(f"case-print{ending}")
        desk.back()
    assert not desk.problems and not desk.outside
