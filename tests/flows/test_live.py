"""Live in the real app: what the desk gives somebody shows on their open phone; an urgent one stays until opened."""

from __future__ import annotations

from tests.support.field_day import FieldDay, choose_look

HOME, OTHER = "3栋2单元1501", "5栋商铺03"
SOON_MS = 6_000
"""Within two seconds (tests/journeys/test_live.py), and the time to draw it on a test's machine."""


def test_an_urgent_ticket_comes_to_the_open_phone_and_stays_on_every_page(field_day: FieldDay) -> None:
    worker = field_day.phone("worker")
    worker.go("/me")
    worker.rest(4)  # the first look for calls is over
    ticket = field_day.open_ticket(HOME, "阳台地漏返水", urgent=True)
    worker.see_id("call-urgent", timeout_ms=SOON_MS)
    worker.shot("call-urgent")
    worker.go("/")
    worker.see_id("call-urgent")
    worker.shot("call-urgent-today")
    field_day.open_ticket(OTHER, "总阀关不上", urgent=True)
    worker.see("另有 1 件紧急", timeout_ms=SOON_MS)
    worker.go("/me")
    choose_look(worker, "theme-dark", "scale-200")
    worker.shot("call-urgent-large-dark")
    worker.tap("call-urgent")
    worker.see_id("ticket")
    assert ticket in worker.path
    worker.gone("另有 1 件紧急")


def test_a_plain_ticket_is_said_once_and_does_not_stay(field_day: FieldDay) -> None:
    worker = field_day.phone("worker")
    worker.go("/me")
    worker.rest(4)
    field_day.open_ticket(HOME, "厨房水龙头漏水")
    worker.see("新任务：", timeout_ms=SOON_MS)
    worker.shot("call-new")
    assert not worker.has("call-urgent")
