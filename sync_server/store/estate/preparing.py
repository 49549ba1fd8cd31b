"""From an uploaded register to a plan. The file is read once; questions and plan can be worked out any number of
times."""

from __future__ import annotations

import html
import io
import re
import zipfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from app.domain.rules.scopes import FIRST
from app.domain.times import china_day
from app.domain.wire.errors import Problem
from sync_server.estate.columns import SHEETS
from sync_server.estate.faults import Fault
from sync_server.register.grids import Grid, Unreadable, read_grids
from sync_server.register.headings import Heading, Question, as_columns
from sync_server.register.plan import Plan, make_plan
from sync_server.register.reading import Register, find_headings, read_register
from sync_server.store.estate import estates, registers
from sync_server.store.store import Store

READING, COMPARING = "reading", "comparing"
ESTATE_QUESTION = "=estate"
"""Key of the question for the estate: its name, if neither store nor file has one; or which one, if the store has
several."""

OnStage = Callable[[str, int, int], None]
"""Called with the stage, and how much of how many is done."""

NO_REGISTER = Unreadable(
    "没有找到住户登记表：表头里要有房号（或门牌、地址）和业主姓名（或电话）。请检查表头是否被删掉，或在没有合并的一行里写上列名",
    "No register was found: its headings need a room (or address) and an owner's name (or phone). Check that the row "
    "of headings is there",
)


def is_estate_workbook(content: bytes) -> bool:
    """Return whether the file is a workbook made from the template, which has an import of its own."""
    known = {name for sheet in SHEETS for name in (sheet.zh, sheet.en.casefold(), sheet.name)}
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            info = archive.getinfo("xl/workbook.xml")
            if info.file_size > 10_000_000:
                return False
            text = archive.read(info).decode("utf-8", "replace")
    except (zipfile.BadZipFile, KeyError, ValueError, NotImplementedError, RuntimeError, OSError):
        return False
    titles = {
        html.unescape(title).strip().casefold() for title in re.findall(r'<(?:\w+:)?sheet\s[^>]*?name="([^"]*)"', text)
    }
    return len(titles & known) >= 3


@dataclass
class Preparation:
    """An import under way. ``questions`` must be answered first; if there are none, ``plan`` says what would change."""

    store: Store
    grids: list[Grid]
    answers: dict[str, str] = field(default_factory=dict)
    """What each column holds (by letter or heading), and ``=estate``."""
    decisions: dict[str, str] = field(default_factory=dict)
    questions: list[Question] = field(default_factory=list)
    headings: list[Heading] = field(default_factory=list)
    notices: list[Fault] = field(default_factory=list)
    register: Register | None = None
    plan: Plan | None = None
    among: Sequence[str] | None = None
    """The keys of the estates that may be imported into; ``None``: all."""
    key: str | None = None
    """The key of the register's estate, once it is known."""

    @classmethod
    def of(cls, store: Store, content: bytes, among: Sequence[str] | None = None) -> Preparation:
        """Read a file. Raises ``Unreadable`` with what to do."""
        return cls(store, read_grids(content), among=among)

    def work_out(self, on_stage: OnStage | None = None) -> None:
        """Find the questions or, if there are none, make the plan; from the store as it is now.

        Raises ``Unreadable`` if no sheet is a register.
        """
        say = on_stage or (lambda _stage, _done, _of: None)
        if self.register is None and not self._read(say):
            return
        assert self.register is not None
        self.key = self._estate()
        if self.key is None:
            return
        view = registers.view(self.store, self.key)
        name = self.answers.get(ESTATE_QUESTION, "").strip() or self.register.estate
        if view.estate is None and not name:
            self.questions = [_ESTATE]
            return
        self.questions = []
        say(COMPARING, 0, len(self.register.homes))
        self.plan = make_plan(
            self.register,
            view,
            china_day(self.store.now()).isoformat(),
            self.decisions,
            estate_name=name,
            on_step=lambda done, of: say(COMPARING, done, of),
        )
        self.plan.notices = [*self.notices, *self.plan.notices]

    def _estate(self) -> str | None:
        """Return the key of the register's estate: the one that was chosen, that the file names, or the only one.

        Returns ``None`` after adding the question which one it is.
        """
        assert self.register is not None
        said = self.answers.get(ESTATE_QUESTION, "").strip()
        with self.store.read() as connection:
            everything = estates.every(connection)
            here = [one for one in everything if self.among is None or one.key in self.among]
            for name in filter(None, (said, self.register.estate if len(here) > 1 else "")):
                try:
                    return estates.called(connection, name, [one.key for one in here]).key
                except Problem:
                    continue
        if not everything:
            return FIRST  # the first estate, which this register adds
        if len(here) == 1 and not said:
            return here[0].key
        options = tuple((one.code, one.name, one.name) for one in here)
        self.questions = [replace(_WHICH_ESTATE, options=options)]
        return None

    def _read(self, say: OnStage) -> bool:
        """Read the rows; return False if something must be asked first."""
        self.headings, self.questions, self.notices = find_headings(
            self.grids, lambda signature: registers.remembered(self.store, signature), self.answers
        )
        if not self.headings or not any(heading.columns for heading in self.headings):
            raise Unreadable(NO_REGISTER.zh, NO_REGISTER.en)
        if self.questions:
            return False
        self.register = read_register(self.headings, lambda _sheet, done, of: say(READING, done, of))
        if not self.register.homes and not self.register.doubts:
            raise Unreadable(NO_REGISTER.zh, NO_REGISTER.en)
        return True

    def answer(self, answers: Mapping[str, str]) -> None:
        """Store answers about columns, the estate or decisions; ``work_out`` uses them."""
        columns = {key: value for key, value in answers.items() if ":" not in key and key != "absent"}
        self.decisions.update({key: value for key, value in answers.items() if key not in columns})
        if columns.keys() - {ESTATE_QUESTION}:
            self.register = None
        self.answers.update(columns)
        self.plan = None

    def remember(self) -> None:
        """Store the answers about columns for the next register with these headings."""
        said = as_columns({key: value for key, value in self.answers.items() if key != ESTATE_QUESTION})
        for heading in self.headings:
            mine = {
                column.letter: said[key]
                for column in heading.columns
                for key in (column.letter, column.heading)
                if key in said
            }
            if mine:
                registers.remember(self.store, heading.signature, mine)


_ESTATE = Question(
    ESTATE_QUESTION,
    "text",
    "",
    "这是哪个小区？请写小区名称，例如 荔园",
    "Which estate is this? Write its name, e.g. 荔园",
    (),
)
_WHICH_ESTATE = Question(
    ESTATE_QUESTION, "meaning", "", "这份登记表是哪个小区的？", "Which estate's register is this?", ()
)
