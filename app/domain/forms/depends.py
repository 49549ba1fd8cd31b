"""What in a form depends on what, found out once from its expressions: so that an answer changes only what it must.

A *cell* is something that is worked out: the value of a calculation, whether a question matters, how many rows there
are. Cells have an order in which each comes after those it needs; a form in which there is none goes round in a ring,
and is refused.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from graphlib import CycleError, TopologicalSorter
from typing import Final

from app.domain.forms.definition import CALCULATE, REPEAT, Form, Question, template, wrong
from app.domain.forms.syntax import BELOW, HERE, PARENT, ROOT, SELF, Binary, Call, Expr, Negated, Path, Ref, Step, Text

VALUE, RELEVANT, COUNT = "calculation", "relevant", "count"
"""What is worked out as soon as something changes; named like the members of a question."""
_LOOKS: Final = ("constraint", "required", "readonly", "choice_filter")
"""What is worked out when somebody looks."""


@dataclass(frozen=True, slots=True)
class Reached:
    """A question that an expression reads. Reader and read belong together within one instance of ``scope``."""

    question: Question
    scope: Question


@dataclass(frozen=True, slots=True)
class Cell:
    """Something of a question that is worked out."""

    kind: str
    question: Question


@dataclass(frozen=True, slots=True)
class Plan:
    """The order of a form's cells, and what to work out again when a question's answer changes."""

    rank: Mapping[Cell, int]
    cells: tuple[Cell, ...]
    """By rank."""
    dependents: Mapping[Question, tuple[tuple[Cell, Question], ...]]
    """For each question the cells that read it, with the scope."""
    looks: Mapping[Question, tuple[tuple[Question, Question], ...]]
    """For each question those that look different when it changes, with the scope."""
    triggers: Mapping[Question, tuple[Question, ...]]
    """For each question those that are worked out when somebody answers it."""


@lru_cache(maxsize=20)
def plan_of(form: Form) -> Plan:
    """Return the plan of a form, made once. Raises ``Problem`` ``form_wrong`` that names the questions of a ring."""
    cells = {Cell(kind, one): reached(getattr(one, kind), one, form) for kind, one in _worked_out(form)}
    needs = {cell: _needs(reads, cells) for cell, reads in cells.items()}
    try:
        order = tuple(TopologicalSorter({cell: dict.fromkeys(found) for cell, found in needs.items()}).static_order())
    except CycleError as fault:
        raise _ring(fault.args[1]) from fault
    dependents: dict[Question, list[tuple[Cell, Question]]] = {}
    for cell, reads in cells.items():
        for read in reads:
            dependents.setdefault(read.question, []).append((cell, read.scope))
    triggers: dict[Question, list[Question]] = {}
    for one in form.all:
        for name in one.trigger:
            source = form.named(name)
            if source is not None:
                triggers.setdefault(source, []).append(one)
    return Plan(
        {cell: rank for rank, cell in enumerate(order)},
        order,
        {one: tuple(dict.fromkeys(found)) for one, found in dependents.items()},
        _looks(form),
        {one: tuple(found) for one, found in triggers.items()},
    )


def _worked_out(form: Form) -> Iterator[tuple[str, Question]]:
    for one in form.all:
        for kind in (VALUE, RELEVANT, COUNT):
            if getattr(one, kind) is not None and not (kind == VALUE and one.trigger):
                yield kind, one


def _needs(reads: list[Reached], cells: Mapping[Cell, list[Reached]]) -> list[Cell]:
    """Return the cells that must be worked out before something that reads these questions."""
    found = []
    for read in reads:
        found.append(Cell(VALUE, read.question))
        for one in (read.question, *read.question.ancestors()):
            found += [Cell(RELEVANT, one), Cell(COUNT, one)]
    return [cell for cell in found if cell in cells]


def _ring(cycle: list[Cell]) -> Exception:
    names = list(dict.fromkeys(cell.question.name for cell in reversed(cycle)))
    round_ = " → ".join([*names, names[0]])
    first = cycle[-1]
    return wrong(
        first.question.where,
        f"互相依赖，算不出来：{round_}",
        f"these depend on each other in a ring: {round_}",
        member=first.kind,
    )


def _looks(form: Form) -> Mapping[Question, tuple[tuple[Question, Question], ...]]:
    found: dict[Question, list[tuple[Question, Question]]] = {}
    for one in form.all:
        if one.type == CALCULATE:
            continue
        exprs = [expr for name, expr in one.expressions() if name in _LOOKS]
        for _name, labels in one.labels():
            exprs += [piece for text in labels.values() for piece in template(text) if not isinstance(piece, str)]
        for expr in exprs:
            for read in reached(expr, one, form):
                found.setdefault(read.question, []).append((one, read.scope))
    return {one: tuple(dict.fromkeys(readers)) for one, readers in found.items()}


@lru_cache(maxsize=20_000)  # asked for each ``${name}`` that is worked out
def common_repeat(one: Question, other: Question) -> Question:
    """Return the nearest repeat, or else the form, that both stand in; a repeat does not stand in itself as
    ``other``."""
    around = {one, *one.ancestors()}
    above = list(other.ancestors())
    for holder in above:
        if holder.type == REPEAT and holder in around:
            return holder
    return above[-1] if above else other


def reached(expr: Expr, asking: Question, form: Form) -> list[Reached]:
    """Return every question that an expression of ``asking`` may read."""
    finder = _Finder(asking, form)
    finder.found += finder.nodes(expr, [Reached(asking, asking)])
    return list(dict.fromkeys(finder.found))


class _Finder:
    """Walks an expression as evaluating does, with questions in the place of their instances."""

    def __init__(self, asking: Question, form: Form) -> None:
        self.asking = asking
        self.form = form
        self.found: list[Reached] = []

    def nodes(self, expr: Expr, here: list[Reached]) -> list[Reached]:
        """Return the questions that an expression leads to, and note those it reads on its way."""
        if isinstance(expr, Ref):
            question = self.form.named(expr.name)
            return [] if question is None else [Reached(question, common_repeat(self.asking, question))]
        if isinstance(expr, Path):
            return self.path(expr, here)
        if isinstance(expr, Call):
            return self.call(expr, here)
        inner = (
            (expr.left, expr.right) if isinstance(expr, Binary) else (expr.value,) if isinstance(expr, Negated) else ()
        )
        return [node for one in inner for node in self.nodes(one, here)]

    def call(self, expr: Call, here: list[Reached]) -> list[Reached]:
        if expr.name == "current":
            return [Reached(self.asking, self.asking)]
        if expr.name == "indexed-repeat" and isinstance(expr.args[0], Ref) and isinstance(expr.args[1], Ref):
            wanted, repeat = (self.form.named(arg.name) for arg in expr.args[:2] if isinstance(arg, Ref))
            if wanted is None or repeat is None:
                return []
            return [Reached(wanted, common_repeat(self.asking, repeat)), *self.nodes(expr.args[2], here)]
        args = expr.args[:1] if expr.name == "jr:choice-name" and isinstance(expr.args[1], Text) else expr.args
        return [node for one in args for node in self.nodes(one, here)]

    def path(self, expr: Path, here: list[Reached]) -> list[Reached]:
        steps = expr.steps
        if expr.start == HERE:
            nodes = here
        elif expr.start == ROOT:
            nodes, steps = self.from_root(steps), steps[1:]
        else:
            nodes = self.nodes(expr.start, here)  # type: ignore[arg-type]
        for step in steps:
            nodes = self.step(nodes, step)
        return nodes

    def from_root(self, steps: tuple[Step, ...]) -> list[Reached]:
        root = self.form.root
        if steps[0].axis == BELOW:
            return self.step([Reached(root, root)], steps[0])
        return [Reached(root, root)]

    def step(self, nodes: list[Reached], step: Step) -> list[Reached]:
        after = [one for node in nodes for one in _stepped(node, step)]
        for condition in step.holds:
            self.found += self.nodes(condition, after)
        if step.holds:
            self.found += after
        return after


def _stepped(node: Reached, step: Step) -> list[Reached]:
    question = node.question
    if step.axis == SELF:
        return [node]
    if step.axis == PARENT:
        above = question.above
        return [] if above is None else [Reached(above, above if node.scope is question else node.scope)]
    kids = _below(question) if step.axis == BELOW else question.kids.values()
    return [Reached(kid, node.scope) for kid in kids if step.name in ("*", kid.name)]


def _below(question: Question) -> Iterator[Question]:
    for kid in question.kids.values():
        yield kid
        yield from _below(kid)
