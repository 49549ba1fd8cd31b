"""Follow-ups on the phones of those who plan and do them (D.1, D.5, D.6)."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from app.actions.follow_ups import FollowUpForm, PlanForm
from app.actions.letters import LetterForm
from app.actions.models import ClassForm, MatterForm, TicketForm
from app.actions.session import Session
from app.domain.subjects.follow_up import FollowUpCard
from app.domain.subjects.follow_up import state as st
from app.domain.subjects.follow_up.kinds import FOLLOW_UP
from app.domain.subjects.matter.kinds import MATTER
from app.domain.times import DAY
from app.domain.wire.errors import Problem
from app.store.queries import CardFilter
from tests.actions.phones import SERVICE, STEWARD, phone_of, uid

HOME = uid("home", "3栋2单元1501")


def said(session: Session, kind: str = "suggestion", content: str = "装减速带", **more: object) -> str:
    form = MatterForm(kind, content, **{"household_id": HOME, "contact_name": "张伟"} | more)  # type: ignore[arg-type]
    return asyncio.run(session.matters.open(form)).subject_id


def closed_complaint(session: Session) -> str:
    """A complaint that was handled and closed."""
    form = MatterForm(
        "complaint", "噪声", household_id=HOME, contact_name="张伟", classed=ClassForm("service", "ordinary")
    )
    matter = asyncio.run(session.matters.open(form)).subject_id

    def did(kind: str, **body: object) -> str:
        return asyncio.run(session.record(MATTER, matter, kind, body)).entries[0].id

    plan = did("planned", cause="空调", plan="加垫")
    did("plan_agreed", plan_id=plan, how="phone", name="张伟")
    did("handled", cause="空调", corrective="加了垫")
    did("matter_closed", result="已加垫")
    return matter


def plan(session: Session, **more: object) -> str:
    form = PlanForm("中秋送月饼", session.now() + 2 * DAY, **{"source": "festival", "household_id": HOME} | more)  # type: ignore[arg-type]
    return asyncio.run(session.follow_ups.plan(form)).subject_id


@pytest.mark.proves("D1")
def test_one_planned_by_hand_says_where_whom_and_by_when_and_stands_in_its_months_plan(tmp_path: Path) -> None:
    boss = phone_of(tmp_path, SERVICE)
    made = plan(boss)
    card = boss.follow_ups.view(made).card
    assert (card.kind, card.household_id, card.address) == ("festival", HOME, "3栋2单元1501")
    assert (card.assignee, card.as_(FollowUpCard).drawn) == (STEWARD, "by_hand")
    now = boss.now()
    assert [one.id for one in boss.follow_ups.due_in(now, now + 3 * DAY)] == [made]
    assert boss.follow_ups.due_in(now + 3 * DAY, now + 30 * DAY) == []


@pytest.mark.proves("D1")
def test_a_closed_record_is_its_source_once_and_one_that_is_open_is_none(tmp_path: Path) -> None:
    boss = phone_of(tmp_path, SERVICE)
    matter = closed_complaint(boss)
    still_open = said(boss, "complaint")
    (source,) = boss.follow_ups.sources(HOME)
    assert (source.type, source.id, source.source) == (MATTER, matter, "complaint")
    made = plan(boss, source="", source_of=(source.type, source.id))
    view = boss.follow_ups.view(made)
    assert view.source is not None and view.source.id == matter
    assert (view.card.kind, view.card.as_(FollowUpCard).since) == ("complaint", source.closed_at)
    assert boss.follow_ups.sources(HOME) == []
    with pytest.raises(Problem) as told:
        plan(boss, source="", source_of=(MATTER, still_open))
    assert told.value.kind.name == "follow_up_too_early"


@pytest.mark.proves("D5")
def test_what_is_raised_at_a_follow_up_is_made_in_the_same_save_and_a_retry_makes_no_second(tmp_path: Path) -> None:
    boss = phone_of(tmp_path, SERVICE)
    made = plan(boss, owner_id=SERVICE)
    form = FollowUpForm(
        made, boss.new_id(), "phone", name="张伟", satisfied=True, said="楼道灯坏了", settled=True,
        tickets=(TicketForm("楼道灯坏了", ticket_kind="public_repair"),),
        matters=(MatterForm("suggestion", "多装一盏灯", contact_name="张伟"),),
    )  # fmt: skip
    entries = asyncio.run(boss.follow_ups.record(form)).entries
    assert [entry.kind for entry in entries] == ["followed_up", "ticket_opened", "matter_opened"]
    asyncio.run(boss.follow_ups.record(form))
    view = boss.follow_ups.view(made)
    assert {card.content for card in view.raised} == {"楼道灯坏了", "多装一盏灯"}
    assert all(card.household_id == HOME for card in view.raised)
    month = boss.follow_ups.month(boss.now() - DAY, boss.now() + DAY)
    assert (len(month.raised), len(month.closed)) == (2, 0)
    (matter,) = [card for card in view.raised if card.type == MATTER]
    asyncio.run(boss.record(MATTER, matter.id, "matter_closed", {"result": "已加装"}))
    assert [card.id for card in boss.follow_ups.month(boss.now() - DAY, boss.now() + DAY).closed] == [matter.id]


@pytest.mark.proves("D6")
def test_a_persons_month_counts_what_they_did_in_time_and_whether_people_are_satisfied(tmp_path: Path) -> None:
    boss = phone_of(tmp_path, SERVICE)
    done, left = plan(boss, owner_id=SERVICE), plan(boss, owner_id=SERVICE)
    other = plan(boss, owner_id=STEWARD)
    asked = FollowUpForm(done, boss.new_id(), "phone", name="张伟", satisfied=True, said="好", settled=True)
    asyncio.run(boss.follow_ups.record(asked))
    month = boss.follow_ups.month(boss.now() - DAY, boss.now() + DAY)
    assert set(month.all.owed) == {done, left, other}
    assert set(month.by_person) == {SERVICE, STEWARD}
    assert (month.by_person[SERVICE].in_days, month.by_person[SERVICE].satisfied) == ((done,), (done,))
    assert month.by_person[STEWARD].in_days == ()


@pytest.mark.proves("D5")
def test_one_letter_answers_the_chosen_ones_of_both_kinds_and_no_other(tmp_path: Path) -> None:
    boss = phone_of(tmp_path, SERVICE)
    follow_up, matter, not_chosen = plan(boss), said(boss), said(boss, content="多设健身器材")
    remark = said(boss, "survey_remark", channel="survey")
    offered = {card.id for card in boss.letters.to_answer()}
    assert {follow_up, matter, not_chosen} <= offered and remark not in offered
    form = LetterForm(boss.new_id(), "下月统一安装减速带", ((FOLLOW_UP, follow_up), (MATTER, matter)))
    first = asyncio.run(boss.letters.send(form)).entries
    assert asyncio.run(boss.letters.send(form)).entries == first
    assert boss.follow_ups.view(follow_up).state.stage == st.DONE
    assert boss.matters.view(matter).state.stage == "closed"
    assert boss.matters.view(not_chosen).state.stage == "to_handle"
    assert {entry.body["letter_id"] for entry in first} == {form.letter_id}


@pytest.mark.proves("D5")
def test_a_letter_to_a_remark_of_a_survey_saves_nothing_at_all(tmp_path: Path) -> None:
    boss = phone_of(tmp_path, SERVICE)
    matter, remark = said(boss), said(boss, "survey_remark", channel="survey")
    with pytest.raises(Problem) as told:
        asyncio.run(boss.letters.send(LetterForm(boss.new_id(), "统一答复", ((MATTER, matter), (MATTER, remark)))))
    assert told.value.kind.name == "not_by_letter"
    assert {card.stage for card in boss.cards(CardFilter(type=MATTER))} == {"to_handle"}
    with pytest.raises(Problem):
        asyncio.run(boss.letters.send(LetterForm(boss.new_id(), "统一答复", ())))
