"""Making homes from the rows of a register: a door, who lives there, and what the sheet says about it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cache
from typing import Any

from app.domain.wire.fields import LONG, SHORT
from app.domain.writing.addresses import Address, SeveralDoors, building_words, doors_of, make_address, normalise_code
from sync_server.estate.cells import is_empty, shown
from sync_server.estate.error_cells import ErrorValue
from sync_server.estate.faults import Fault, FaultKind, FaultList
from sync_server.register import headings as h
from sync_server.register import words
from sync_server.register.grids import Grid
from sync_server.register.headings import Column, Heading, Question
from sync_server.register.people import Somebody, read_people, relation_of
from sync_server.register.values import Day, Unclear, is_nothing, read_area, read_day, read_money, says_vacant, text_of

LIVING, VACANT = "living", "vacant"
PROGRESS_EVERY = 500
"""Number of rows between two reports of progress."""
MOST_TOLD = 1_000
"""Most doubts or notices kept of one kind: a longer list helps nobody."""

OnProgress = Callable[[str, int, int], None]
"""Called with the sheet, rows read, rows in all."""


@dataclass(slots=True)
class Home:
    """One door of the register. Fields that its sheet has no column for, or whose cell is empty, are ``None``."""

    address: Address
    sheet: str
    row: int
    people: list[Somebody] = field(default_factory=list)
    floor: int | None = None
    area: str | None = None
    moved_in_on: str | None = None
    arrears_fen: int | None = None
    status: str | None = None
    notes: str | None = None
    covers: frozenset[str] = frozenset()
    """Relations that the sheet has columns for: people of other relations stay as they are."""


@dataclass
class Register:
    """Everything a register says: its homes, what is unclear, what was left out, and the name of the estate."""

    homes: list[Home] = field(default_factory=list)
    doubts: list[Fault] = field(default_factory=list)
    notices: list[Fault] = field(default_factory=list)
    estate: str = ""
    rows: int = 0
    left_out: int = 0
    """Number of rows that are no household: totals, repeated headings, footers."""
    fields: frozenset[str] = frozenset()
    """The ``headings.MEANINGS`` that the file has columns for."""


def find_headings(
    grids: Sequence[Grid], remembered: Callable[[str], Mapping[str, str]], given: Mapping[str, str]
) -> tuple[list[Heading], list[Question], list[Fault]]:
    """Return the headings of every sheet that is a register, the open questions, and notices of sheets that were not
    read.

    ``remembered`` returns earlier answers for a signature; ``given`` are this import's answers and take precedence.
    """
    found: list[Heading] = []
    notices = FaultList()
    questions: dict[tuple[str, str], Question] = {}
    for grid in grids:
        if not grid.rows:
            continue
        if grid.hidden:
            notices.notice(words.SHEET_HIDDEN, sheet=grid.title)
            continue
        heading = h.find_heading(grid)
        if heading is None:
            notices.notice(words.SHEET_NO_HEADING, sheet=grid.title)
            continue
        h.settle(heading, h.as_columns({**remembered(heading.signature), **given}))
        for question in heading.questions:  # sheets with the same headings are asked about once
            questions.setdefault((heading.signature, question.key), question)
        found.append(heading)
    return found, list(questions.values()), notices.notices


def read_register(headings: Sequence[Heading], on_progress: OnProgress | None = None) -> Register:
    """Return the content of the sheets. Every unclear cell is in ``doubts``; nothing is raised."""
    register = Register()
    told = _Told(register)
    total = sum(len(heading.grid.rows) - heading.first for heading in headings)
    doors: dict[Address, Home] = {}
    done = 0
    for heading in headings:
        _tell_columns(heading, told)
        reader = _SheetReader(heading, register, told, doors)
        register.fields |= {column.meaning for column in heading.columns if column.meaning}
        register.estate = register.estate or _estate_in_title(heading)
        for number in range(heading.first, len(heading.grid.rows)):
            reader.row(number)
            done += 1
            if on_progress and done % PROGRESS_EVERY == 0:
                on_progress(heading.grid.title, done, total)
    register.homes = list(doors.values())
    register.rows = total
    if on_progress:
        on_progress(headings[-1].grid.title if headings else "", total, total)
    return register


class _Told:
    """Collects doubts and notices, at most ``MOST_TOLD`` of each kind."""

    def __init__(self, register: Register) -> None:
        self._found = FaultList(register.doubts, register.notices)
        self._counts: dict[str, int] = {}

    def _may(self, kind: FaultKind) -> bool:
        self._counts[kind.name] = self._counts.get(kind.name, 0) + 1
        return self._counts[kind.name] <= MOST_TOLD

    def doubt(self, kind: FaultKind, **where: Any) -> None:
        if self._may(kind):
            self._found.add(kind, **where)

    def notice(self, kind: FaultKind, **where: Any) -> None:
        if self._may(kind):
            self._found.notice(kind, **where)


def _tell_columns(heading: Heading, told: _Told) -> None:
    for column in heading.columns:
        where = {"sheet": heading.grid.title, "row": heading.row + 1, "column": column.letter, "header": column.heading}
        if column.meaning == h.IDENTITY:
            told.notice(words.ID_LEFT_OUT, **where)
        elif column.meaning in (None, h.IGNORE) and column.samples and folded_number(column.heading):
            told.notice(words.COLUMN_LEFT_OUT, **where)


def folded_number(heading: str) -> bool:
    """Return whether people should be told that this column is left out: not if it only numbers the rows."""
    return h.folded(heading) not in ("序号", "序", "no", "行号", "编号")


_TITLE = re.compile(
    r"([\u3400-\u9fffA-Za-z0-9·]{2,20}?(?:小区|花园|苑|园|城|府|公馆|家园|新村|山庄|广场|大厦|公寓|湾|庭|居|里|轩))"
)


def _estate_in_title(heading: Heading) -> str:
    for cells in heading.grid.rows[: heading.row]:
        for cell in cells:
            found = _TITLE.match(text_of(cell).removeprefix("关于"))
            if found:
                return found[1].removesuffix("小区") if len(found[1]) > 4 else found[1]
    return ""


_TOTAL = re.compile(r"^(合\s*计|小\s*计|总\s*计|共\s*计|本页|累\s*计|总户数|汇\s*总|合计户数)")
_FOOTER = re.compile(
    r"^(制表|填表|审核|审批|复核|打印|制单|编制|登记人|经办|统计|负责人|日期|备\s*注[:：]|注[:：]|说\s*明[:：]|第\s*\d+\s*页|共\s*\d+\s*[页户]|page\s*\d)",
    re.IGNORECASE,
)
_IMPORTANT = (h.OWNER, h.TENANT, h.FAMILY, h.OWNER_PHONE, h.PHONE)


class _SheetReader:
    """Reads a sheet from top to bottom; keeps the building, the entrance and the home of the rows above."""

    def __init__(self, heading: Heading, register: Register, told: _Told, doors: dict[Address, Home]) -> None:
        self.heading = heading
        self.register = register
        self.told = told
        self.doors = doors
        self.title = heading.grid.title
        self.single: dict[str, Column] = {}
        for column in heading.columns:
            if column.meaning is not None:
                self.single.setdefault(column.meaning, column)
        self.people_columns = _people_columns(heading)
        self.covers = _covers(self.people_columns, all_of_them=h.RELATION in self.single)
        self.filled_down = _merged_down(heading)
        self.building, self.entrance = _of_title(self.title)
        self.phase = ""
        self.dashes: bool | None = None
        self.home: Home | None = None
        self.home_row = -9
        self.parsed: dict[tuple[str, str, str], tuple[Address, ...]] = {}

    # -- cells ---------------------------------------------------------------------------

    def raw(self, cells: Sequence[Any], number: int, column: Column | None) -> Any:
        """Return the content of a cell, or of the merged cell that covers it."""
        if column is None:
            return ""
        cell = cells[column.index] if column.index < len(cells) else ""
        if cell == "" and self.filled_down:
            source = self.filled_down.get((number, column.index))
            if source is not None:
                above = self.heading.grid.rows[source]
                cell = above[column.index] if column.index < len(above) else ""
        return cell

    def where(self, number: int, column: Column | None) -> dict[str, Any]:
        letter, heading = (column.letter, column.heading) if column else ("", "")
        return {"sheet": self.title, "row": number + 1, "column": letter, "header": heading}

    def clear(self, cells: Sequence[Any], number: int, meaning: str) -> tuple[Any, Column | None]:
        """Return a cell's content ("" for a formula error or no column), and its column."""
        column = self.single.get(meaning)
        return self._no_error(self.raw(cells, number, column), number, column, True), column

    # -- rows ----------------------------------------------------------------------------

    def row(self, number: int) -> None:
        """Read one row."""
        cells = self.heading.grid.rows[number]
        filled = [(index, cell) for index, cell in enumerate(cells) if not is_empty(cell)]
        if not filled or self._no_household(cells, number, filled):
            return
        building = self._building(cells, number)
        entrance = self._code(cells, number, h.ENTRANCE)
        door, column = self.clear(cells, number, h.DOOR)
        if isinstance(door, date | datetime):
            self.told.doubt(words.NO_DOOR, value=shown(door), **self.where(number, column))
            self.home = None
            return
        room = "" if is_nothing(door) else text_of(door)
        if not room:
            self._continue(cells, number, building, entrance, column)
            return
        carried = self._carry(building, entrance)
        address = self._address(number, column, room)
        if address is None:
            self.home = None
            return
        self._found(cells, number, address, carried, column)

    def _no_household(self, cells: Sequence[Any], number: int, filled: list[tuple[int, Any]]) -> bool:
        """Return whether a row is a total, repeated headings, a footer, or the name of the block of rows below."""
        first = text_of(filled[0][1])
        text = first if len(filled) == 1 else ""
        if any(_TOTAL.match(text_of(cell)) for _, cell in filled[:3]) or _FOOTER.match(first):
            return self._pass_over(number, first)
        if h.is_heading_again(self.heading, cells) or (first in ("1", "A") and h.is_numbering(cells)):
            return self._pass_over(number)
        if text and not isinstance(filled[0][1], int | float):
            block = _block(text)
            door = self.single.get(h.DOOR)
            if block is not None:
                self.building, self.entrance = block[0], block[1]
                self.home = None
                return self._pass_over(number)
            if door is None or filled[0][0] != door.index:
                important = {column.index for meaning in _IMPORTANT if (column := self.single.get(meaning))}
                of_door = {column.index for meaning in (h.BUILDING, h.ENTRANCE) if (column := self.single.get(meaning))}
                if filled[0][0] not in important | of_door:
                    return self._pass_over(number, text)
            elif re.search(r"[表册账単]$|登记|花名册|台账|小区|物业", text) and not re.search(r"\d", text):
                return self._pass_over(number, text)
        return False

    def _pass_over(self, number: int, text: str = "") -> bool:
        self.register.left_out += 1
        if text:
            self.told.notice(words.ROW_LEFT_OUT, value=text, **self.where(number, None))
        return True

    def _code(self, cells: Sequence[Any], number: int, meaning: str) -> str:
        cell, _ = self.clear(cells, number, meaning)
        if is_nothing(cell) or isinstance(cell, date | datetime):
            return ""
        return text_of(cell)

    def _building(self, cells: Sequence[Any], number: int) -> str:
        """Return the building of a row, together with its phase if that is in a column of its own."""
        building, phase = self._code(cells, number, h.BUILDING), self._code(cells, number, h.PHASE)
        if phase:
            self.phase = f"{phase}期" if re.fullmatch(r"[0-9一二三四五六]{1,2}", phase) else phase
        if not building or not self.phase or self.phase in building:
            return building
        whole = f"{self.phase}{building}"
        return whole if _code(whole) != whole or _code(building) == building else building

    def _carry(self, building: str, entrance: str) -> bool:
        """Keep building and entrance for the rows below; return whether the building was taken from above."""
        if building:
            whole = _block(building)
            if whole is not None and whole[1] and not entrance:
                building, entrance = whole
            if building != self.building:
                self.entrance = ""
            self.building = building
        if entrance:
            self.entrance = entrance
        return not building and self.single.get(h.BUILDING) is not None

    def _address(self, number: int, column: Column | None, room: str) -> Address | None:
        key = (self.building, self.entrance, room)
        if key not in self.parsed:
            self.parsed[key] = read_door(*key, sure=h.BUILDING in self.single)
        doors = self.parsed[key]
        if len(doors) == 1 or (doors and self._dashes_part()):
            return doors[0]
        where = self.where(number, column)
        if doors:
            self.told.doubt(words.SEVERAL_DOORS, value=room, others="、".join(map(str, doors)), **where)
        else:
            lone = re.fullmatch(r"[0-9A-Za-z]{1,6}[室号房]?", room) and not self.building
            self.told.doubt(words.NO_BUILDING if lone else words.NO_DOOR, value=room, **where)
        return None

    def _dashes_part(self) -> bool:
        """Return whether the sheet separates building, entrance and room by dashes (1栋-1-101), so that no dash is a
        minus."""
        if self.dashes is None:
            column = self.single[h.DOOR]
            rows = self.heading.grid.rows[self.heading.first : self.heading.first + 200]
            said = [text_of(cells[column.index]) for cells in rows if column.index < len(cells)]
            doors = [text for text in said if re.search(r"\d", text)]
            self.dashes = sum(1 for text in doors if re.search(r"[栋幢座楼元门#]-\w", text)) * 2 >= len(doors)
        return self.dashes

    def _found(self, cells: Sequence[Any], number: int, address: Address, carried: bool, column: Column | None) -> None:
        home = self.doors.get(address)
        if home is None:
            home = Home(address, self.title, number + 1, covers=self.covers)
            self.doors[address] = home
            self._take(home, cells, number, first=True)
        elif home is self.home and self.home_row == number - 1:
            self._take(home, cells, number, first=False)
        elif carried:
            self.told.doubt(
                words.BUILDING_UNSURE,
                value=text_of(self.raw(cells, number, column)),
                building=self.building,
                first=home.row,
                **self.where(number, self.single.get(h.BUILDING)),
            )
            self.home = None
            return
        elif not self._same_people(home, cells, number):
            self.told.doubt(words.DOOR_TWICE, value=address, first=home.row, **self.where(number, column))
            self.home = None
            return
        else:
            self._take(home, cells, number, first=False)
        self.home, self.home_row = home, number

    def _same_people(self, home: Home, cells: Sequence[Any], number: int) -> bool:
        trial = Home(home.address, home.sheet, home.row)
        self._people(trial, cells, number, tell=False)
        known = {one.name for one in home.people} | {one.phone for one in home.people if one.phone}
        return not trial.people or any(one.name in known or one.phone in known for one in trial.people)

    def _continue(self, cells: Sequence[Any], number: int, building: str, entrance: str, column: Column | None) -> None:
        """Read a row without a room: one more person of the household above; otherwise it is left out, or a doubt."""
        names = any(
            not is_nothing(self.raw(cells, number, one)) for pair in self.people_columns for one in pair.columns
        )
        if building or entrance:
            self._carry(building, entrance)
        if not names:
            self.register.left_out += 1
            return
        if self.home is None or self.home_row != number - 1 or (building and building != self.building):
            self.told.doubt(words.NOBODY_ABOVE, value=self._shown(cells), **self.where(number, column))
            return
        self._take(self.home, cells, number, first=False, more=True)
        self.home_row = number

    def _shown(self, cells: Sequence[Any]) -> str:
        return " ".join(shown(cell) for cell in cells if not is_empty(cell))[:60]

    # -- what a row says of its home -----------------------------------------------------------

    def _take(self, home: Home, cells: Sequence[Any], number: int, *, first: bool, more: bool = False) -> None:
        vacant = self._people(home, cells, number, more=more)
        for meaning, name, read, kind in _FACTS:
            cell, column = self.clear(cells, number, meaning)
            if is_nothing(cell):
                if meaning == h.ARREARS and column is not None and home.arrears_fen is None:
                    home.arrears_fen = 0  # rows of people who owe nothing have an empty cell
                continue
            if not first and getattr(home, name) not in (None, 0):
                continue  # merged over all rows of the home, or said only once
            try:
                value = read(cell)
            except Unclear:
                self.told.doubt(kind, value=shown(cell), **self.where(number, column))
                continue
            if isinstance(value, Day):
                if not value.exact:
                    self.told.notice(words.ONLY_MONTH, value=shown(cell), day=value.text, **self.where(number, column))
                value = value.text
            setattr(home, name, value)
        self._floor(home, cells, number)
        self._notes(home, cells, number)
        status, _ = self.clear(cells, number, h.STATUS)
        if vacant or _vacant(status):
            home.status = home.status or VACANT
        elif home.people:
            home.status = LIVING
        elif not is_nothing(status):
            home.status = home.status or LIVING

    def _floor(self, home: Home, cells: Sequence[Any], number: int) -> None:
        cell, _ = self.clear(cells, number, h.FLOOR)
        found = re.fullmatch(r"(?:[Ff第]?)(-?\d{1,3})(?:[楼层FfL]?)", text_of(cell)) if not is_nothing(cell) else None
        if found and home.floor is None:
            home.floor = int(found[1])

    def _notes(self, home: Home, cells: Sequence[Any], number: int) -> None:
        parts = [home.notes] if home.notes else []
        seen = self.single.keys() & {h.NOTES, h.PARKING, h.HEADCOUNT}
        for column in self.heading.of(h.NOTES, h.PARKING, h.HEADCOUNT):
            cell = self._no_error(self.raw(cells, number, column), number, column, True)
            if is_nothing(cell):
                continue
            text = cell.strip() if isinstance(cell, str) else text_of(cell)
            said = text if column.meaning == h.NOTES else f"{_LABELS[column.meaning or '']}：{text}"
            if said not in parts:
                parts.append(said)
        text = "；".join(parts)
        if len(text) > LONG:
            self.told.doubt(words.TOO_LONG, value=text, limit=LONG, **self.where(number, self.single.get(h.NOTES)))
        elif text or seen:
            home.notes = text or home.notes

    def _people(self, home: Home, cells: Sequence[Any], number: int, *, tell: bool = True, more: bool = False) -> bool:
        """Add the people of a row; return whether it says that nobody lives there."""
        vacant = False
        relation_cell = self.raw(cells, number, self.single.get(h.RELATION))
        said = relation_of(relation_cell) if not is_nothing(relation_cell) else None
        for pair in self.people_columns:
            name = self._no_error(self.raw(cells, number, pair.name), number, pair.name, tell)
            phones = [self._no_error(self.raw(cells, number, one), number, one, tell) for one in pair.phones]
            phones = [cell for cell in phones if not is_nothing(cell)]
            vacant = vacant or says_vacant(name)
            if is_nothing(name) and not phones:
                continue
            relation = said if said and pair.relation == "owner" else pair.relation
            if more and said is None and relation == "owner" and home.people:
                relation = "family"
            found = read_people(name, phones[0] if len(phones) == 1 else "、".join(map(_phone_text, phones)), relation)
            if tell:
                self._tell_people(found, number, pair)
            for one in found.found:
                _join(home.people, one)
        return vacant

    def _no_error(self, cell: Any, number: int, column: Column | None, tell: bool) -> Any:
        if not isinstance(cell, ErrorValue):
            return cell
        if tell:
            self.told.doubt(words.ERROR_CELL, value=cell, **self.where(number, column))
        return ""

    def _tell_people(self, found: Any, number: int, pair: _Pair) -> None:
        phone = pair.phones[0] if pair.phones else pair.name
        for value in found.bad_names:
            self.told.doubt(words.BAD_NAME, value=value, **self.where(number, pair.name))
        for value in found.bad_phones:
            self.told.doubt(words.BAD_PHONE, value=value, **self.where(number, phone))
        if found.unpaired:
            names, phones = found.unpaired
            self.told.doubt(words.PHONES_UNPAIRED, names=names, phones=phones, **self.where(number, phone))


