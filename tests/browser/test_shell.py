"""The app's shell in a real browser against the real server: signing in, coming back, what is unsent."""

from __future__ import annotations

from tests.browser.conftest import FieldDay


def test_signed_in_worker_sees_their_ticket_on_today(field_day: FieldDay) -> None:
    field_day.open_ticket("3栋2单元1501", "厨房水龙头漏水")
    phone = field_day.phone("worker")
    phone.see("3栋2单元1501")
    phone.see("厨房水龙头漏水")
    assert not phone.problems and not phone.outside
