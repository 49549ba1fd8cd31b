"""How a job 工作单 is shown: its head, what its entries say, its card on 今日 (B)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

import flet as ft

from app.actions import Session
from app.actions.models import Card, JobView, StepRow
from app.domain.rules.clocks import Clock
from app.domain.rules.departments import DEPARTMENT_WORDS, leads
from app.domain.subjects.job import JobCard
from app.domain.subjects.job import state as st
from app.domain.subjects.job.kinds import CALLERS, JOB, PLAIN, SENDERS
from app.domain.wire.fields import Field
from app.ui import estates
from app.ui.corrections import Correction
from app.ui.kit.base import quiet, row, txt
from app.ui.kit.long import long_txt
from app.ui.kit.money import Fee, fee_table
from app.ui.kit.ticket import chip, paper, urgent_chip
from app.ui.kit.timeline import Step
from app.ui.running import RunningClock
from app.ui.signed_lines import Line
from app.ui.subjects.face import Body, Face, NameOf
from app.ui.subjects.job import signed
from app.ui.subjects.together import Said, Together, by_estate, for_all, phrases
from app.ui.texts import has, language, moment_text, t, yuan
from app.ui.ticket_words import joined


def job_word(group: str, value: object) -> str:
    """Return the text ``job.<group>.<value>``; a value without one is returned as it is."""
    key = f"job.{group}.{value}"
    return t(key) if has(key) else str(value or "")


def department_words(department: str) -> str:
    """Return the name of a department."""
    zh, en = DEPARTMENT_WORDS.get(department, (department, department))
    return zh if language().startswith("zh") else en


def job_fees(lines: Any) -> list[Fee]:
    """Return price lines in the form that the kit's table takes."""
    return [
        Fee(line["name"], line["qty"], line["price_fen"], line["amount_fen"], line.get("unit") or "") for line in lines
    ]


def clock_marks(clock: Clock | None) -> list[ft.Control]:
    """Return the chip of a job's running deadline, or nothing."""
    if clock is None or clock.met_at is not None:
        return []
    return [RunningClock(clock, name=t(f"job.clock.{clock.id}"))]


class _JobCorrection(Correction):
    """Corrects a job's texts only: its receiver, department and deadline are changed by steps of their own."""

    def _typed(self) -> list[Field]:
        return [field for field in super()._typed() if field.name != "department"]


