"""B2, B4, B12: names and sign-in names at the server."""

from __future__ import annotations

import json
from typing import Any

import pytest
import requests
from sqlalchemy import insert, select, update

from app.domain.wire.errors import Problem
from sync_server.auth.throttle import FREE
from sync_server.store.estate import tagging
from sync_server.store.estate.importing import ImportConflict
from sync_server.store.people import accounts, admin, join_codes
from sync_server.store.tables import meta, persons, staff_buildings
from sync_server.store.taking import feed
from sync_server.store.types import moment
from tests.server.conftest import Estate
from tests.support.server import PASSWORD, LiveServer


@pytest.mark.parametrize("typed", ["Worker", " ＷＯＲＫＥＲ ", "wor ker", "wor\u3000ker"])
def test_a_sign_in_name_is_read_however_it_is_typed(estate: Estate, typed: str) -> None:
    """B4: capitals, full-width letters, blanks."""
    estate.add_staff("worker2", "repair_worker")
    account = estate.store.account(typed)
    assert account is not None and account.id == "staff-worker"


def test_odd_sign_in_names_of_before_still_work(estate: Estate) -> None:
    """B4: one written exactly so comes first; another only where it alone can be meant."""
    with estate.store.numbered() as write:
        for number, login in enumerate(("WangQiang", "LI.Lei", "li.lei", "ZHAO", "Zhao")):
            accounts.put_staff(
                write,
                staff_id=f"staff-{login}",
                number=str(number),
                name=login,
                login=login,
                held=["repair_worker"],
            )
    asked = ("WangQiang", "wangqiang", "LI.Lei", "li.lei", "Li.Lei", "Zhao", "zhao", "")
    named = {typed: estate.store.account(typed) for typed in asked}
    assert {typed: found and found.id for typed, found in named.items()} == {
        "WangQiang": "staff-WangQiang",
        "wangqiang": "staff-WangQiang",
        "LI.Lei": "staff-LI.Lei",
        "li.lei": "staff-li.lei",
        "Li.Lei": "staff-li.lei",
        "Zhao": "staff-Zhao",
        "zhao": None,
        "": None,
    }


def test_commands_read_sign_in_names_the_same_way(estate: Estate) -> None:
    """B4: join-code, set-password and add-user, which keeps a name as it is read and takes none twice."""
    estate.add_staff("WangQiang", "repair_worker")
    with estate.store.read() as connection:
        assert join_codes.staff_of_login(connection, "ＷＡＮＧＱＩＡＮＧ") == "staff-WangQiang"
    assert admin.set_password(estate.store, "WANGQIANG", "hash")
    more: dict[str, Any] = {"name": "王强", "number": "n-9", "held": ["desk"], "phone": "", "building_codes": ()}
    for taken in ("wangqiang", " ", "WORKER"):
        with pytest.raises(ImportConflict):
            admin.add_user(estate.store, staff_id="twin", login=taken, password_hash="x", **more)
    admin.add_user(estate.store, staff_id="new", login=" ZhaoLi ", password_hash="x", **more)
    kept = estate.store.account("zhaoli")
    assert kept is not None and kept.id == "new"


def test_signing_in_with_capitals_says_how_the_name_is_written(live: LiveServer) -> None:
    """B4: and guessing counts against the person, however the name is written."""
    asked = {"login": "ＷorkER", "password": PASSWORD}
    live.add_staff("worker", "repair_worker")
    answer = requests.post(f"{live.url}/v1/sign-in", json=asked, timeout=20)
    assert (answer.status_code, answer.json()["staff"]["login"]) == (200, "worker")
    wrong = [
        requests.post(f"{live.url}/v1/sign-in", json={"login": login, "password": "x"}, timeout=20).status_code
        for login in ("worker", "Worker", "ＷＯＲＫＥＲ", "WORKER", " worker", "wOrKeR")[: FREE + 1]
    ]
    assert wrong == [401] * FREE + [429]


def test_phones_learn_how_names_are_spelled_after_the_update(estate: Estate) -> None:
    """B12, B2: an older server told no pinyin of staff, and spelled what stands in brackets; phones get both anew."""
    estate.add_staff("twin", "repair_worker", name="王 强")
    row: dict[str, Any] = {"id": "person-1", "household_id": estate.home["household_id"], "building_id": estate.b1}
    row |= {"name": "（租客）王 强", "initials": ["zkwq"], "pinyin": ["zukewangqiang"]}
    row |= {"phone": "", "relation": "tenant", "serial": 1}
    with estate.store.numbered() as write:
        write.execute(insert(persons).values(**row, changed_at=moment(write.now)))
        feed.publish_refs(write, [("person", "person-1", ["all", f"building:{estate.b1}"])])
    steward = estate.device("steward")
    steward.pull()
    with estate.store.write() as connection:
        known = json.loads(connection.scalar(select(meta.c.value).where(meta.c.key == "understanding")) or "{}")
        del known["refs"]
        connection.execute(update(meta).where(meta.c.key == "understanding").values(value=json.dumps(known)))
    steward.refs.clear()
    estate.store.migrate()
    steward.pull()
    bodies = [steward.refs[key]["body"] for key in (("staff", "staff-twin"), ("person", "person-1"))]
    assert [(body["initials"][0], body["pinyin"][0]) for body in bodies] == [("wq", "wangqiang")] * 2
    assert "zkwq" not in bodies[1]["initials"]
    assert bodies[1]["name"] == "（租客）王 强", "kept as it was written"


def test_commands_read_a_building_however_it_is_written(estate: Estate) -> None:
    """A9: labels of a building and the buildings of a new steward are asked for by 一期3栋, too."""
    phase = estate.add_building("1期3")
    assert [tagging.building_called(estate.store, text) for text in ("1期3", "一期3栋", " 01 ")] == [
        phase,
        phase,
        estate.b1,
    ]
    with pytest.raises(Problem):
        tagging.building_called(estate.store, "张伟")
    more: dict[str, Any] = {"name": "刘芳", "number": "n-8", "held": ["steward"], "phone": "", "password_hash": "x"}
    admin.add_user(estate.store, staff_id="new", login="fang", building_codes=["一期3栋", "02"], **more)
    with estate.store.read() as connection:
        held = set(connection.scalars(select(staff_buildings.c.building_id).where(staff_buildings.c.staff_id == "new")))
    assert held == {phase, estate.b2}
    with pytest.raises(ImportConflict):
        admin.add_user(
            estate.store, staff_id="other", login="other", building_codes=["9栋"], **(more | {"number": "o"})
        )
