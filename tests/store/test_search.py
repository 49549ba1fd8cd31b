"""Finding a door by whatever somebody types, and a price by two letters (ui: little typed at all)."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from app.actions import CardFilter
from app.actions.models import TicketForm
from app.actions.session import Session
from app.domain.wire.exchange import Page, RefItem
from app.store.search import HouseholdIndex, find_price_items, read_household, read_person, read_price_item
from tests.actions.phones import DESK, OTHER_WORKER, STEWARD, WORKER, phone_of, uid


@pytest.fixture(scope="module")
def session(tmp_path_factory: pytest.TempPathFactory) -> Session:
    return phone_of(tmp_path_factory.mktemp("search"), STEWARD)


@pytest.mark.parametrize(
    ("typed", "address"),
    [
        ("3栋2单元1501", "3栋2单元1501"),
        ("3-2-1501", "3栋2单元1501"),
        ("３号楼２单元１５０１室", "3栋2单元1501"),
        ("3-1501", "3栋2单元1501"),
        ("1501", "3栋2单元1501"),
        ("321501", "3栋2单元1501"),
        ("10-803", "10栋803"),
        ("5栋门面03", "5栋商铺03"),
        ("张伟", "3栋2单元1501"),
        ("伟", "3栋2单元1501"),
        ("zw", "3栋2单元1501"),
        ("ZhangW", "3栋2单元1501"),
        ("sx", "3栋2单元1502"),
        ("dx", "3栋2单元1502"),
        ("d", "3栋2单元1502"),
        ("䶮", "3栋1单元203"),
        ("𠮷野", "3栋1单元203"),
        ("lv yan", "5栋商铺03"),
        ("7003", "3栋1单元203"),
        ("136 0013 6004", "10栋803"),
    ],
)
def test_the_door_comes_first_however_it_is_typed(session: Session, typed: str, address: str) -> None:
    assert session.doors.find(typed)[0].household.address == address


def test_doors_of_a_staircase_come_in_order(session: Session) -> None:
    assert [hit.household.address for hit in session.doors.find("3-2-15")] == ["3栋2单元1501", "3栋2单元1502"]


def test_3_is_building_3_before_room_3_something(session: Session) -> None:
    assert {hit.household.building_id for hit in session.doors.find("3栋")} == {"b3"}


def test_nothing_typed_shows_all_doors_and_nonsense_none(session: Session) -> None:
    found = [hit.household.address for hit in session.doors.find()]
    assert found == ["3栋1单元203", "3栋2单元1501", "3栋2单元1502", "5栋商铺03", "10栋803"]
    assert session.doors.find("没有这个人") == session.doors.find("%_'\"") == []


def test_a_hit_by_a_person_names_the_person(session: Session) -> None:
    hit = session.doors.find("oyn")[0]
    assert hit.person is not None and hit.person.name == "欧阳娜"


@pytest.mark.parametrize(
    ("typed", "codes"), [("gh", ["E01", "W01"]), ("st", ["W02"]), ("下水", ["W02"]), ("w01", ["W01"]), ("lt", ["W01"])]
)
def test_prices_by_two_letters_name_or_code(session: Session, typed: str, codes: list[str]) -> None:
    assert [item.code for item in session.tickets.price_items(typed)] == codes


def test_an_empty_price_list_is_no_error(tmp_path: Path) -> None:
    """Bad input: an empty price list."""
    assert phone_of(tmp_path, STEWARD, known=False).tickets.price_items("gh") == []


DOORS = (
    *("3栋2单元负101", "3栋2单元101", "3栋2单元12A05", "1期8栋2单元1501", "2期8栋2单元1501", "锦绣阁A501"),
    *("别墅12号", "商业街商铺12", "商铺S1-05", "车位B1-023", "车位B2-A015", "3栋2单元1501+1502"),
    *("5栋商铺05", "12弄3号101", "12弄3号整栋", "2期会所"),
)


@pytest.mark.parametrize(
    ("typed", "address"),
    [
        ("-101", "3栋2单元负101"),
        ("负一", "3栋2单元负101"),
        ("3-2--101", "3栋2单元负101"),
        ("3-2-101", "3栋2单元101"),
        ("12a05", "3栋2单元12A05"),
        ("3-2-12a", "3栋2单元12A05"),
        ("一期8-2-1501", "1期8栋2单元1501"),
        ("二期8栋", "2期8栋2单元1501"),
        ("8-2-1501", "1期8栋2单元1501"),
        ("锦绣阁", "锦绣阁A501"),
        ("a501", "锦绣阁A501"),
        ("12号别墅", "别墅12号"),
        ("商业街12号", "商业街商铺12"),
        ("s1-05", "商铺S1-05"),
        ("车位023", "车位B1-023"),
        ("b1-023", "车位B1-023"),
        ("023", "车位B1-023"),
        ("负二层A区015", "车位B2-A015"),
        ("1502", "3栋2单元1501+1502"),
        ("3-2-1502", "3栋2单元1501+1502"),
        ("铺面05", "5栋商铺05"),
        ("12弄3号", "12弄3号整栋"),
        ("二期会所", "2期会所"),
    ],
)
def test_every_kind_of_door_comes_first_however_it_is_typed(typed: str, address: str) -> None:
    """A9: below ground, letters, phases, names, houses, shops, parking and merged doors."""
    index = HouseholdIndex(read_household(door, {"address": door}) for door in DOORS)
    assert index.find(typed)[0].household.address == address


PEOPLE = {
    "1栋101": "王 强",
    "1栋102": "阿依古丽 • 买买提",
    "1栋103": "（租客）李静",
    "1栋104": "張偉先生",
}


@pytest.mark.parametrize(
    ("typed", "address"),
    [
        ("王强", "1栋101"),
        ("王　强（业主）", "1栋101"),
        ("阿依古丽·买买提", "1栋102"),
        ("阿依古丽买买提", "1栋102"),
        ("买买提", "1栋102"),
        ("李静", "1栋103"),
        ("李静女士", "1栋103"),
        ("张伟", "1栋104"),
    ],
)
def test_a_name_is_found_however_it_is_written_and_typed(typed: str, address: str) -> None:
    """B2: blanks, middle dots, brackets, titles, traditional characters; shown as it was written."""
    homes = [read_household(door, {"address": door}) for door in PEOPLE]
    for home in homes:
        home.people.append(read_person(home.id, {"name": PEOPLE[home.address]}))
    hit = HouseholdIndex(homes).find(typed)[0]
    assert (hit.household.address, hit.person and hit.person.name) == (address, PEOPLE[address])


@pytest.mark.parametrize(
    "typed",
    [
        "王建国",
        "wjg",
        "wangjian",
        "w-wang",
        "张伟",
        "zw",
        "8001",
        "3-2-1501",
        "何 静",
        "何静",
        "hejing",
        "漏水 王建国",
        "何静 · 漏水",
    ],
)
def test_a_ticket_is_found_by_worker_resident_phone_and_address(tmp_path: Path, typed: str) -> None:
    """B12: as in the household search; the caller's name however it is written."""
    desk = phone_of(tmp_path, DESK)
    spelled = {"name": "王建国", "number": "w-wang", "active": True, "roles": ["repair_worker"]}
    spelled |= {"initials": ["wjg"], "pinyin": ["wangjianguo"]}
    desk.store.apply_page(Page("estate", 2, False, (RefItem(2, "staff", WORKER, spelled, False),)))
    home = uid("home", "3栋2单元1501")
    form = TicketForm("厨房漏水", household_id=home, contact_name="何 静（租客）", contact_phone="13500000001")
    wanted = asyncio.run(desk.tickets.open(form, assign_to=WORKER)).subject_id
    other = TicketForm("灯不亮", household_id=uid("home", "10栋803"), contact_name="丁一", contact_phone="13900000000")
    asyncio.run(desk.tickets.open(other, assign_to=OTHER_WORKER))
    found = [card.id for card in desk.cards(CardFilter(text=typed))]
    assert found == ([] if typed == "hejing" else [wanted]), "a caller's own name has no pinyin on the phone"
    assert desk.count(CardFilter(text=typed)) == len(found)


