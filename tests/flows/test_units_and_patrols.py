"""A vacant unit and a patrol round from 今日 to the server, and what the supervisor sees of them (H, I)."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy import insert, select

from app.domain.rules.scopes import building_scope
from app.domain.times import CHINA
from sync_server.store import tables
from sync_server.store.estate import patrol_file
from sync_server.store.taking import feed
from sync_server.store.types import moment
from tests.forms.built_in import compiled
from tests.support.field_day import FieldDay, choose_look
from tests.support.forms import publish
from tests.support.waiting import eventually

EMPTY = "3栋2单元1601"


def prepare(field_day: FieldDay) -> None:
    """Publish the forms, and have a vacant unit and a route that is walked now by repair workers."""
    store = field_day.server.store
    data = [compiled(name).definition for name in ("vacant_check", "patrol_point", "patrol_skipped")]
    publish(store, *(one for one in data if one is not None))
    now = datetime.now(CHINA)
    begins, ends = now - timedelta(hours=1), now + timedelta(hours=2)
    points = "".join(
        f'[[point]]\nname = "{name}"\nwalk = 60\nsop = "看灯、门禁和信报箱，按一次对讲。"\n'
        for name in ("1栋大堂", "地下车库", "消防泵房")
    )
    route = f'rounds = ["{begins:%H:%M}-{ends:%H:%M}"]\npoints = ["1栋大堂", "地下车库", "消防泵房"]\n'
    with store.numbered() as write:
        patrol_file.put(write, f'{points}[[route]]\nname = "公共区域巡检"\nowner = "repair_worker"\n{route}', "")
        b = tables.buildings.c
        building = str(write.connection.scalar(select(b.id).where(b.code == "3")))
        unit = {"id": "unit-1601", "building_id": building, "entrance": "2", "floor": 16, "room": "1601", "area": None}
        write.execute(insert(tables.units).values(unit | {"address": EMPTY, "changed_at": moment(write.now)}))
        feed.publish_refs(write, [("unit", "unit-1601", ["all", building_scope(building)])])


@pytest.mark.long
@pytest.mark.proves("H4")
def test_a_unit_is_checked_and_a_round_walked(field_day: FieldDay) -> None:
    prepare(field_day)
    steward = field_day.phone("steward")
    steward.go("/")
    steward.see("空置房待查")
    steward.shot("today-vacant-unit")
    steward.go("/units")
    steward.see("待查 1")
    steward.shot("units")
    steward.tap(f"unit-{EMPTY}")
    steward.see("还没有检查过")
    steward.tap("main-action")
    steward.see("扫门上的标签")
    steward.type_into("q-tag", "无法辨认")
    steward.type_into("q-water", "128")
    steward.type_into("q-power", "3051")
    steward.tap("q-found-no")
    steward.tap("main-action")
    steward.see_id("pad")
    steward.go("/unit/unit-1601")
    steward.see("再查一次")
    steward.shot("unit")
    walker = field_day.phone("worker")
    walker.go("/")
    walker.see("现在要巡")
    walker.shot("today-patrol")
    walker.tap("walk-公共区域巡检")
    walker.see("扫下一个：1栋大堂")
    walker.tap("point-1栋大堂")
    walker.see("扫不了标签？")
    walker.shot("patrol-no-tag")
    walker.tap("unscanned-damaged")
    walker.see("看灯、门禁和信报箱")
    walker.shot("patrol-point")
    walker.tap("q-found-no")
    walker.tap("main-action")
    walker.see("扫下一个：地下车库")
    walker.shot("patrol-round")

    def heard() -> bool:
        rounds = field_day.read("service", lambda s: s.patrols.rounds())
        return any(one.count("done") == 1 for one in rounds)

    eventually(heard, within=40, every=0.5, what="the scan at the supervisor's")
    boss = field_day.phone("service")
    choose_look(boss, "theme-dark")
    boss.go("/patrols")
    boss.see("1 / 3 个点")
    boss.shot("patrols-dark")