def _phone_text(cell: Any) -> str:
    return cell if isinstance(cell, str) else text_of(cell)


def _join(people: list[Somebody], one: Somebody) -> None:
    """Add a person unless they are there already; a phone without a name belongs to the first person of that
    relation."""
    if not one.name:
        owner = next((known for known in people if known.relation == one.relation), None) or (
            people[0] if people else None
        )
        if owner is None:
            people.append(Somebody("", one.relation, one.phone))
        elif not owner.phone:
            owner.phone = one.phone
        elif all(known.phone != one.phone for known in people):
            people.append(Somebody(owner.name, owner.relation, one.phone))
        return
    for known in people:
        if not known.name:
            known.name = one.name
        if known.name == one.name:
            if one.phone in ("", known.phone):
                return
            if not known.phone:
                known.phone = one.phone
                return
    if len(one.name) <= SHORT:
        people.append(one)


_LABELS = {h.PARKING: "车位", h.HEADCOUNT: "人口"}
_FACTS = (
    (h.AREA, "area", read_area, words.BAD_AREA),
    (h.MOVED_IN, "moved_in_on", read_day, words.BAD_DATE),
    (h.ARREARS, "arrears_fen", read_money, words.BAD_MONEY),
)


def _vacant(cell: Any) -> bool:
    return says_vacant(cell) or (isinstance(cell, str) and text_of(cell) in ("否", "未入住", "未住"))


