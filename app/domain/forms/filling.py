"""A form being filled: its answers, what of it matters now, and what is still missing.

``Filling`` holds a tree of places, one for each question and one for each row of a repeat. An answer changes only
what depends on it (``depends``); what does not matter any more keeps its answer while filling, and is left out of
what is saved. Everything is a function of the definition, the facts of the beginning, the answers and what tables
said: phone and server come to the same.
"""

from __future__ import annotations

import heapq
import re
import secrets
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any, Final, Protocol

from app.domain.forms.answers import tidy, unfit, why_wrong
from app.domain.forms.definition import (
    ACKNOWLEDGE,
    CHOOSING,
    DATE,
    DATETIME,
    DEVICE,
    END,
    FROM_PHONE,
    GROUP,
    HOLDERS,
    IMAGE,
    INTEGER,
    MOST_ROWS,
    NOTE,
    REPEAT,
    SELECT_MULTIPLE,
    START,
    TEXT,
    TODAY,
    UNSEEN,
    USERNAME,
    Choice,
    Form,
    Labels,
    Question,
    template,
)
from app.domain.forms.depends import COUNT, RELEVANT, VALUE, Cell, Plan, common_repeat, plan_of
from app.domain.forms.evaluating import Here, evaluate
from app.domain.forms.functions import to_moment
from app.domain.forms.places import ROW, Item, Place, written
from app.domain.forms.syntax import Expr
from app.domain.forms.values import Node, Value, day_text, moment_text, to_bool, to_number, to_text
from app.domain.times import to_china
from app.domain.wire.errors import FIELD_MISSING, FIELD_WRONG, NOT_FOUND, Problem

_ROW_ID: Final = re.compile(r"[0-9A-Za-z-]{1,36}")
YES: Final = frozenset(("yes", "true", "1", "OK"))
"""Answers by which a question with ``raises`` raises something."""


class Tables(Protocol):
    """What stands outside the form and can be looked up: earlier cases, households, meters."""

    def look_up(self, table: str, column: str, by: str, key: str) -> str:
        """Return what stands in ``column`` of the row of ``table`` where ``by`` is ``key``; "" without such a row."""


