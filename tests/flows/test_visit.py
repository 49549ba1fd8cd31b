"""A steward's evening in a real browser (E): finding doors, visits met and not met, signed, corrected, interrupted."""

from __future__ import annotations

from app.actions.models import VisitView
from app.domain.subjects.visit import VISIT
from app.domain.wire.entries import Entry
from app.store.queries import CardFilter
from tests.support.driver import Driver
from tests.support.field_day import FieldDay, choose_look
from tests.support.waiting import eventually


def steward_at(field_day: FieldDay, address: str, **look: object) -> Driver:
    """A steward's phone, standing at a household's page."""
    phone = field_day.phone("steward", **look)  # type: ignore[arg-type]
    phone.go(f"/household/{field_day.household_id(address)}")
    phone.see_id("household")
    return phone


def visits_at(field_day: FieldDay, address: str) -> list[VisitView]:
    """The visits of a household as the service supervisor sees them, the latest first."""
    wanted = CardFilter(type=VISIT, household_id=field_day.household_id(address), order="recent")
    return field_day.read("service", lambda s: [s.visits.view(card.id) for card in s.cards(wanted)])


def gone_up(field_day: FieldDay, address: str, *stages: str) -> VisitView:
    """The one visit of a household, once the server has it (and it has come to one of `stages`)."""

    def look() -> VisitView | None:
        visits = visits_at(field_day, address)
        assert len(visits) <= 1
        return next((visit for visit in visits if not stages or visit.state.stage in stages), None)

    visit = eventually(look, within=30, every=0.3, what=f"the visit at {address}")
    assert visit is not None
    return visit


def wait_sent(phone: Driver) -> None:
    """Waits until everything of this phone has gone up."""
    phone.see("全部已上传", timeout_ms=20_000)


WAYS_TO_WRITE = {
    "zw": "3栋2单元1501",
    "s": "3栋2单元1502",
    "d": "3栋2单元1502",
    "3-2-1501": "3栋2单元1501",
    "三栋2单元1501室": "3栋2单元1501",
    "欧阳𠮷": "3栋2单元1602",
}


def test_a_household_is_found_however_one_writes_it(field_day: FieldDay) -> None:
    """By address in any way, by name, by pinyin initials: 张伟 by zw, 单 by s and by d."""
    phone = field_day.phone("steward")
    phone.tap("tab-households")
    phone.see_id("household-list")
    phone.shot("household-list")
    for typed, address in WAYS_TO_WRITE.items():
        phone.type_into("household-find", typed)
        phone.see_id(f"door-{address}")
    phone.type_into("household-find", "zw")
    phone.gone_id("door-3栋2单元1602")
    phone.type_into("household-find", "qqq")
    phone.see("没有找到“qqq”")


def test_nobody_home_is_two_taps(field_day: FieldDay) -> None:
    """E: why nobody could be met. From the household: 没有见到人, 家里没人."""
    phone = steward_at(field_day, "3栋1单元302")
    phone.tap("nobody")
    phone.see_id("nobody-sheet")
    phone.shot("household-nobody")
    phone.tap("nobody-nobody_home")
    phone.see("已记下：家里没人")
    wait_sent(phone)
    visit = gone_up(field_day, "3栋1单元302")
    assert (visit.state.met, visit.state.body["not_met"]) == (False, "nobody_home")


def test_a_visit_with_a_new_ticket_and_a_signature_reaches_the_desk_as_one(field_day: FieldDay) -> None:
    """E: who was met, what was said and promised, a new request on the spot, the signature."""
    phone = steward_at(field_day, "3栋2单元1501")
    phone.tap("main-action")
    phone.tap("met-0")
    phone.tap("said-phrase-2")
    phone.tap("add-promise")
    phone.tap("promise-0-phrase-0")
    phone.tap("until-0-1")
    phone.tap("add-ticket")
    phone.see_id("visit-ticket")
    phone.tap("content-phrase-0")
    phone.shot("ticket-new-at-door")
    phone.tap("main-action")
    phone.see("和走访一起保存")
    phone.shot("visit-full")
    phone.tap("main-action")
    phone.see_id("signing")
    phone.sign()
    phone.shot("visit-signing")
    phone.agree()
    phone.see("走访已保存，住户已签名")
    phone.see("签名有效")
    wait_sent(phone)
    phone.shot("household-full")
    phone.scroll(900)
    phone.shot("household-timeline")
    phone.tap(next(id for id in phone.ids() if id.startswith("line-")))
    phone.gone_id("door-timeline")
    home = field_day.household_id("3栋2单元1501")
    phone.go(f"/household/{home}/archive")
    phone.see("客户紧急联络表")
    phone.shot("archive-full")
    phone.tap("class-8")
    phone.see("8 与管理处往来文件")
    phone.see_id("archive-lines")
    phone.shot("archive-class")
    visit = gone_up(field_day, "3栋2单元1501")
    assert visit.state.stage == "signed" and visit.state.body["met_name"] == "张伟"
    assert [promise["what"] for promise in visit.state.body["promises"]] == ["联系维修上门查看"]
    (ticket,) = visit.tickets
    assert (ticket.content, ticket.household_id) == ("漏水", visit.state.household_id)
    signed: Entry = visit.state.signatures["resident"]
    assert "住户反映：楼道卫生需加强" in signed.body["content"]["shown"]
    assert not phone.problems and not phone.outside