# -- columns of people ---------------------------------------------------------------------


@dataclass(frozen=True)
class _Pair:
    """A column of names with the columns of their phones; either may be missing."""

    name: Column | None
    phones: tuple[Column, ...]
    relation: str

    @property
    def columns(self) -> Iterable[Column]:
        return (*((self.name,) if self.name else ()), *self.phones)


_RELATION = {h.OWNER: "owner", h.TENANT: "tenant", h.FAMILY: "family"}
_PHONES = {h.OWNER_PHONE: h.OWNER, h.TENANT_PHONE: h.TENANT, h.FAMILY_PHONE: h.FAMILY}


def _people_columns(heading: Heading) -> list[_Pair]:
    """Pair columns of names with columns of phones by their headings; a plain 电话 belongs to the names before it."""
    names: list[tuple[Column | None, str, list[Column]]] = [
        (column, column.meaning or "", []) for column in heading.of(h.OWNER, h.TENANT, h.FAMILY)
    ]
    last = 0
    for column in heading.columns:
        if column.meaning in _RELATION:
            last = next(i for i, (name, _, _) in enumerate(names) if name is column)
        elif column.meaning == h.PHONE:
            if names:
                names[last][2].append(column)
            else:
                names.append((None, h.OWNER, [column]))
        elif column.meaning in _PHONES:
            wanted = _PHONES[column.meaning]
            index = next((i for i, (_, meaning, _) in enumerate(names) if meaning == wanted), None)
            if index is None:
                names.append((None, wanted, [column]))
            else:
                names[index][2].append(column)
    return [_Pair(name, tuple(phones), _RELATION[meaning]) for name, meaning, phones in names]


