"""Long words fold everywhere they are shown, and never without a sign."""

from __future__ import annotations

import asyncio
from pathlib import Path

import flet as ft
import pytest

from app.actions.models import TicketForm, VisitForm
from app.ui.kit.long import SHOWN, lines_of
from tests.actions.phones import DESK, STEWARD, WORKER, phone_of, uid
from tests.actions.test_session import HOME, Team
from tests.support.screens import Seen, screens

REMARK = "厨房水槽下方角阀处渗水，地柜受潮，已用毛巾垫住。" * 125
"""3,000 characters."""


def folded(shown: Seen) -> list[ft.Text]:
    """Texts on the screen that hold the remark and show its beginning only."""
    whole = [c for c in shown.controls() if isinstance(c, ft.Text) and REMARK in str(c.value)]
    assert whole, "the remark is not on this screen"
    assert all(c.max_lines is not None and c.overflow == ft.TextOverflow.ELLIPSIS for c in whole)
    assert shown.ids().count("long-turn") == sum(c.max_lines == SHOWN for c in whole)
    return whole


def test_a_long_remark_folds_on_every_page_that_shows_it(tmp_path: Path) -> None:
    """B15: the ticket, its timeline, the desk's head, a visit, a household's timeline; 展开 shows all."""
    team = Team(tmp_path)
    ticket = team.do(
        team[DESK].tickets.open(TicketForm(REMARK, household_id=HOME, channel="phone", listed=False), None)
    ).subject_id
    told = team.ticket()
    team.do(team[WORKER].tickets.escalate(told, REMARK))
    steward = phone_of(tmp_path / "own", STEWARD)
    visit = asyncio.run(steward.visits.record(VisitForm(uid("v"), HOME, met=True, met_name="张伟", said=REMARK)))

    async def go() -> None:
        for session, path in (
            (team[DESK], f"/ticket/{ticket}"),
            (team[DESK], f"/ticket/{ticket}/void"),
            (team[WORKER], f"/ticket/{told}"),
            (steward, f"/visit/{visit.subject_id}"),
        ):
            async with screens(session, path) as shown:
                (first, *_) = folded(shown)
                await shown.tap("long-turn")
                opened = [c for c in shown.controls() if isinstance(c, ft.Text) and c.value == first.value]
                assert opened[0].max_lines is None
        async with screens(steward, f"/household/{HOME}") as shown:
            folded(shown)

    asyncio.run(go())


@pytest.mark.parametrize(("width", "scale", "lines"), [(390, 1.0, 178), (360, 2.0, 429), (720, 1.0, 84)])
def test_lines_are_counted_by_the_width_of_the_window_and_the_size_of_the_letters(
    width: float, scale: float, lines: int
) -> None:
    """B15: what folds at 200 % may fit at 100 %."""
    assert abs(lines_of(REMARK, width, scale) - lines) <= 8