def test_a_half_drawn_visit_comes_back_after_a_kill(field_day: FieldDay) -> None:
    """Half-filled screens and half-drawn signatures survive (saved means saved)."""
    phone = steward_at(field_day, "3栋1单元303")
    phone.tap("main-action")
    phone.tap("met-0")
    phone.type_into("said", "窗外的树挡光")
    phone.tap("main-action")
    phone.see_id("signing")
    phone.sign()
    phone.rest(0.7)
    phone = phone.again()
    phone.see_id("signing")
    assert phone.enabled("sign-agree")
    phone.tap("signing-close")
    phone.see_id("visit-form")
    assert phone.value_of("said") == "窗外的树挡光"
    phone.see("上次填到这里")
    phone.shot("visit-restored")


def test_a_visit_corrected_after_signing_says_so(field_day: FieldDay) -> None:
    """A signature is bound to what was shown: a correction shows 签后有更改, and the old words stay readable."""
    phone = steward_at(field_day, "5栋1单元201")
    phone.tap("main-action")
    phone.tap("met-0")
    phone.tap("main-action")
    phone.see_id("signing")
    phone.sign()
    phone.agree()
    phone.see("签名有效")
    wait_sent(phone)
    visit = gone_up(field_day, "5栋1单元201")
    phone.go(f"/visit/{visit.state.id}")
    phone.tap("amend")
    phone.tap("amend-why-phrase-1")
    phone.type_into("said", "希望修剪窗前的树")
    phone.tap("main-action")
    phone.see("签后有更改")
    wait_sent(phone)
    phone.shot("visit-changed")
    visit = gone_up(field_day, "5栋1单元201", "changed")
    assert visit.state.body["said"] == "希望修剪窗前的树"


def test_every_screen_of_a_door_is_drawn_in_every_light(field_day: FieldDay) -> None:
    """Long and rare names, dark, 200 %, English, no network, nothing found: drawn whole, and kept as pictures."""
    long, rare = field_day.household_id("5栋商铺03"), field_day.household_id("3栋2单元1602")
    phone = field_day.phone("steward")
    shown = {
        "household-long-names": (f"/household/{long}", "household"),
        "visit-rare-names": (f"/visit/new/{rare}", "visit-form"),
        "archive-long-names": (f"/household/{long}/archive", "archive-classes"),
        "archive-empty": (f"/household/{long}/archive/class/5", "empty"),
        "household-gone": ("/household/00000000-0000-5000-8000-000000000000", "empty"),
        "ticket-new-empty": ("/ticket-new", "ticket-new"),
        "prices-full": ("/prices", "price-list"),
    }
    for name, (path, id) in shown.items():
        phone.go(path)
        phone.see_id(id)
        phone.shot(name)
    phone.type_into("price-find", "hj")
    phone.tap("price-S02")
    phone.see("¥25/个")
    phone.shot("prices-shown")
    choose_look(phone, "theme-dark")
    for name, path in (
        ("household-dark", f"/household/{rare}"),
        ("visit-dark", f"/visit/new/{rare}"),
        ("archive-dark", f"/household/{rare}/archive"),
    ):
        phone.go(path)
        phone.see("3栋2单元1602")
        phone.shot(name)
    choose_look(phone, "theme-light", "scale-200")
    for name, path, id in (
        ("household-list-large", "/households", "household-list"),
        ("household-large", f"/household/{long}", "household"),
        ("archive-large", f"/household/{long}/archive", "archive-classes"),
        ("visit-large", f"/visit/new/{rare}", "visit-form"),
        ("ticket-new-large", f"/ticket-new/{rare}", "ticket-new"),
        ("prices-large", "/prices", "price-list"),
    ):
        phone.go(path)
        phone.see_id(id)
        phone.shot(name)
    choose_look(phone, "scale-100", "language-en")
    phone.go(f"/visit/new/{rare}")
    phone.see("Who was met")
    phone.shot("visit-en")
    assert not phone.problems and not phone.outside


def test_nobody_met_without_a_network_is_saved_and_goes_up_later(field_day: FieldDay) -> None:
    """The network never stops anyone: 已记下 at once, sent when there is a network again."""
    phone = steward_at(field_day, "5栋1单元202")
    field_day.server.stop()
    phone.tap("nobody")
    phone.tap("nobody-asked_later")
    phone.see("已记下：请改天再来")
    phone.see("没有网络，1 条待上传", timeout_ms=20_000)
    phone.shot("household-offline")
    field_day.server.start()
    wait_sent(phone)
    visit = gone_up(field_day, "5栋1单元202")
    assert visit.state.body["not_met"] == "asked_later"
