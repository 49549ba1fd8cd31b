"""Screens with a camera in their hands that does what real ones do on bad days, and where photos go (G, E, H)."""

from __future__ import annotations

import pytest

from app.domain.rules.photos import Position
from app.domain.subjects.place import PLACE
from app.domain.subjects.visit import VISIT
from app.domain.wire.errors import CAMERA_BUSY, Problem
from app.domain.writing.tags import KEY, POINT, Tag
from app.store.queries import CardFilter
from tests.flows.test_keys import entrusted, fresh
from tests.support.fake_hardware import Hands, holding
from tests.support.field_day import FieldDay, choose_look
from tests.support.pictures import jpeg
from tests.support.waiting import eventually
from tests.support.window_driver import Main

FORM = "5栋1单元202"


@pytest.fixture
def hands() -> Hands:
    """The phone's hardware."""
    return Hands()


@pytest.fixture
def field_main(hands: Hands) -> Main:
    """The app with that hardware."""
    return holding(hands)


def test_a_camera_taken_away_or_busy_says_so_and_every_other_way_stays_open(field_day: FieldDay, hands: Hands) -> None:
    """G.1: torch, a foreign code, another app takes the camera, busy, a picture from the gallery instead."""
    serial = fresh()
    entrusted(field_day, "5栋1单元201", serial, "H-01")
    code = Tag(KEY, field_day.read("desk", lambda s: s.keys.tag_mark), serial).code
    phone = field_day.phone("steward")
    phone.go("/scan")
    phone.tap("torch")
    eventually(lambda: hands.camera.lit, what="the torch")
    hands.camera.see("https://qr.alipay.com/fkx0")
    phone.see("支付宝收款码")
    hands.camera.vanish()
    phone.see("相机没有打开成功")
    phone.tap("camera-again")
    eventually(lambda: hands.camera.is_open, what="the camera")
    hands.camera.see(code)
    phone.see_id("key-head")
    eventually(lambda: not hands.camera.is_open, what="the camera is let go of")
    hands.camera.problem = Problem(CAMERA_BUSY)
    phone.go("/scan")
    phone.see("相机正被别的应用使用")
    hands.gallery.file = jpeg(640, 480)
    phone.tap("scan-gallery")
    phone.see("照片里没有找到二维码")
    hands.tools.codes[hands.gallery.file] = [code]
    phone.tap("scan-gallery")
    phone.see_id("key-head")
    assert not phone.problems and not phone.outside


def test_photos_of_a_key_a_patrol_point_and_a_visit_before_it_is_saved(field_day: FieldDay, hands: Hands) -> None:
    """G, H, E: each is saved by one tap; those of a visit go with it, and a bad one can be thrown away before."""
    thing = entrusted(field_day, "5栋1单元202", fresh(), "H-02")
    point = Tag(POINT, field_day.read("desk", lambda s: s.keys.tag_mark), fresh()).code
    hands.location.at = Position.of(31.230416, 121.473701, 12)
    phone = field_day.phone("steward")
    phone.go(f"/key/{thing}")
    phone.tap("key-photo")
    phone.tap("shutter")
    phone.see("已保存 · 现场")
    phone.tap("photo-last")
    eventually(lambda: not hands.camera.is_open, what="the camera is let go of under another screen")
    phone.tap("back")
    eventually(lambda: hands.camera.is_open, what="the camera, back again")
    phone.tap("back")
    phone.see("现场照片 1 张")
    phone.shot("key-photos")

    eventually(lambda: not hands.camera.is_open, what="the camera is let go of")
    phone.go("/scan")
    eventually(lambda: hands.camera.is_open, what="the camera")
    hands.camera.see(point)
    phone.see("还没有挂在任何东西上")
    phone.tap("main-action")
    phone.tap("point-name-phrase-2")
    for building in [id for id in phone.ids() if id.startswith("point-in-")][:1]:  # none to choose with one building
        phone.tap(building)
    phone.shot("point-new")
    phone.tap("main-action")
    phone.see_id("place-head")
    phone.tap("main-action")
    phone.tap("shutter")
    phone.see("已保存 · 现场")
    phone.tap("back")
    phone.see("上次拍照")

    def hung() -> bool:
        points = field_day.read("service", lambda s: s.store.cards(CardFilter(type=PLACE), 0, 50))
        return any(point in card.tags for card in points)

    eventually(hung, within=30, every=0.5, what="the point at the server")
    phone.shot("point")

    home = field_day.household_id(FORM)
    phone.go(f"/visit/new/{home}")
    phone.tap("met-0")
    phone.tap("visit-photo")
    before = hands.camera.taken
    for _ in range(2):
        phone.tap("shutter")  # at times twice: a slow picture looks like a tap that was not felt
        phone.see("张，看最后一张")
    phone.settle()
    # All of them have come, or one would come after they were counted.
    eventually(lambda: f"{hands.camera.taken - before} 张，看最后一张" in phone.words(), what="every photo")
    phone.tap("back")
    phone.see(f"{hands.camera.taken - before} 张，随走访一起保存")
    held = [id for id in phone.ids() if id.startswith("held-")]
    phone.shot("visit-photos")
    phone.tap(held[0])
    phone.tap("photo-drop-yes")
    phone.see(f"{len(held) - 1} 张，随走访一起保存")
    phone.tap("no-sign")
    phone.tap("unsigned-0")
    phone.see("走访已保存")

    def saved() -> list[str]:
        cards = field_day.read("service", lambda s: s.cards(CardFilter(type=VISIT, household_id=home)))
        if not cards:
            return []
        steps = field_day.read("service", lambda s: s.visits.view(cards[0].id).steps)
        return [step.kind for step in steps]

    kinds = eventually(saved, within=30, every=0.5, what="the visit at the server")
    assert kinds.count("photo_taken") == len(held) - 1 >= 1 and kinds[0] == "visited"
    if phone.shots is not None:
        choose_look(phone, "theme-dark", "scale-200")
        phone.go(f"/visit/new/{home}")
        phone.tap("met-0")
        phone.tap("visit-photo")
        phone.shot("photo-large-dark")
    assert not phone.problems and not phone.outside
