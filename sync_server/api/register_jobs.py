"""Imports of registers from desks: read, asked about, previewed, and brought in once confirmed. A thread works on one
at a time.

They are kept only in this process's memory, for two hours: after a restart, or in another process, the file must be
chosen again. Nothing is lost half done, because a register comes in with one transaction.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import structlog

from app.domain.wire.errors import NOT_FOUND, SERVER_BROKEN, SERVER_BUSY, Problem
from sync_server.estate.faults import Fault
from sync_server.register import plan as p
from sync_server.register.grids import Unreadable
from sync_server.register.headings import Question
from sync_server.store import Store
from sync_server.store.estate import registers
from sync_server.store.estate.preparing import READING, Preparation, is_estate_workbook

log = structlog.get_logger(__name__)

KEPT_SECONDS = 2 * 3600
MOST_KEPT = 6
"""Most imports kept at a time, of all people; the oldest that is not being worked on is dropped first."""
QUESTIONS, PREVIEW, BRINGING_IN, DONE, FAILED = "questions", "preview", "bringing_in", "done", "failed"
DOUBTFUL, NOTICES, DECISIONS = "doubtful", "notices", "decisions"
LISTS = (*p.KINDS, DOUBTFUL, DECISIONS, NOTICES)
"""The lists that a preview has."""

_STRICT = Unreadable(
    "这是一份填好的小区表格（多张工作表），请由管理员在服务器上用 import 命令导入",
    "This is a filled estate workbook with its own sheets; the administrator brings it in by the import command",
)


@dataclass
class Job:
    """One person's import. ``version`` counts its previews: a confirmation names the one that was seen."""

    id: str
    staff_id: str
    stage: str = READING
    done: int = 0
    of: int = 0
    version: int = 0
    changed_meanwhile: bool = False
    """The store changed between preview and confirmation, so a new preview was made."""
    zh: str = ""
    en: str = ""
    preparation: Preparation | None = None
    at: float = field(default_factory=time.monotonic)
    busy: bool = True

    def to_wire(self) -> dict[str, Any]:
        """Return the state of the import, for an answer."""
        made = self.preparation
        plan = made.plan if made is not None and self.stage in (PREVIEW, BRINGING_IN, DONE) else None
        return {
            "id": self.id,
            "stage": self.stage,
            "done": self.done,
            "of": self.of,
            "version": self.version,
            "changed_meanwhile": self.changed_meanwhile,
            "questions": [_question(one) for one in made.questions] if made and self.stage == QUESTIONS else [],
            "counts": plan.counts() if plan is not None else {},
            "changes_anything": bool(plan is not None and plan.changes_anything),
            "message": {"zh": self.zh, "en": self.en},
        }


def _question(one: Question) -> dict[str, Any]:
    return {
        "key": one.key,
        "about": one.about,
        "text": {"zh": one.zh, "en": one.en},
        "options": [{"value": value, "text": {"zh": zh, "en": en}} for value, zh, en in one.options],
        "samples": list(one.samples),
        "place": one.place,
    }