def _covers(pairs: Sequence[_Pair], *, all_of_them: bool) -> frozenset[str]:
    if all_of_them:
        return frozenset(_RELATION.values())
    return frozenset(pair.relation for pair in pairs if pair.name is not None)


def _merged_down(heading: Heading) -> dict[tuple[int, int], int]:
    """Return, for each cell that is merged with one above it, the row of the merged cell's content."""
    found: dict[tuple[int, int], int] = {}
    for (top, left), (bottom, right) in heading.grid.merged:
        if bottom > top and top >= heading.first and right - left < 200:
            for row in range(top + 1, min(bottom, len(heading.grid.rows) - 1) + 1):
                for index in range(left, right + 1):
                    found[row, index] = top
    return found


# -- doors ---------------------------------------------------------------------------------

_BLOCK = re.compile(r"(.+?(?:号楼|栋|幢|座|楼|#|阁|轩|公寓))\s*[-—]?\s*(?:(\w{1,3})\s*(?:单元|门|梯))?(?:\s*[(（].*)?")


def _block(text: str) -> tuple[str, str] | None:
    """Return building and entrance if the text names only them: 3栋, 3号楼2单元, 一期A座（住宅）."""
    found = _BLOCK.fullmatch(text.strip())
    if found is None:
        return None
    try:
        return normalise_code(found[1]), normalise_code(found[2]) if found[2] else ""
    except ValueError:
        return None


