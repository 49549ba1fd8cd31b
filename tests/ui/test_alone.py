"""Nothing lies over a page somebody signs on, whatever wants to speak; and what is signed was seen."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import flet as ft
import pytest
from flet.components.component import Component

from app.actions import Session
from app.domain.times import HOUR
from app.domain.wire.errors import DISK_FULL, Problem
from app.ui.routes import ROUTES
from app.ui.subjects.thing import fields as key_fields
from app.ui.subjects.visit import fields as visit_fields
from tests.actions.phones import DESK, OTHER_WORKER, STEWARD, SUPERVISOR, WORKER, uid
from tests.actions.test_session import HOME, Team, form, sign
from tests.support import field_work
from tests.support.screens import Seen, screens


@pytest.fixture
def team(tmp_path: Path) -> Team:
    return Team(tmp_path)


def repair(team: Team) -> tuple[Session, str]:
    ticket = team.ticket()
    team.until(ticket, "try_out")
    return team[WORKER], f"/ticket/{ticket}/sign"


def refusal(team: Team) -> tuple[Session, str]:
    ticket = team.ticket()
    team.until(ticket, "price")
    team.do(team[WORKER].tickets.consent(ticket, False, "张伟", "self", "太贵"))
    return team[WORKER], f"/ticket/{ticket}/decline-sign"


def refusal_seen_by_the_supervisor(team: Team) -> tuple[Session, str]:
    worker, path = refusal(team)
    ticket = path.split("/")[2]
    team.do(worker.sign(sign(worker, ticket, "declined", "worker", "王建国")))
    return team[SUPERVISOR], path


def visit(team: Team) -> tuple[Session, str]:
    steward = team[STEWARD]
    filled = {**visit_fields.START, "met_name": "张伟", "met_id": "other", "met_capacity": "self", "said": "一切都好"}
    steward.save_draft(visit_fields.draft_key(HOME), {**filled, "_once": uid("visit")})
    return steward, f"/visit/new/{HOME}/sign"


def key_in(team: Team) -> tuple[Session, str]:
    filled = {
        **key_fields.START, "name": "大门钥匙", "household_id": HOME, "given_by": "张伟", "capacity": "self",
        "purpose": "通风", "until": "2027-01-01", "rack": "A-01", "pieces": 2, "condition": "good",
    }  # fmt: skip
    team[DESK].save_draft("key:new:entrusted", {**filled, "_once": uid("key")})
    return team[DESK], "/keys/new/entrusted/sign/giver"


def visit_signed_later(team: Team) -> tuple[Session, str]:
    steward = team[STEWARD]
    saved = asyncio.run(steward.visits.record(form(steward, unsigned_reason="手湿")))
    return steward, f"/visit/{saved.subject_id}/sign"


def key_on_its_way(team: Team) -> tuple[Session, str]:
    desk = team[DESK]
    key = asyncio.run(field_work.first_key(desk, HOME))
    lent = {"to_id": WORKER, "purpose": "检修", "due_at": desk.now() + HOUR, "pieces": 2}
    asyncio.run(field_work.hand(desk, "lent", key, **lent))
    filled = {**key_fields.START, "to_id": OTHER_WORKER, "pieces": 2, "_once": uid("on")}
    desk.save_draft(f"key:{key}:handed_over", filled)
    return desk, f"/key/{key}/step/handed_over/sign/giver"


PADS = [repair, refusal, refusal_seen_by_the_supervisor, visit, visit_signed_later, key_in, key_on_its_way]


def over(shown: Seen) -> list[Any]:
    """What lies over the screens now."""
    dialogs = (ft.SnackBar, ft.BottomSheet, ft.AlertDialog, ft.Banner)
    return [c for c in shown.controls(everywhere=True) if isinstance(c, dialogs) and c.open]


@pytest.mark.parametrize("pad", PADS)
def test_nothing_lies_over_a_pad(team: Team, pad: Any) -> None:
    """A5: toasts go and wait, problems and the question about leaving stand beside the pad, for every pad."""
    session, path = pad(team)

    async def go() -> None:
        async with screens(session) as shown:
            shown.ui.toast("早先的提示")
            await shown.rest()
            assert len(over(shown)) == 1
            shown.ui.go(path)
            shown.ui.toast("随后的提示")
            shown.ui.tell(Problem(DISK_FULL))
            await shown.rest()
            assert "pad" in shown.ids() and over(shown) == []
            assert ("手机存储空间已满" in shown.words()) and "随后的提示" not in shown.words()
            shown.router.held = frozenset({path})
            assert not shown.router.pressed_back()
            await shown.rest()
            assert over(shown) == [] and "leave-stay" in shown.ids()
            if "who-change" in shown.ids():
                await shown.tap("who-change")
                assert over(shown) == [] and "pad" not in shown.ids() and "who-name" in shown.ids()
            shown.router.held = frozenset()
            shown.router.back()
            await shown.rest()
            assert [str(c.content.content.controls[1].value) for c in over(shown)] == ["随后的提示"]

    asyncio.run(go())


def test_what_waited_behind_a_pad_does_not_cover_what_is_said_on_leaving_it(team: Team) -> None:
    """A5: 已保存 of the step before waited; 已签名，谢谢 is said as the page is left, and stays."""
    session, path = repair(team)

    async def go() -> None:
        async with screens(session) as shown:
            shown.ui.go(path)
            shown.ui.toast("已保存")
            await shown.rest()
            shown.router.back()
            shown.ui.toast("已签名，谢谢")
            await shown.rest()
            assert [str(c.content.content.controls[1].value) for c in over(shown)] == ["已签名，谢谢"]

    asyncio.run(go())


def test_every_route_to_a_pad_is_alone() -> None:
    """A5: a signing page that forgot to say so would have toasts over it."""
    ends = ("/sign", "-sign", "/shift/{subject_id}/take", "/training/{subject_id}/warn")
    signing = {route.path for route in ROUTES if route.path.endswith(ends) or "/sign/" in route.path}
    assert signing == {route.path for route in ROUTES if route.alone} and len(signing) == 12


def agreed(shown: Seen) -> bool:
    """Whether 确认签名 can be pressed."""
    return any(getattr(c, "on_click", None) for c in shown.below("sign-agree"))


def test_agreement_is_offered_for_what_was_seen_and_signed(team: Team) -> None:
    """B11: while lines lie below, the button counts them and scrolls on; the total stands still meanwhile."""
    session, path = repair(team)

    async def go() -> None:
        async with screens(session, path) as shown:
            room, text = [c for c in shown.controls() if isinstance(c, ft.Container) and c.on_size_change]
            (pad,) = [c for c in shown.controls() if isinstance(c, Component) and c.fn.__name__ == "SigningPad"]
            pad.kwargs["on_ink"](True)
            await shown.rest()
            assert not agreed(shown)  # how much there is to see is not known yet
            await shown.event(text.on_size_change, text, width=300, height=900)
            await shown.event(room.on_size_change, room, width=300, height=250)
            assert ("还有 25 行，往下看" in shown.words()) and "sign-agree" not in shown.ids()
            assert any("合计：¥30" in w.value for w in shown.below("sign-summary") if isinstance(w, ft.Text))
            (scroller,) = [c for c in shown.controls() if isinstance(c, ft.Column) and c.on_scroll]
            await shown.event(scroller.on_scroll, scroller, pixels=650, max_scroll_extent=650, viewport_dimension=250)
            assert agreed(shown)

    asyncio.run(go())


def test_a_page_that_shows_all_is_signed_at_once(team: Team) -> None:
    """B11: nothing is announced and nothing said twice where all lines fit; a stroke is still needed."""
    session, path = repair(team)

    async def go() -> None:
        async with screens(session, path) as shown:
            room, text = [c for c in shown.controls() if isinstance(c, ft.Container) and c.on_size_change]
            await shown.event(text.on_size_change, text, width=300, height=240)
            await shown.event(room.on_size_change, room, width=300, height=250)
            assert {"sign-agree"} == set(shown.ids()) & {"sign-agree", "sign-more", "sign-summary"}
            assert not agreed(shown)

    asyncio.run(go())
