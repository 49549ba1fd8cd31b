"""Photos and scanning where there is no camera: what was taken is seen, and each page offers the next way (A, G.1)."""

from __future__ import annotations

from app.domain.writing.tags import KEY, make_tag, spoken
from tests.support.field_day import FieldDay
from tests.support.pictures import picture


def test_photos_of_a_repair_are_seen_and_opened(field_day: FieldDay) -> None:
    """A: before and after, in the ticket's timeline and full screen."""
    ticket = field_day.open_ticket("3栋2单元1501", "厨房水龙头漏水，水槽下方积水")
    pictures = [picture(1200, 1600, seed=n) for n in range(3)]
    first, *_ = (
        field_day.act("worker", lambda s, one=one: s.photos.add("ticket", ticket, one, "before"))  # type: ignore[misc]
        for one in pictures
    )
    phone = field_day.phone("worker")
    phone.go(f"/ticket/{ticket}")
    phone.see_id("ticket-photo")
    phone.shot("ticket-photos")
    phone.tap("ticket-photo")
    phone.see_id("shutter")
    phone.see_id("photo-gallery")
    phone.shot("photo-no-camera")
    phone.go(f"/photo/ticket/{ticket}/{first.entries[0].id}")
    phone.see_id("photo-view")
    phone.see("维修前")
    phone.shot("photo-view")
    assert not phone.problems and not phone.outside


def test_a_code_is_typed_where_nothing_can_be_scanned(field_day: FieldDay) -> None:
    """G.1: judged while it is typed; a torn one says so, a foreign one by its name, ours leads on."""
    mark = field_day.read("steward", lambda s: s.keys.tag_mark)
    code = make_tag(KEY, mark, lambda some: some[7]).code
    phone = field_day.phone("steward")
    phone.go("/scan")
    phone.see_id("scan-code")  # without a camera typing is offered at once
    phone.shot("scan-no-camera")
    phone.type_into("scan-code", code[:-1] + ("2" if code[-1] != "2" else "3"))
    phone.see("可能看错或标签破损")
    assert not phone.enabled("scan-go")
    phone.type_into("scan-code", code)
    phone.see(f"编码 {spoken(code)}")
    phone.shot("scan-typed")
    assert phone.enabled("scan-go")
    assert not phone.problems and not phone.outside