def _of_title(title: str) -> tuple[str, str]:
    """Return the building and entrance that a sheet is named after, "" if it is not: 3栋, 3#楼, 5."""
    plain = re.sub(r"(业主|住户|房屋|登记表|信息|花名册|台账|名册|明细|表)+$", "", title.strip())
    block = _block(plain)
    if block is not None:
        return block
    try:
        return (normalise_code(plain), "") if re.fullmatch(r"[0-9]{1,3}#?", plain) else ("", "")
    except ValueError:
        return "", ""


def read_door(building: str, entrance: str, room: str, *, sure: bool = True) -> tuple[Address, ...]:
    """Return the doors that a room's cell may mean together with a building and an entrance; empty if it is no room.

    The cell may contain the room (1501), also the entrance (2-1501, 2单元1501), or the whole address. ``sure``: the
    building comes from a column of its own; if it comes from a title or a block's heading, a whole address takes
    precedence.
    """
    code = _code(building) if building else ""
    if code and _PLAIN_ROOM.fullmatch(room):  # true of nearly every room
        stair = f"{_code(entrance)}单元" if entrance else ""
        return doors_of(f"{building_words(code)}{stair}{room}")
    whole = doors_of(room, one_door=True)
    if not building:
        return whole
    within = tuple(door for door in whole if door.building == code and (door.entrance or not entrance))
    if within:
        return within
    if not sure and any(door.entrance for door in whole):
        return whole
    made = _made(building, entrance, room)
    if made:
        return made
    inner = re.fullmatch(r"(\w{1,3}?)\s*(?:单元|门|梯|-|/|#)\s*(.+)", room)
    if inner and (not entrance or _code(entrance) == _code(inner[1])):
        return _made(building, inner[1], inner[2])
    return ()


def _made(building: str, entrance: str, room: str) -> tuple[Address, ...]:
    try:
        return (make_address(building, entrance, room),)
    except SeveralDoors as several:
        return several.doors
    except ValueError:
        return ()


_PLAIN_ROOM = re.compile(r"[0-9]{3,4}")


@cache
def _code(text: str) -> str:
    try:
        return normalise_code(text)
    except ValueError:
        return text
