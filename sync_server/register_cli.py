"""Importing a register at the command line: questions, a preview, and, once confirmed, the result."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from sync_server.register import plan as p
from sync_server.register.headings import MEANINGS, Question, meaning_of
from sync_server.store import Store
from sync_server.store.estate import registers
from sync_server.store.estate.importing import ImportReport
from sync_server.store.estate.preparing import COMPARING, ESTATE_QUESTION, READING, OnStage, Preparation

Say = Callable[[str, str], None]
Echo = Callable[[str], None]


class NotUnderstood(ValueError):
    """An option's value is not understood; ``zh`` and ``en`` say why."""

    def __init__(self, zh: str, en: str) -> None:
        self.zh, self.en = zh, en
        super().__init__(en)


class NotConfirmed(Exception):
    """Nothing was imported; ``zh`` and ``en`` say what to do."""

    def __init__(self, zh: str, en: str) -> None:
        self.zh, self.en = zh, en
        super().__init__(en)


@dataclass(frozen=True)
class Terms:
    """How an import proceeds: confirmed beforehand, only shown, or asking at a terminal."""

    yes: bool = False
    dry_run: bool = False
    ask: bool = False
    answers: Mapping[str, str] = field(default_factory=dict)


def terms(
    *, yes: bool, dry_run: bool, columns: Sequence[str], answers: Sequence[str], estate: str, absent: str
) -> Terms:
    """Return the command line's options as terms. Raises ``NotUnderstood``."""
    said: dict[str, str] = {}
    for text in columns:
        column, mark, meaning = text.rpartition("=")
        known = meaning if meaning in MEANINGS else meaning_of(meaning)[0]
        if not mark or not column or known is None:
            names = "、".join(f"{key} {zh}" for key, (zh, _en) in MEANINGS.items())
            raise NotUnderstood(
                f"--columns 「{text}」看不懂，应为 列名=含义；含义有：{names}",
                f"--columns {text!r} is not understood: heading=meaning, one of {', '.join(MEANINGS)}",
            )
        said[column] = known
    for text in answers:
        key, mark, value = text.rpartition("=")
        if not mark or not key:
            raise NotUnderstood(f"--answer 「{text}」看不懂，应为 问题=答案", f"--answer {text!r}: key=value expected")
        said[key] = value
    if estate:
        said[ESTATE_QUESTION] = estate
    if absent:
        if absent not in (p.KEEP, p.GONE):
            raise NotUnderstood(f"--absent 应为 {p.KEEP} 或 {p.GONE}", f"--absent is {p.KEEP} or {p.GONE}")
        said["absent"] = absent
    return Terms(yes, dry_run, sys.stdin.isatty() and sys.stdout.isatty() and not yes, said)


def import_register(store: Store, content: bytes, how: Terms, say: Say, echo: Echo) -> ImportReport | None:
    """Show what a register would change, and import it once confirmed; return ``None`` if nothing would change.

    Raises ``Unreadable``, and ``NotConfirmed`` if nothing was imported.
    """
    prepared = Preparation.of(store, content)
    prepared.answer(how.answers)
    while True:
        with _progress() as on_stage:
            prepared.work_out(on_stage)
        if prepared.questions:
            _ask(prepared, how, say, echo)
            continue
        plan = prepared.plan
        assert plan is not None
        tell_plan(plan, say, echo)
        if not plan.changes_anything:
            prepared.remember()
            say("✓ 没有要改的，库里已经是这样", "nothing to change: the store has it all")
            return None
        if how.dry_run:
            raise NotConfirmed("只是看看，没有导入任何内容", "only shown: nothing was brought in")
        if not how.yes and not (how.ask and _confirmed(plan)):
            raise NotConfirmed(
                "没有导入任何内容；确认以上内容后，加上 --yes 再运行一次",
                "nothing was brought in; look through the above and run it again with --yes",
            )
        try:
            report = registers.apply_plan(store, plan, lambda zh, en, rows: say(f"· {zh} {rows}", en))
        except registers.PlanStale:
            say("！刚才有人改了库里的内容，重新核对：", "the store changed meanwhile; compared again:")
            if how.yes:
                how = Terms(dry_run=how.dry_run, ask=how.ask, answers=how.answers)
            continue
        prepared.remember()
        return report


def _ask(prepared: Preparation, how: Terms, say: Say, echo: Echo) -> None:
    """Ask the open questions at the terminal. Without one, print how to answer them and raise ``NotConfirmed``."""
    if not how.ask:
        tell_questions(prepared.questions, say, echo)
        estate = any(question.key == ESTATE_QUESTION for question in prepared.questions)
        example = "--estate 小区名称" if estate else f"--columns '{prepared.questions[0].key}=phone'"
        raise NotConfirmed(
            f"没有导入任何内容；请用 {example} 这样的写法回答以上问题，下次不会再问",
            f"nothing was brought in; answer like {example}, it is remembered",
        )
    for question in prepared.questions:
        say(f"？ {question.zh}", question.en)
        if question.samples:
            echo("    " + "、".join(question.samples))
        if not question.options:
            prepared.answer({question.key: input("  > ").strip()})
            continue
        for number, (_value, zh, en) in enumerate(question.options, start=1):
            echo(f"    {number} {zh}  {en}")
        said = ""
        while not (said.isdecimal() and 1 <= int(said) <= len(question.options)):
            said = input(f"  1–{len(question.options)} > ").strip()
        prepared.answer({question.key: question.options[int(said) - 1][0]})