class NoTables:
    """Nothing can be looked up."""

    def look_up(self, table: str, column: str, by: str, key: str) -> str:
        """Return nothing."""
        return ""


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known when filling begins: the time in ms, what chance begins with, and who fills the form on which
    device.

    ``seed`` is kept with the answers: ``random()`` and ``uuid()`` come out of it, the same on phone and server.
    """

    started: int
    seed: str = ""
    username: str = ""
    device: str = ""

    @classmethod
    def read(cls, said: Mapping[str, Any]) -> Facts:
        """Return what an entry says of them. Raises KeyError, TypeError or ValueError where it does not."""
        return cls(int(said["started"]), *(str(said.get(name) or "") for name in ("seed", "username", "device")))

    def body(self) -> dict[str, Any]:
        """Return what an entry says of them."""
        return asdict(self)


class Filling:
    """A form being filled. ``language`` is that of who fills it."""

    def __init__(
        self,
        form: Form,
        facts: Facts,
        tables: Tables | None = None,
        kept: Mapping[str, Any] | None = None,
        language: str = "zh",
        new_row: Callable[[], str] = lambda: secrets.token_hex(4),
    ) -> None:
        """Open a form new, or go on with what ``kept()`` or ``answers()`` gave. Raises ``Problem`` if that does not
        fit.

        An answer of a question that the form does not have any more is named, not dropped.
        """
        self.form = form
        self.facts = facts
        self.language = language
        self.started: datetime = to_china(facts.started).replace(tzinfo=None)
        self._looked_up: dict[tuple[str, str, str, str], str] = {}
        self._tables = tables or NoTables()
        self._plan: Plan = plan_of(form)
        self._new_row = new_row
        self._waiting: list[int] = []
        self._fresh: list[Place] = []
        self._anchors: dict[Cell, set[Place]] = {}
        self._changed: set[Place] = set()
        self._lists: dict[tuple[str, str], Item] = {}
        self.root = Place(form.root, None)
        self._furnish(self.root, new=kept is None)
        if kept is not None:
            self._load(self.root, kept)
        for cell in self._plan.cells:
            self._await(cell, self.root)
        self._fresh = [self.root] if kept is None else []
        self._settle()

    # -- answering

    def answer(self, place: Place, value: str) -> set[Place]:
        """Answer a question with a text as it is saved ("": no answer), and return all that looks different now.

        Numbers may come as any keyboard writes them. What a question does not take is kept and told by ``problem``.
        """
        value = tidy(place.question, value)
        if place.question.type == SELECT_MULTIPLE:
            value = self._in_order(place.question, value)
        if value != place.value:
            self._put(place, value)
            self._settle()
            for one in self._plan.triggers.get(place.question, ()):
                for triggered in self._places(one, self._together(place, common_repeat(one, place.question))):
                    self._work_out_once(triggered, triggered.question.calculation)
        return self._taken()

    def _in_order(self, question: Question, value: str) -> str:
        """Return the chosen in the order of their list: whoever taps them in another order answers the same."""
        order = {choice.name: at for at, choice in enumerate(self.form.choices[question.list])}
        return " ".join(sorted(value.split(), key=lambda name: order.get(name, len(order))))

    def add_row(self, above: Place, name: str) -> Place:
        """Add a row at the end of the repeat ``name`` in ``above``. Raises ``Problem`` where there are too many."""
        rows = above.kids[name]
        if len(rows) >= MOST_ROWS:
            raise Problem(FIELD_WRONG, field=name, field_zh=self.label(rows[0]), field_en=self.label(rows[0]),
                          why=f"at most {MOST_ROWS} rows", why_zh=f"最多 {MOST_ROWS} 行",
                          why_en=f"at most {MOST_ROWS} rows")  # fmt: skip
        row = self._row(above, above.question.kids[name], self._new_row(), new=True)
        self._rows_changed(above, row.question, row)
        self._fresh.append(row)
        self._settle()
        return row

    def remove_row(self, row: Place) -> set[Place]:
        """Take a row away, and return all that looks different now."""
        above = row.above
        if above is None or not row.row:
            raise ValueError("only a row of a repeat can be taken away")
        above.kids[row.question.name].remove(row)
        self._rows_changed(above, row.question)
        self._settle()
        return self._taken()

    def can_add(self, above: Place, name: str) -> bool:
        """Tell whether people may add a row to a repeat: it matters, the form does not say how many there are, and
        there is room."""
        repeat = above.question.kids[name]
        if not above.relevant or repeat.count is not None or len(above.kids[name]) >= MOST_ROWS:
            return False
        return repeat.relevant is None or to_bool(self._at(repeat.relevant, Place(repeat, above)))

    def ended(self, ms: int) -> None:
        """Note when filling ended, where the form asks for it (``end``)."""
        text = moment_text(to_china(ms).replace(tzinfo=None))
        for place in self.root.everything():
            if place.question.type == END:
                self._put(place, text)
        self._settle()

    def find(self, path: str) -> Place:
        """Return a place by its path. Raises ``Problem`` ``not_found``."""
        place = self.root
        for part in path.split("/") if path else ():
            name, _, row = part.removesuffix("]").partition("[")
            found = [kid for kid in place.kids.get(name, ()) if kid.row == row]
            if not found:
                raise Problem(NOT_FOUND)
            place = found[0]
        return place

    # -- what to show

    def label(self, place: Place, language: str = "") -> str:
        """Return the question in a language, with answers put in; its name where the form gives it no label."""
        return self.told(place, place.question.label, language) or place.question.name

    def told(self, place: Place, labels: Labels, language: str = "") -> str:
        """Return one of a question's texts in a language, with answers put in."""
        pieces = template(self.form.said(labels, language or self.language))
        return "".join(piece if isinstance(piece, str) else to_text(self._at(piece, place)) for piece in pieces).strip()

    def required(self, place: Place) -> bool:
        """Tell whether a question must be answered now."""
        return place.question.required is not None and to_bool(self._at(place.question.required, place))

    def readonly(self, place: Place) -> bool:
        """Tell whether people can't answer here: what is worked out, and what the form says so of."""
        question = place.question
        if question.calculation is not None and not question.trigger:
            return True
        return question.readonly is not None and to_bool(self._at(question.readonly, place))

    def choices(self, place: Place) -> list[Choice]:
        """Return the choices that a question has now."""
        question = place.question
        listed = self.form.choices.get(question.list, ())
        if question.choice_filter is None:
            return list(listed)
        items = self._list(question.list).columns["root"][0].columns["item"]
        return [
            choice
            for choice, item in zip(listed, items, strict=True)
            if to_bool(evaluate(question.choice_filter, Here(self, item, place)))
        ]

    def problem(self, place: Place) -> Problem | None:
        """Return what is wrong with an answer, to be shown beside it; ``None`` if nothing is, or it is empty."""
        if not place.relevant or not place.value or place.question.type in UNSEEN:
            return None
        names = {"field": place.path, "field_zh": self.label(place, "zh"), "field_en": self.label(place, "en")}
        why = why_wrong(place.question, place.value, [one.name for one in self.choices(place)])
        if why is not None:
            return Problem(FIELD_WRONG, **names, why=why[1], why_zh=why[0], why_en=why[1])
        constraint = place.question.constraint
        if constraint is None or to_bool(self._at(constraint, place)):
            return None
        said = place.question.constraint_message
        zh, en = (self.told(place, said, language).rstrip("。.") for language in ("zh", "en"))
        return Problem(FIELD_WRONG, **names, why=en or "not allowed here",
                       why_zh=zh or "不符合这道题的要求", why_en=en or "the form does not allow it")  # fmt: skip

    def troubles(self) -> Iterator[tuple[Place, Problem]]:
        """Yield, in the form's order, each question that lacks an answer or has a wrong one, with what to tell."""
        for place in self.root.asked():
            if not place.value and self.required(place):
                names = {"field": place.path, "field_zh": self.label(place, "zh"), "field_en": self.label(place, "en")}
                yield place, Problem(FIELD_MISSING, **names)
            elif (problem := self.problem(place)) is not None:
                yield place, problem

    def missing(self) -> tuple[Place, Problem] | None:
        """Return the first question that lacks an answer or has a wrong one; ``None`` when the form can be saved."""
        return next(self.troubles(), None)

    def raised(self) -> Iterator[tuple[Place, str]]:
        """Yield each answer that raises something (``raises``), with what it raises: a yes, and whatever is written to
        an open question."""
        for place in self.root.asked():
            if place.question.raises and (place.value in YES or (place.question.type == TEXT and place.value.strip())):
                yield place, place.question.raises

    # -- what to keep

    def kept(self) -> dict[str, Any]:
        """Return all answers, for a draft: those too that do not matter now."""
        return written(self.root, everything=True)

    def answers(self) -> dict[str, Any]:
        """Return the answers that matter, as they are saved and signed: groups within one another, rows with their
        ids."""
        return written(self.root, everything=False)

    def looked_up(self) -> list[dict[str, str]]:
        """Return what tables said so far: saved with the answers, so that the server can follow (``Remembered``)."""
        return [
            {"table": table, "column": column, "by": by, "key": key, "value": value}
            for (table, column, by, key), value in sorted(self._looked_up.items())
        ]

    def shown(self, language: str = "") -> list[dict[str, str]]:
        """Return labels and answers as text, so that they read without the definition: ``path``, ``label``,
        ``text``."""
        return [
            {"path": place.path, "label": self.label(place, language), "text": self.answer_text(place, language)}
            for place in self.root.asked()
            if place.value or place.question.type in HOLDERS or place.question.type == NOTE
        ]

    def answer_text(self, place: Place, language: str = "") -> str:
        """Return an answer as people read it: labels of choices instead of their names."""
        question, speaks = place.question, language or self.language
        if question.type in CHOOSING:
            labels = {
                one.name: self.told(place, one.label, speaks) or one.name for one in self.form.choices[question.list]
            }
            return ("、" if speaks.startswith("zh") else ", ").join(labels.get(one, one) for one in place.value.split())
        if question.type == ACKNOWLEDGE:
            return "✓" if place.value else ""
        if question.type == IMAGE:
            return ("照片" if speaks.startswith("zh") else "photo") if place.value else ""
        return place.value

    # -- what expressions ask (``World``)

    def named(self, name: str, asking: Node) -> Sequence[Node]:
        """Return the places of ``${name}`` as ``asking`` sees them: those in its own row, where both stand in one."""
        question = self.form.by_name[name]
        if question is None or not isinstance(asking, Place):
            return ()
        common = common_repeat(asking.question, question)
        return [place for place in self._places(question, self._together(asking, common)) if place.relevant]

    def of_row(self, repeat: str, row: int, name: str, asking: Node) -> Sequence[Node]:
        """Return the places of ``${name}`` in one row of a repeat, counted from 1."""
        rows = self.named(repeat, asking)
        question = self.form.by_name[name]
        if row > len(rows) or question is None:
            return ()
        chosen = rows[row - 1]
        return (
            [place for place in self._places(question, chosen) if place.relevant] if isinstance(chosen, Place) else ()
        )

    def choice_list(self, name: str) -> Node | None:
        """Return a list of choices: it holds ``root``, which holds each ``item``."""
        return self._list(name) if name in self.form.choices else None

    def choice_label(self, value: str, question: str, asking: Node) -> str:
        """Return the label of a choice of a question."""
        asked = self.form.by_name[question]
        for choice in self.form.choices.get(asked.list if asked else "", ()):
            if choice.name == value:
                return self.form.said(choice.label, self.language) or value
        return ""

    def look_up(self, table: str, column: str, by: str, key: str) -> str:
        """Return what a table says, and remember it."""
        if table in self.form.choices:
            return self._own_row(table, column, by, key)
        asked = (table, column, by, key)
        if asked not in self._looked_up:
            self._looked_up[asked] = self._tables.look_up(*asked)
        return self._looked_up[asked]

    def _own_row(self, table: str, column: str, by: str, key: str) -> str:
        for item in self._list(table).columns["root"][0].columns["item"]:
            if [one.text for one in item.below(by)] == [key]:
                return to_text(item.below(column))
        return ""

    def chance(self, asking: Node) -> float:
        """Return a number from 0 to 1 by chance, the same each time for this place of this filling."""
        return int.from_bytes(self._dice(asking)[:6], "big") / 2**48

    def name_by_chance(self, asking: Node) -> str:
        """Return a UUID by chance, the same each time for this place of this filling."""
        return str(uuid.UUID(bytes=self._dice(asking)[:16], version=4))

    def place_of(self, node: Node) -> int:
        """Return which of its kind a place is where it stands, counted from 1."""
        above = node.parent
        if not isinstance(node, Place) or above is None:
            return 1
        beside = above.below(node.question.name)
        return beside.index(node) + 1 if node in beside else 1

    def _dice(self, asking: Node) -> bytes:
        path = asking.path if isinstance(asking, Place) else ""
        return sha256(f"{self.facts.seed}\n{path}".encode()).digest()

    def _list(self, name: str) -> Item:
        if (name, self.language) not in self._lists:
            items = []
            for choice in self.form.choices[name]:
                label = self.form.said(choice.label, self.language) or choice.name
                columns = {"name": choice.name, "label": label, **choice.columns}
                items.append(Item(columns={key: [Item(value)] for key, value in columns.items()}))
            self._lists[name, self.language] = Item(columns={"root": [Item(columns={"item": items})]})
        return self._lists[name, self.language]

    # -- building places

    def _furnish(self, place: Place, new: bool) -> None:
        """Make the places of all questions in a place; ``new`` ones with what they begin with."""
        for question in place.question.kids.values():
            if question.type == REPEAT:
                place.kids[question.name] = []
                continue
            kid = Place(question, place, relevant=place.relevant)
            place.kids[question.name] = [kid]
            if question.type == GROUP:
                self._furnish(kid, new)
            elif new:
                kid.value = self._from_phone(question) if question.type in FROM_PHONE else question.default

    def _from_phone(self, question: Question) -> str:
        return {
            START: moment_text(self.started),
            TODAY: day_text(self.started),
            USERNAME: self.facts.username,
            DEVICE: self.facts.device,
        }.get(question.type, "")

    def _row(self, above: Place, question: Question, row: str, new: bool) -> Place:
        made = Place(question, above, row, relevant=above.relevant)
        above.kids[question.name].append(made)
        self._furnish(made, new)
        return made

    def _load(self, place: Place, kept: Mapping[str, Any]) -> None:
        """Put kept answers into the places below one. Raises ``Problem`` ``form_answer_wrong`` for any that does not
        fit."""
        for name, value in kept.items():
            question = place.question.kids.get(name)
            if name == ROW and place.row:
                continue
            where = f"{place.path}/{name}" if place.path else str(name)
            if question is None:
                raise unfit(where, "表单里没有这道题", "the form has no such question")
            if question.type == REPEAT:
                self._load_rows(place, question, value, where)
            elif question.type == GROUP and isinstance(value, dict):
                self._load(place.kids[name][0], value)
            elif question.type not in HOLDERS and isinstance(value, str):
                place.kids[name][0].value = value
            else:
                raise unfit(where, "格式不正确", "it is not well-formed")

    def _load_rows(self, above: Place, repeat: Question, rows: Any, where: str) -> None:
        if not isinstance(rows, list) or len(rows) > MOST_ROWS:
            raise unfit(where, f"应为最多 {MOST_ROWS} 行", f"it should be a list of at most {MOST_ROWS} rows")
        for row in rows:
            id_ = row.get(ROW) if isinstance(row, dict) else None
            if not isinstance(id_, str) or not _ROW_ID.fullmatch(id_):
                raise unfit(where, "有一行没有编号", "a row has no id")
            if any(other.row == id_ for other in above.kids[repeat.name]):
                raise unfit(where, f"有两行编号都是 {id_}", f"two rows have the id {id_}")
            self._load(self._row(above, repeat, id_, new=False), row)

    def _work_out_once(self, place: Place, expr: Expr | None) -> None:
        if expr is not None:
            self._put(place, self._worked_out(place, expr))
            self._settle()

    # -- working out again what depends on a change

    def _put(self, place: Place, value: str) -> None:
        if place.value != value:
            place.value = value
            self._changed.add(place)
            self._mark(place)

    def _mark(self, place: Place) -> None:
        """Note what depends on a place."""
        for cell, scope in self._plan.dependents.get(place.question, ()):
            self._await(cell, self._together(place, scope))
        for question, scope in self._plan.looks.get(place.question, ()):
            self._changed.update(self._places(question, self._together(place, scope)))

    def _rows_changed(self, above: Place, repeat: Question, row: Place | None = None) -> None:
        """Note what depends on the rows of a repeat, and all that stands in a new row."""
        self._changed.add(above)
        for question in _with_all_below(repeat):
            for cell, scope in self._plan.dependents.get(question, ()):
                self._await(cell, self._together(above, scope))
            for looking, scope in self._plan.looks.get(question, ()):
                self._changed.update(self._places(looking, self._together(above, scope)))
            if row is not None:
                self._await_all(question, row, (RELEVANT,) if question is repeat else (VALUE, RELEVANT, COUNT))

    def _await_all(self, question: Question, row: Place, kinds: tuple[str, ...]) -> None:
        for cell in (Cell(kind, question) for kind in kinds):
            if cell in self._plan.rank:
                self._await(cell, row)

    def _await(self, cell: Cell, anchor: Place) -> None:
        if cell not in self._anchors:
            self._anchors[cell] = set()
            heapq.heappush(self._waiting, self._plan.rank[cell])
        self._anchors[cell].add(anchor)

    def _settle(self) -> None:
        """Work out everything that waits, each after what it needs; then, once, what new places begin with."""
        while self._waiting or self._fresh:
            if not self._waiting:
                for place in self._fresh.pop(0).everything():
                    if place.question.initial is not None:
                        self._put(place, self._worked_out(place, place.question.initial))
                continue
            cell = self._plan.cells[heapq.heappop(self._waiting)]
            for place in dict.fromkeys(
                one for anchor in self._anchors.pop(cell) for one in self._holding(cell, anchor)
            ):
                self._work_out(cell, place)

    def _holding(self, cell: Cell, anchor: Place) -> list[Place]:
        """Return where a cell is worked out: at its question; for the number of rows, where the repeat stands."""
        above = cell.question.above
        if cell.question.type == REPEAT and above is not None:
            holders = self._places(above, anchor)
            self._changed.update(holders)  # whether a row can be added is shown there
            if cell.kind == COUNT:
                return holders
        return self._places(cell.question, anchor)

    def _work_out(self, cell: Cell, place: Place) -> None:
        question = cell.question
        if cell.kind == VALUE and question.calculation is not None:
            self._put(place, self._worked_out(place, question.calculation))
        elif cell.kind == RELEVANT and question.relevant is not None:
            place.own = to_bool(self._at(question.relevant, place))
            self._matter(place)
        elif question.count is not None:
            self._count(place, question, to_number(self._at(question.count, Place(question, place))))

    def _matter(self, place: Place) -> None:
        """Let a place and all below it know whether they matter."""
        relevant = place.own and (place.above is None or place.above.relevant)
        if relevant == place.relevant:
            return
        place.relevant = relevant
        self._changed.add(place)
        self._mark(place)
        for group in place.kids.values():
            for kid in group:
                self._matter(kid)

    def _count(self, above: Place, repeat: Question, wanted: float) -> None:
        """Give a repeat the number of rows that the form says."""
        rows = above.kids[repeat.name]
        number = int(min(wanted, MOST_ROWS)) if wanted >= 1 else 0
        if len(rows) == number:
            return
        del rows[number:]
        made = [self._row(above, repeat, str(at + 1), new=True) for at in range(len(rows), number)]
        if not made:
            self._rows_changed(above, repeat)
        for row in made:
            self._rows_changed(above, repeat, row)
        self._fresh += made

    def _worked_out(self, place: Place, expr: Expr) -> str:
        """Return what an expression says as an answer of a question; "" where it says no number."""
        value: Value = self._at(expr, place)
        kind = place.question.type
        if isinstance(value, float):
            if value != value:
                return ""
            if kind in (DATE, DATETIME) and (moment := to_moment(value)) is not None:
                return day_text(moment) if kind == DATE else moment_text(moment)
            if kind == INTEGER and abs(value) < 1e15:
                value = float(int(value))
        return to_text(value)

    def _at(self, expr: Expr, place: Place) -> Value:
        return evaluate(expr, Here(self, place, place))

    # -- going about in the tree

    def _together(self, place: Place, scope: Question) -> Place:
        """Return the instance of ``scope`` that a place stands in; the place itself where it stands above."""
        at: Place | None = place
        while at is not None and at.question is not scope:
            at = at.above
        return place if at is None else at

    def _places(self, question: Question, anchor: Place) -> list[Place]:
        """Return all places of a question in an anchor; an anchor that stands in the question's place is it."""
        places = [anchor]
        for name in question.path[len(anchor.question.path) :]:
            places = [kid for place in places for kid in place.kids[name]]
        return places

    def _taken(self) -> set[Place]:
        changed, self._changed = self._changed, set()
        return changed


def _with_all_below(question: Question) -> Iterator[Question]:
    yield question
    for kid in question.kids.values():
        yield from _with_all_below(kid)
