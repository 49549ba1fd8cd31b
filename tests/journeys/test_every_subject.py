"""Whatever a record is about, the desk hears of what does not fit, photos are kept, and nothing unsent is lost.

Every test here goes through the one list of subjects (``SUBJECTS``): a type that is left out somewhere fails.
"""

from __future__ import annotations

import asyncio
import json

from sqlalchemy import delete, select, update

from app.actions import Session
from app.domain.subjects import SUBJECTS
from app.domain.subjects.fold import fold, understanding
from app.store.cards import card_of
from app.ui.routes import ROUTES
from app.ui.screens.desk.board import read_board
from app.ui.screens.desk.flags import read_cases
from app.ui.screens.phone.sync import entry_name
from app.ui.subjects import FACES, heading_of, open_words, page_of, step_name
from app.ui.texts import t
from sync_server.store.subjects import SHEETS
from sync_server.store.subjects.sheet import flags, photos
from sync_server.store.tables import meta
from tests.journeys.conftest import Town, unsent_ids
from tests.support.forms import lift_drill, publish
from tests.support.openings import openings
from tests.support.pictures import picture


async def begin(session: Session, subject: tuple[str, str]) -> str:
    """The first entry of a subject, made on this phone; its id."""
    kind, body = openings()[subject[0]]
    return (await session.save([session.entry(subject, kind, body, None)])).entries[0].id


EACH = {one: (one, f"00000000-0000-4000-8000-0000000000{n:02}") for n, one in enumerate(SUBJECTS)}


async def phones(town: Town, *logins: str) -> list[Session]:
    """Phones of people who may begin whatever there is."""
    publish(town.server.store, lift_drill())
    for login in logins:
        town.server.add_staff(login, "service_supervisor", name=login.upper())
    return [await town.phone(login) for login in logins]


def test_what_does_not_fit_reaches_the_desk_and_its_decision_reaches_the_phones(town: Town) -> None:
    """A4: begun twice offline: flagged, in the desk's list and counters, settled there, and gone on every phone."""

    async def play() -> None:
        one, two = await phones(town, "s1", "s2")
        second: dict[str, str] = {}
        for subject in EACH.values():
            await begin(one, subject)
            second[await begin(two, subject)] = subject[0]
        for session in (one, two):
            status = await session.sync_now()
            assert (status.waiting, status.refused) == (0, 0), session.unsent()
        # Of the staff's files a desk sees nothing; one that leads the office, too, settles those (V5).
        town.server.add_staff("d3", "desk", "service_supervisor", name="D3")
        desk = await town.phone("d3")
        assert {(flag.entry.id, flag.reason) for flag in desk.flags()} == {(entry, "opened_twice") for entry in second}
        assert (desk.today().flagged, read_board(desk, "").flags) == (len(SUBJECTS), len(SUBJECTS))
        cases, _, count = read_cases(desk)
        assert count == len(cases) == len(SUBJECTS)
        for case in cases:
            assert case.other is not None and step_name(case.this.kind, case.this.body), case.flag.card.type
            assert page_of(case.flag.card) and heading_of(case.flag.card) and open_words(case.flag.card)
        (second_tag,) = [flag.entry.body["tag"] for flag in desk.flags() if flag.card.type == "place"]
        for entry, subject_type in second.items():
            await desk.settle_flag(entry, "accept" if subject_type in ("place", "count") else "set_aside")
        for session in (desk, one, two):
            await session.sync_now()
            assert (session.flags(), session.flag_count()) == ([], 0)
        with town.server.store.read() as connection:
            rows = connection.execute(select(flags.c.entry_id, flags.c.decision)).all()
        assert {row.entry_id for row in rows if row.decision} == set(second)
        hung = {session.keys.place(EACH["place"][1]).state.tag for session in (one, two, desk)}
        assert hung == {second_tag}, "the tag the desk let count hangs there"

    asyncio.run(play())


def test_photos_are_in_the_table_and_everything_is_verified(town: Town) -> None:
    """A4: a photo of any subject is a row of ``photos``, also of those taken before the server knew to."""

    async def play() -> set[tuple[str, str]]:
        (session,) = await phones(town, "s1")
        taken = {}
        for subject in EACH.values():
            await begin(session, subject)
            (photo,) = (await session.photos.add(*subject, picture(640, 480), "record")).entries
            taken[photo.id] = subject[0]
        await session.sync_now()
        for subject in EACH.values():
            assert session.verify(*subject).intact, subject
            verdict = await session.server_verdict(*subject)
            assert (verdict.standing, verdict.whole, verdict.altered) == ("unsigned", True, 0), subject
        return set(taken.items())

    wanted = asyncio.run(play())
    store, table = town.server.store, photos

    def kept() -> set[tuple[str, str]]:
        with store.read() as connection:
            rows = connection.execute(select(table.c.entry_id, table.c.subject_type))
            return {(row.entry_id, row.subject_type) for row in rows}

    assert kept() == wanted
    with store.write() as connection:  # as the version before left it: no photos of these, and no word about tables
        connection.execute(delete(table).where(table.c.subject_type.in_(("place", "count"))))
        connection.execute(update(meta).where(meta.c.key == "understanding").values(value=json.dumps(understanding())))
    store.migrate()
    assert kept() == wanted


def test_unsent_work_is_listed_by_its_name_and_outlives_the_end_of_the_phone(town: Town) -> None:
    """A4: what waits on the phone has a name and a page, and stays when the phone is ended."""

    async def play() -> None:
        (session,) = await phones(town, "s1")
        mine = {await begin(session, subject) for subject in EACH.values()}
        for item in session.unsent():
            assert item.card is not None and page_of(item.card), item.entry.kind
            assert entry_name(item) != t("ticket.update_to_see"), item.entry.kind
        session.store.wipe(None, session.profile.staff_id)
        assert unsent_ids(session) == mine
        assert all(item.card is not None and item.card.stage != "unknown" for item in session.unsent())

    asyncio.run(play())


def test_no_list_of_subjects_leaves_one_out() -> None:
    """A4: folding, cards, pages, verifying, typed rows, and the examples of these tests know every type."""
    every = set(SUBJECTS)
    for known in (FACES, SHEETS, openings()):
        assert set(known) == every
    paths = {route.path.partition("{")[0] for route in ROUTES}
    verified = {route.path for route in ROUTES if route.path.endswith("/verify")}
    for subject_type, face in FACES.items():
        assert face.path in paths and any(path.startswith(face.path) for path in verified), subject_type
    for subject_type in every:
        assert card_of(subject_type, fold(subject_type, [])).stage != "unknown", subject_type