def _confirmed(plan: p.Plan) -> bool:
    households = sum(plan.counts()[kind] for kind in (p.NEW, p.CHANGED, p.MERGED, p.MOVED_OUT))
    return input(f"确认导入 {households} 户？Bring them in? [y/N] ").strip().casefold() in ("y", "yes", "是", "确认")


_STAGES = {READING: "读取 reading", COMPARING: "核对 comparing"}


@contextmanager
def _progress() -> Iterator[OnStage]:
    """Show the progress if the output is a terminal."""
    if not sys.stdout.isatty():
        yield lambda _stage, _done, _of: None
        return
    with Progress(TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), transient=True) as shown:
        tasks = {stage: shown.add_task(words, total=None, visible=False) for stage, words in _STAGES.items()}

        def on_stage(stage: str, done: int, of: int) -> None:
            shown.update(tasks[stage], completed=done, total=of, visible=True)

        yield on_stage


SHOWN = 12
"""Most households of a kind that are listed at the command line; the counts have them all."""

_KINDS = (
    (p.NEW, "新增", "new"),
    (p.CHANGED, "变更", "changed"),
    (p.MERGED, "同一扇门，写法不同", "the same door, written otherwise"),
    (p.MOVED_OUT, "迁出", "moved out"),
    (p.ABSENT, "不在表里，保持不变", "not in the register, left as they are"),
)
_FIELDS = {
    "address": "地址",
    "floor": "楼层",
    "area": "面积",
    "name": "户名",
    "status": "状态",
    "moved_in_on": "入住",
    "arrears_fen": "欠费",
    "notes": "备注",
    "people": "人员",
}


def tell_questions(questions: Sequence[Question], say: Say, echo: Echo) -> None:
    """Print the open questions, and how to answer them at the command line."""
    for question in questions:
        say(f"？ {question.zh}", question.en)
        if question.samples:
            echo("    " + "、".join(question.samples))
        for value, zh, en in question.options[:10]:
            echo(f"    {value:<14} {zh}  {en}")


def tell_plan(plan: p.Plan, say: Say, echo: Echo) -> None:
    """Print what a plan would change: the unclear cells, decisions and notices, then each kind of change, then the
    counts."""
    for fault in plan.doubts[: 5 * SHOWN]:
        zh, en = fault.where
        echo(f"？ {zh}  「{fault.value}」 {fault.zh}\n    {en}: {fault.en}")
    _more(len(plan.doubts) - 5 * SHOWN, echo)
    for decision in plan.decisions[:SHOWN]:
        chosen = next(zh for value, zh, _ in decision.options if value == decision.chosen)
        rest = [option for option in decision.options if option[0] != decision.chosen]
        others = " / ".join(f"--answer '{decision.key}={value}' {zh}" for value, zh, _ in rest)
        say(f"？ {decision.zh} 按「{chosen}」处理；要改：{others}", decision.en)
    _more(len(plan.decisions) - SHOWN, echo)
    for notice in plan.notices[:SHOWN]:
        echo(f"· {notice.where[0]} {notice.zh}  {notice.en}")
    _more(len(plan.notices) - SHOWN, echo)
    for kind, zh, en in _KINDS:
        items = [item for item in plan.items if item.kind == kind]
        if not items:
            continue
        say(f"{zh} {len(items)} 户", en)
        for item in items[:SHOWN]:
            changes = "；".join(_change(change) for change in item.changes) if kind != p.NEW else ""
            left = f"（还有 {item.open} 件未办结 still open）" if item.open else ""
            echo(f"    {item.address} {item.name}{left}  {changes}".rstrip())
        _more(len(items) - SHOWN, echo)
    counts = plan.counts()
    say(
        f"新增 {counts[p.NEW]}　变更 {counts[p.CHANGED]}　迁出 {counts[p.MOVED_OUT]}　合并 {counts[p.MERGED]}　"
        f"存疑 {counts['doubtful']}　待定 {counts['decisions']}　"
        f"未变 {counts[p.UNCHANGED]}　略过 {counts['left_out']} 行",
        "new, changed, moved out, merged, doubtful, to decide, unchanged, rows passed over",
    )


def _more(count: int, echo: Echo) -> None:
    if count > 0:
        echo(f"    … 还有 {count} 条 more")


def _change(change: p.Change) -> str:
    old, new = (_shown(change.field, value) for value in (change.old, change.new))
    return f"{_FIELDS[change.field]} {old or '空'} → {new or '空'}"


def _shown(field: str, value: str) -> str:
    if field == "arrears_fen" and value:
        return f"{int(value) / 100:.2f} 元"
    return {"living": "在住", "vacant": "空置"}.get(value, value)