class RegisterJobs:
    """The imports of one process. They share one thread, so that two large files are never in work at the same time."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self._jobs: dict[str, Job] = {}
        self._lock = threading.Lock()
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="register")

    def begin(self, staff_id: str, content: bytes, estates: Sequence[str]) -> Job:
        """Begin an import of ``content``, which replaces the person's earlier one. Raises ``Problem`` ``server_busy``.

        ``estates``: the keys of the estates that the register may belong to.
        """
        with self._lock:
            self._forget_old()
            for job in [one for one in self._jobs.values() if one.staff_id == staff_id and not one.busy]:
                del self._jobs[job.id]
            if len(self._jobs) >= MOST_KEPT:
                raise Problem(SERVER_BUSY, seconds=30)
            job = Job(str(uuid4()), staff_id)
            self._jobs[job.id] = job
        self._do(job, lambda: self._read(job, content, estates))
        return job

    def _forget_old(self) -> None:
        idle = sorted((job for job in self._jobs.values() if not job.busy), key=lambda job: job.at)
        for job in idle:
            if time.monotonic() - job.at > KEPT_SECONDS or len(self._jobs) >= MOST_KEPT:
                del self._jobs[job.id]

    def of(self, staff_id: str, job_id: str, estates: Sequence[str]) -> Job:
        """Return a person's own import. Raises ``Problem`` ``not_found``, also if it is for an estate that is not among
        ``estates`` any more."""
        job = self._jobs.get(job_id)
        if job is None or job.staff_id != staff_id:
            raise Problem(NOT_FOUND)
        if (made := job.preparation) is not None:
            made.among = estates
            if made.key is not None and made.key not in estates:
                raise Problem(NOT_FOUND)
        job.at = time.monotonic()
        return job

    def answer(self, job: Job, answers: Mapping[str, str]) -> None:
        """Store answers to questions and decisions, and make the preview again."""
        with self._lock:
            if job.busy or job.preparation is None or job.stage not in (QUESTIONS, PREVIEW):
                return
            job.busy, job.stage, job.changed_meanwhile = True, READING, False
            job.preparation.answer(answers)
        self._do(job, lambda: self._work_out(job))

    def confirm(self, job: Job, version: int) -> None:
        """Bring in what the preview of this version shows; do nothing if there is a newer one."""
        with self._lock:
            if job.busy or job.stage != PREVIEW or version != job.version:
                return
            job.busy, job.stage = True, BRINGING_IN
        self._do(job, lambda: self._bring_in(job))

    # -- in the thread -------------------------------------------------------------------

    def _do(self, job: Job, work: Any) -> Future[None]:
        def run() -> None:
            try:
                work()
            except Unreadable as told:
                job.stage, job.zh, job.en = FAILED, told.zh, told.en
                job.preparation = None
            except Problem as problem:
                job.stage, job.zh, job.en = FAILED, problem.message("zh"), problem.message("en")
            except Exception:
                log.exception("register failed", job=job.id)
                broken = Problem(SERVER_BROKEN, incident=job.id[:8])
                job.stage, job.zh, job.en = FAILED, broken.message("zh"), broken.message("en")
            finally:
                job.busy = False

        return self._thread.submit(run)

    def _read(self, job: Job, content: bytes, estates: Sequence[str]) -> None:
        if is_estate_workbook(content):
            raise Unreadable(_STRICT.zh, _STRICT.en)
        job.preparation = Preparation.of(self.store, content, estates)
        self._work_out(job)

    def _work_out(self, job: Job) -> None:
        def on_stage(stage: str, done: int, of: int) -> None:
            job.stage, job.done, job.of = stage, done, of

        made = job.preparation
        assert made is not None
        made.work_out(on_stage)
        job.version += 1
        job.stage = QUESTIONS if made.questions else PREVIEW

    def _bring_in(self, job: Job) -> None:
        made = job.preparation
        assert made is not None and made.plan is not None
        try:
            if made.plan.changes_anything:
                registers.apply_plan(self.store, made.plan)
        except registers.PlanStale:
            job.changed_meanwhile = True
            self._work_out(job)
            return
        made.remember()
        job.stage = DONE


def listed(job: Job, kind: str, offset: int, limit: int) -> tuple[list[dict[str, Any]], int]:
    """Return part of one of a preview's lists, and the length of the whole list."""
    plan = job.preparation.plan if job.preparation is not None else None
    if plan is None:
        return [], 0
    found: list[Any]
    if kind == DOUBTFUL:
        found = [_fault(fault) for fault in plan.doubts[offset : offset + limit]]
        return found, len(plan.doubts)
    if kind == NOTICES:
        found = [_fault(fault) for fault in plan.notices[offset : offset + limit]]
        return found, len(plan.notices)
    if kind == DECISIONS:
        found = [_decision(one) for one in plan.decisions[offset : offset + limit]]
        return found, len(plan.decisions)
    items = [item for item in plan.items if item.kind == kind]
    return [_item(item) for item in items[offset : offset + limit]], len(items)


def _line(title: str, where: tuple[str, str], value: str = "", zh: str = "", en: str = "") -> dict[str, Any]:
    said = {"where": {"zh": where[0], "en": where[1]}, "text": {"zh": zh, "en": en}}
    return {"title": title, "value": value, **said, "changes": [], "open": 0}


def _fault(fault: Fault) -> dict[str, Any]:
    return _line(fault.header, fault.where, fault.value, fault.zh, fault.en)


def _decision(one: p.Decision) -> dict[str, Any]:
    return _line(one.key, one.where) | _choice(one)


def _choice(one: p.Decision) -> dict[str, Any]:
    options = [{"value": value, "text": {"zh": zh, "en": en}} for value, zh, en in one.options]
    return {"key": one.key, "text": {"zh": one.zh, "en": one.en}, "options": options, "chosen": one.chosen}


def _item(item: p.Item) -> dict[str, Any]:
    changes = [{"field": change.field, "old": change.old, "new": change.new} for change in item.changes]
    line = _line(item.address, item.where, item.name) | {"changes": changes, "open": item.open}
    return line if item.choice is None else line | _choice(item.choice)