def test_a_search_may_begin_with_counting(tmp_path: Path) -> None:
    """B12: a list counts before it reads; whom a word means is read then, within the same look at the store."""
    desk = phone_of(tmp_path, DESK)
    asyncio.run(desk.tickets.open(TicketForm("厨房漏水", household_id=uid("home", "3栋2单元1501"))))
    desk.store.close()
    desk = phone_of(tmp_path, DESK)
    assert desk.count(CardFilter(text="厨房漏水")) == 1


def test_cards_of_an_older_app_are_found_by_the_new_words(tmp_path: Path) -> None:
    """B2: the update writes the index of what lies on the phone anew."""
    desk = phone_of(tmp_path, DESK)
    form = TicketForm("漏水", household_id=uid("home", "10栋803"), contact_name="何 静", contact_phone="1")
    ticket = asyncio.run(desk.tickets.open(form)).subject_id
    with desk.store.file.write() as connection:
        connection.exec_driver_sql("UPDATE subjects SET search = lower('10栋803 漏水 何 静 1')")
        connection.exec_driver_sql("DELETE FROM settings WHERE key = 'search'")
    assert desk.cards(CardFilter(text="何静")) == []
    desk.store.close()
    assert [card.id for card in phone_of(tmp_path, DESK).cards(CardFilter(text="何静"))] == [ticket]


SAID = "“三号”泵房ＬＥＤ灯不亮（急）"
TYPED = (
    "「三号」泵房",
    "“三号”泵房",
    '"三号"泵房',
    "‘三号’",
    "『三号』泵",
    "ＬＥＤ灯",
    "led灯",
    "不亮(急)",
    "不亮（急）",
)


@pytest.mark.parametrize("typed", TYPED)
def test_a_ticket_is_found_whatever_quotes_and_widths_are_typed(tmp_path: Path, typed: str) -> None:
    """Each keyboard has quotes of its own; also among what an app of before kept, once the new one has opened it."""
    desk = phone_of(tmp_path, DESK)
    wanted = asyncio.run(desk.tickets.open(TicketForm(SAID, household_id=uid("home", "10栋803")))).subject_id
    assert [card.id for card in desk.cards(CardFilter(text=typed))] == [wanted]
    with desk.store.file.write() as connection:
        connection.exec_driver_sql("UPDATE subjects SET search = lower(?)", (SAID,))
        connection.exec_driver_sql("UPDATE settings SET value = '2' WHERE key = 'search'")
    desk.store.close()
    desk = phone_of(tmp_path, DESK, known=False)
    assert [card.id for card in desk.cards(CardFilter(text=typed))] == [wanted]
    assert desk.tickets.view(wanted).state.content == SAID, "kept as it was written"


@pytest.mark.parametrize("typed", TYPED)
def test_doors_in_words_and_prices_are_found_so_too(typed: str) -> None:
    home = read_household("h", {"address": SAID})
    item = read_price_item("p", {"code": "Z09", "name": SAID})
    assert [hit.household.id for hit in HouseholdIndex([home]).find(typed)] == ["h"]
    assert find_price_items([item], typed) == [item]