class JobFace(Face):
    """Shows jobs 工作单."""

    type = JOB
    path = "/job/"
    words = "job"
    mark = ft.Icons.ASSIGNMENT_OUTLINED
    hidden = frozenset(("job_numbered",))

    def lines(self, facts: Body, purpose: str, named: Mapping[str, str]) -> Iterator[Line]:
        """Yield what was asked, what was done and what it costs (B.4, B.8)."""
        yield from signed.lines(facts)

    def read(self, session: Session, subject_id: str) -> JobView:
        """Return the view that its pages show."""
        return session.jobs.view(subject_id)

    def head(self, view: Any, now: int) -> ft.Control:
        """Return the job above the form of one of its steps, shorter than on its page: number, place, task,
        requirements, deadline."""
        card: Card = view.card
        marks = clock_marks(view.clock)
        if card.urgent and not card.over:
            marks.insert(0, urgent_chip())
        top = row([quiet(job_word("kind", card.kind), expand=True), quiet(card.number or "")])
        return paper(
            [
                top,
                *estates.head_of(card),
                ft.Semantics(header=True, content=txt(card.address, ft.TextThemeStyle.HEADLINE_SMALL)),
                long_txt(card.content),
                quiet(t("job.must", what=view.state.requirements)),
                *([row(marks)] if marks else []),
            ],
            id="job-head",
            gap=5,
        )

    def paper(self, card: Card) -> str:
        """Return its type and number."""
        return " ".join(part for part in (job_word("kind", card.kind), card.number) if part)

    def line(self, card: Card) -> tuple[str, str]:
        """Return its type and number, and its stage and content: 工作单 G20261121-003; 已归档 · 张贴停水通知."""
        return self.paper(card), " · ".join(part for part in (self.stage_words(card), card.content) if part)

    def today_marks(self, card: Card, now: int) -> list[ft.Control]:
        """Return its type; and that it was escalated, if so."""
        kind = chip(job_word("kind", card.kind), "plain", ft.Icons.ASSIGNMENT_OUTLINED)
        if card.stage != st.ESCALATED:
            return [kind]
        return [kind, chip(t("job.escalated_mark"), "amber", ft.Icons.PRIORITY_HIGH)]

    def together(self, session: Session, cards: Sequence[Card]) -> tuple[Together, ...]:
        """确认 the work of one's department (B.4, B.8), 归档 what was called back about (B.4), 转给 somebody else."""
        held = {card.id: session.roles_on(card) for card in cards}
        done = [c for c in cards if c.stage == st.DONE and leads(held[c.id], c.as_(JobCard).department)]
        called = [c for c in cards if c.stage == st.CALLED_BACK and held[c.id] & CALLERS]
        open_ones = [c for c in cards if c.stage in st.UNFINISHED and held[c.id] & SENDERS]
        made: list[Together] = []
        if done:
            made.append(Together("confirm", t("job.do.confirm"), t("desk.many.job_confirm_says"), done, _confirm))
        if called:
            made.append(Together("file", t("job.do.file"), t("desk.many.file_says"), called, _file))
        if open_ones:
            whom = for_all(session, open_ones, by_estate(session, session.jobs.receivers))
            made.append(
                Together(
                    "give", t("job.do.give"), t("desk.many.give_says"), open_ones, _give, whom=whom,
                    asks=t("job.field.give_reason"), needs=True, phrases=phrases("job.phrases.give_reason"),
                )
            )  # fmt: skip
        return (*made, *super().together(session, cards))

    def correction(self, kind: str) -> Correction:
        """Return the correction, which changes texts only."""
        return _JobCorrection(kind, self.words)

    def dress(self, step: Step, row: StepRow, body: Body, view: Any, session: Session, now: int) -> Step:
        """Return the step with its costs as a table; on the job's own page, without what the paper above says
        already."""
        if row.kind == "job_sent" and view is not None and step.state == "done":
            step = replace(step, says=self._to_whom(body, session.staff_name, now))
        if not body.get("lines"):
            return step
        table = fee_table(job_fees(body["lines"]), id=f"fees-{row.entry.id[-12:]}")
        return replace(step, details=[table, *step.details])

    def says(self, kind: str, body: Body, name_of: NameOf, now: int) -> str:
        """Return what an entry says; times are told relative to ``now`` (ms)."""
        if kind == "job_sent":
            return joined(body["content"], self._to_whom(body, name_of, now))
        if kind == "job_decided":
            until = t("job.says.due", when=moment_text(int(body["due_at"]), now)) if body.get("due_at") else ""
            who = name_of(str(body["receiver_id"])) if body.get("receiver_id") else ""
            return joined(job_word("decision", body["decision"]), who, until, body.get("reason"))
        return super().says(kind, body, name_of, now)

    @staticmethod
    def _to_whom(body: Body, name_of: NameOf, now: int) -> str:
        due = t("job.says.due", when=moment_text(int(body["due_at"]), now))
        return joined(name_of(str(body["receiver_id"])), due)


async def _confirm(session: Session, card: Card, said: Said, once: str) -> None:
    await session.jobs.confirm(session.jobs.view(card.id), once=once)


async def _file(session: Session, card: Card, said: Said, once: str) -> None:
    await session.record(JOB, card.id, "job_filed", {}, once=once)


async def _give(session: Session, card: Card, said: Said, once: str) -> None:
    await session.jobs.give(session.jobs.view(card.id), said.whom, said.words, once=once)


JobFace.says_of = {
    "job_numbered": lambda b, _: str(b["number"]),
    "job_given": lambda b, name_of: joined(name_of(str(b["receiver_id"])), b["reason"]),
    "job_progress": lambda b, _: str(b["note"]),
    "job_escalated": lambda b, name_of: joined(name_of(str(b["to_id"])), b["reason"]),
    "job_finished": lambda b, _: joined(b["process"], b["result"], yuan(int(b["total_fen"])) if b.get("lines") else ""),
    "job_confirmed_by_phone": lambda b, _: joined(b["name"], b["reason"]),
    "job_confirmed": lambda b, _: joined(department_words(str(b["department"])), b.get("note")),
    "job_sent_back": lambda b, _: str(b["reason"]),
    "job_called_back": lambda b, _: joined(
        t("ticket.says.satisfied" if b["satisfied"] else "ticket.says.unsatisfied"), b["name"], b.get("note")
    ),
    "job_filed": lambda b, _: str(b.get("note") or ""),
    "job_faulted": lambda b, name_of: joined(job_word("fault", b["fault"]), name_of(str(b["staff_id"])), b["reason"]),
    "job_voided": lambda b, _: str(b["reason"]),
}

__all__ = ["PLAIN", "JobCard", "JobFace", "clock_marks", "department_words", "job_fees", "job_word"]
