"""Role × verb × scope: every endpoint and every kind of entry, asked as every role for what is theirs and what is not.

And as every role of another estate 小区: to them nothing of this one is there. What is expected stands in the table of
`sync_server.rights` (docs/rights.md), not here.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import requests
from uuid6 import uuid7

from app.domain import forms, roles
from app.domain.rules.archive import posts_reading
from app.domain.rules.handbook import READING
from app.domain.rules.kind import Kind
from app.domain.rules.notices import NOTICE
from app.domain.rules.scopes import FIRST
from app.domain.rules.surveys import period_of
from app.domain.subjects import SUBJECTS, access, kinds
from app.domain.subjects.analysis import ANALYSIS
from app.domain.subjects.archive_paper import PAPER
from app.domain.subjects.case.kinds import CASE
from app.domain.subjects.count import COUNT
from app.domain.subjects.duty import DUTY
from app.domain.subjects.follow_up.kinds import FOLLOW_UP
from app.domain.subjects.job.kinds import JOB
from app.domain.subjects.matter.kinds import MATTER
from app.domain.subjects.place import PLACE
from app.domain.subjects.review import REVIEW
from app.domain.subjects.shift import SHIFT
from app.domain.subjects.survey_round import ROUND, round_id
from app.domain.subjects.thing.kinds import THING
from app.domain.subjects.ticket.kinds import TICKET
from app.domain.subjects.training.kinds import SUPERVISORS, TRAINING
from app.domain.subjects.visit import VISIT
from app.domain.times import china_day
from app.domain.wire import protocol
from app.domain.wire.canonical import sha256_hex
from app.domain.wire.entries import BlobRef
from app.domain.wire.first_pull import name_of
from app.domain.writing.money import fee_line
from app.domain.writing.tags import KEY, Tag
from sync_server import rights
from sync_server.api import create_app
from sync_server.first_pulls import making
from sync_server.first_pulls.offering import scopes_key
from sync_server.handbook import Draft
from sync_server.papers.paper import Paper
from sync_server.settings import Settings
from sync_server.store.estate import handbook, published_forms
from sync_server.store.people import admin
from tests.support.field_device import FieldDevice, Subject, new_ticket, now_ms
from tests.support.openings import openings
from tests.support.server import LiveServer

TAGS = {"mine": Tag(KEY, "TST", "0001").code, "other": Tag(KEY, "TST", "0002").code}
KEPT = {"pieces": 2, "condition": "good"}
ELSEWHERE = "01990b7e-0000-7000-8000-0000000000b2"
"""The key of the other estate."""
PICTURES = {"mine": b"a leaking tap", "other": b"a broken lamp"}
WHOLE = sorted(roles.OVERSEERS | {roles.ARCHIVIST})
"""Who reads the whole of an estate's records: the overseers, and the archivist, in whose archives they stand."""
READERS = [roles.REPAIR_WORKER, roles.STEWARD, roles.FINANCE, *WHOLE]
"""Who sees the ticket of building 1: its worker, the building's steward, finance once it is done, the overseers."""
HANDLERS = [roles.STEWARD, roles.REPAIR_WORKER, *WHOLE]
"""Whose the key of building 1 is: the building's steward's, its holder's, the overseers'."""


class World:
    """Two buildings, somebody of every role, and for each subject one that is in reach (``mine``) and one that is not.

    The tickets: one of building 1, done, with the repair worker; one of building 2, under way, with somebody else. The
    keys: one of building 1 in the repair worker's hands, one of building 2 in somebody else's. The steward looks after
    building 1.
    """

    def __init__(self, url: str, folder: Path) -> None:
        self.live = LiveServer(url, folder, settings=Settings(first_pull_mb=1))
        self.http = requests.Session()
        self.http.trust_env = False  # nothing stands between a test and its server
        live = self.live
        b1, b2 = live.add_building("1"), live.add_building("2")
        self.home, far = live.add_household(b1, "101"), live.add_household(b2, "201")
        self.devices = {
            role: FieldDevice(live, live.add_staff(role, role, buildings=(b1,) if role == roles.STEWARD else ()))
            for role in roles.ROLES
        }
        live.add_staff("mate", roles.REPAIR_WORKER)
        live.add_staff("neighbour", roles.STEWARD, buildings=(b2,))
        self.mate, neighbour = FieldDevice(live, "staff-mate"), FieldDevice(live, "staff-neighbour")
        worker = self.devices[roles.REPAIR_WORKER]
        self.tickets = {
            "mine": self._ticket(worker, self.home, "mine", done=True),
            "other": self._ticket(self.mate, far, "other"),
        }
        self.visits = {
            "mine": self._visit(self.devices[roles.STEWARD], self.home),
            "other": self._visit(neighbour, far),
        }
        desk = self.devices[roles.DESK]
        self.things = {
            "mine": self._thing(desk, self.home, TAGS["mine"], worker.staff_id),
            "other": self._thing(desk, far, TAGS["other"], self.mate.staff_id),
        }
        self.places = {"mine": self._place(desk, self.home), "other": self._place(desk, far)}
        self.jobs = {
            "mine": self._job(desk, worker.staff_id, "environment"),
            "other": self._job(desk, self.mate.staff_id, "engineering"),
        }
        self.reviews = {"mine": self._review(desk), "other": self._review(desk)}
        self.counts = {"mine": self._count(self.devices[roles.STEWARD]), "other": self._count(neighbour)}
        self.matters = {"mine": self._matter(desk, self.home), "other": self._matter(desk, far)}
        self.follow_ups = {"mine": self._follow_up(self.home), "other": self._follow_up(far)}
        self.duties = {"mine": self._duty(self.home), "other": self._duty(far)}
        self.analyses = {"mine": self._analysis("engineering"), "other": self._analysis("service")}
        self.cases = {"mine": self._case(self.home), "other": self._case(far)}
        guard, cleaner = self.devices[roles.GUARD], self.devices[roles.CLEANER]
        self.shifts = {"mine": self._shift(guard), "other": self._shift(cleaner)}
        self.trainings = {"mine": self._training(roles.GUARD), "other": self._training("nobody")}
        self.notices = {"mine": self._notice(), "other": self._notice()}
        self.readings = {"mine": self._reading(guard), "other": self._reading(self.mate)}
        self.rounds = {"mine": self._survey(period_of(china_day(now_ms()))), "other": self._survey("2025-06")}
        self.papers = {"mine": self._paper(self.home), "other": self._paper(far)}
        self.first = self.devices
        """Those of this estate, whoever it is that asks."""
        self.strangers = self._strangers()
        self.key = admin.add_api_key(live.store, "CRM")
        live.start()

    @property
    def subjects(self) -> dict[str, dict[str, Subject]]:
        """Return what there is of each type: what is near the field staff (``mine``), and what is not."""
        return {
            TICKET: self.tickets, VISIT: self.visits, THING: self.things, PLACE: self.places, COUNT: self.counts,
            MATTER: self.matters, FOLLOW_UP: self.follow_ups, DUTY: self.duties, JOB: self.jobs, REVIEW: self.reviews,
            ANALYSIS: self.analyses, CASE: self.cases, SHIFT: self.shifts,
            TRAINING: self.trainings,
            ROUND: self.rounds, NOTICE: self.notices, READING: self.readings, PAPER: self.papers,
        }  # fmt: skip

    def _strangers(self) -> dict[str, FieldDevice]:
        """Return somebody of every role in another estate."""
        live = self.live
        live.add_estate("LY", "荔园")
        live.add_estate("HY", "荷园", ELSEWHERE)
        building = live.add_building("1", ELSEWHERE)
        self.far_home = live.add_household(building, "101", "何芳", ELSEWHERE)
        return {
            role: FieldDevice(
                live,
                live.add_staff(
                    f"far-{role}", role, buildings=(building,) if role == roles.STEWARD else (), estate=ELSEWHERE
                ),
            )
            for role in roles.ROLES
        }

    def from_elsewhere(self) -> World:
        """Return the same world as those of the other estate ask of it."""
        world = copy.copy(self)
        world.devices = self.strangers
        return world

    def _ticket(self, worker: FieldDevice, place: Mapping[str, Any], which: str, done: bool = False) -> Subject:
        subject, boss = new_ticket(), self.devices[roles.ENGINEERING_SUPERVISOR]
        boss.push(boss.open_ticket(subject, place, ticket_kind="public_repair", listed=True))
        boss.do("assigned", subject, {"worker_id": worker.staff_id})
        worker.do("accepted", subject)
        worker.do("arrived", subject)
        picture = PICTURES[which]
        ref = BlobRef(sha256_hex(picture), len(picture), "image/jpeg")
        worker.push(worker.make("progress_reported", subject, {"note": "看过"}, blobs=(ref,)))
        self.live.store.put_blob(ref.hash, 0, picture, ref.size, worker.staff_id)
        if done:
            worker.do("work_started", subject, {"own_materials": False})
            worker.do("finished", subject, {"result": "修好了"})
        return subject

    @staticmethod
    def _visit(steward: FieldDevice, place: Mapping[str, Any]) -> Subject:
        visit = ("visit", str(uuid7()))
        steward.do("visited", visit, {**place, "occasion": "monthly", "met": True, "met_name": "张伟"})
        return visit

    @staticmethod
    def _thing(desk: FieldDevice, place: Mapping[str, Any], tag: str, holder: str) -> Subject:
        thing = (THING, str(uuid7()))
        desk.do("entrusted", thing, {**BODIES["entrusted"], **place, "tag": tag})
        to = {"to_kind": "staff", "to_id": holder, "to_name": holder, "purpose": "检修", "due_at": 1}
        desk.do("lent", thing, {**KEPT, **to})
        return thing

    @staticmethod
    def _place(desk: FieldDevice, place: Mapping[str, Any]) -> Subject:
        door = (PLACE, str(uuid7()))
        desk.do("place_named", door, {**BODIES["place_named"], **place})
        return door

    @staticmethod
    def _matter(desk: FieldDevice, place: Mapping[str, Any]) -> Subject:
        matter = (MATTER, str(uuid7()))
        desk.do("matter_opened", matter, {**BODIES["matter_opened"], **place})
        return matter

    def _follow_up(self, place: Mapping[str, Any]) -> Subject:
        follow_up = (FOLLOW_UP, str(uuid7()))
        supervisor = self.devices[roles.SERVICE_SUPERVISOR]
        supervisor.do("follow_up_planned", follow_up, {**BODIES["follow_up_planned"], **place})
        return follow_up

    def _duty(self, place: Mapping[str, Any]) -> Subject:
        duty = (DUTY, str(uuid7()))
        supervisor = self.devices[roles.SERVICE_SUPERVISOR]
        supervisor.do("duty_planned", duty, {**BODIES["duty_planned"], **place})
        return duty

    @staticmethod
    def _count(who: FieldDevice) -> Subject:
        count = (COUNT, str(uuid7()))
        who.do("counted", count, BODIES["counted"])
        return count

    @staticmethod
    def _job(desk: FieldDevice, receiver: str, department: str) -> Subject:
        job = (JOB, str(uuid7()))
        desk.do("job_sent", job, {**BODIES["job_sent"], "receiver_id": receiver, "department": department})
        return job

    @staticmethod
    def _review(desk: FieldDevice) -> Subject:
        review = (REVIEW, str(uuid7()))
        desk.do("review_closed", review, BODIES["review_closed"])
        return review

    def _analysis(self, department: str) -> Subject:
        analysis = (ANALYSIS, str(uuid7()))
        head = self.devices[f"{department}_supervisor"]
        head.do("analysis_written", analysis, {**BODIES["analysis_written"], "department": department})
        return analysis

    def _case(self, place: Mapping[str, Any]) -> Subject:
        case = (CASE, str(uuid7()))
        self.devices[roles.SERVICE_SUPERVISOR].do("form_filled", case, {**BODIES["form_filled"], **place})
        return case

    def _training(self, whose: str) -> Subject:
        training = (TRAINING, str(uuid7()))
        lead = self.devices[roles.ENVIRONMENT_SUPERVISOR]
        lead.do("marked", training, {**BODIES["marked"], "staff_id": f"staff-{whose}"})
        return training

    def _survey(self, period: str) -> Subject:
        round_ = (ROUND, round_id(FIRST, period))
        self.devices[roles.DESK].do("round_opened", round_, {**BODIES["round_opened"], "period": period})
        return round_

    def _paper(self, place: Mapping[str, Any]) -> Subject:
        """A paper in the class of move-in papers."""
        paper = (PAPER, str(uuid7()))
        self.devices[roles.DESK].do("paper_filed", paper, {**BODIES["paper_filed"], **place})
        return paper

    def _notice(self) -> Subject:
        """A draft that the manager alone could release: released, everybody would read it."""
        notice = (NOTICE, str(uuid7()))
        self.devices[roles.DESK].do("notice_drafted", notice, {**BODIES["notice_drafted"], "prices": True})
        return notice

    @staticmethod
    def _reading(who: FieldDevice) -> Subject:
        reading = (READING, str(uuid7()))
        who.do("page_read", reading, BODIES["page_read"])
        return reading

    @staticmethod
    def _shift(who: FieldDevice) -> Subject:
        shift = (SHIFT, str(uuid7()))
        who.do("shift_handed", shift, BODIES["shift_handed"])
        return shift

    def ask(self, method: str, path: str, role: str | None, **more: Any) -> requests.Response:
        """Ask as a role; None: without a sign-in."""
        headers = more.pop("headers", {})
        if role is not None:
            headers = headers | {"Authorization": f"Bearer {self.devices[role].token}"}
        return self.http.request(method, self.live.url + path, headers=headers, timeout=30, **more)


@pytest.fixture
def world(fresh_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    """The world on each kind of store in turn. Whoever may print gets a paper; how it looks is tested elsewhere."""
    monkeypatch.setattr(Paper, "bytes", lambda _paper: b"%PDF-")
    made = World(fresh_url, tmp_path / "server")
    yield made
    made.http.close()
    made.live.stop()
    made.live.store.close()


Asking = Callable[[World, str, str], requests.Response]
"""Asks an endpoint as a role about ``mine``, ``other`` or ``nothing`` (what does not exist)."""


def _of_ticket(suffix: str) -> Asking:
    def ask(world: World, role: str, which: str) -> requests.Response:
        ticket = world.tickets.get(which, new_ticket())[1]
        return world.ask("GET", f"/v1/tickets/{ticket}{suffix}", role)

    return ask


def _of_thing(suffix: str) -> Asking:
    def ask(world: World, role: str, which: str) -> requests.Response:
        thing = world.things.get(which, ("thing", str(uuid7())))[1]
        return world.ask("GET", f"/v1/things/{thing}{suffix}", role)

    return ask


def _visit(world: World, role: str, which: str) -> requests.Response:
    visit = world.visits.get(which, ("visit", str(uuid7())))[1]
    return world.ask("GET", f"/v1/visits/{visit}/verify", role)


def _visit_paper(world: World, role: str, which: str) -> requests.Response:
    visit = world.visits.get(which, ("visit", str(uuid7())))[1]
    return world.ask("GET", f"/v1/subjects/visit/{visit}/paper", role)


def _of_case(suffix: str) -> Asking:
    def ask(world: World, role: str, which: str) -> requests.Response:
        case = world.cases.get(which, ("case", str(uuid7())))[1]
        return world.ask("GET", f"/v1/cases/{case}{suffix}", role)

    return ask


def _place(world: World, role: str, which: str) -> requests.Response:
    place = world.places.get(which, ("place", str(uuid7())))[1]
    return world.ask("GET", f"/v1/subjects/place/{place}/verify", role)


def _blob(method: str) -> Asking:
    def ask(world: World, role: str, which: str) -> requests.Response:
        picture = PICTURES.get(which, uuid7().bytes)
        more: dict[str, Any] = {"data": picture} if method == "PATCH" else {}
        query = f"?offset=0&total={len(picture)}" if method == "PATCH" else ""
        return world.ask(method, f"/v1/blobs/{sha256_hex(picture)}{query}", role, **more)

    return ask


def _revoke(world: World, role: str, which: str) -> requests.Response:
    extra = FieldDevice(world.live, f"staff-{role}").id  # a second one: asking must not end the token that asks
    device = {"mine": extra, "other": world.mate.id}.get(which, str(uuid7()))
    return world.ask("POST", f"/v1/devices/{device}/revoke", role)


def _register(ending: str, method: str = "GET", **more: Any) -> Asking:
    def ask(world: World, role: str, which: str) -> requests.Response:
        octets = {"Content-Type": "application/octet-stream"}
        asker = {"mine": role, "other": roles.ADMIN if role == roles.DESK else roles.DESK}.get(which)
        begun: dict[str, Any] = {}
        if asker:
            theirs = octets | {"Authorization": f"Bearer {world.first[asker].token}"}
            url = f"{world.live.url}/v1/registers"
            begun = requests.post(url, data=b"x", headers=theirs, timeout=30).json()
        return world.ask(method, f"/v1/registers/{begun.get('id', uuid7())}{ending}", role, **more)

    return ask


def _round(world: World, role: str, which: str) -> requests.Response:
    building = {"mine": "building-1", "other": "building-2"}.get(which, "building-9")
    return world.ask("GET", f"/v1/rounds/{building}", role)


def _looks(world: World, role: str, which: str) -> requests.Response:
    household = {"mine": "household-1-101", "other": "household-2-201"}.get(which, "household-9-999")
    return world.ask("GET", f"/v1/households/{household}/looks", role)


def _export(world: World, role: str, which: str) -> requests.Response:
    """By a case that is no request: nothing of one's own is there (``test_export_household`` asks by requests)."""
    household = {"mine": "household-1-101", "other": "household-2-201"}.get(which, "household-9-999")
    request = world.cases.get(which, (CASE, str(uuid7())))[1]
    return world.ask("GET", f"/v1/households/{household}/export?request={request}", role)


def _survey_link(world: World, role: str, which: str) -> requests.Response:
    household = {"mine": "household-1-101", "other": "household-2-201"}.get(which, "household-9-999")
    return world.ask("GET", f"/v1/surveys/links/{household}", role)


def _published_form(world: World, role: str, which: str) -> requests.Response:
    question = {"type": "text", "name": "a", "label": {"zh": "甲"}}
    said = {"v": 1, "id": "f", "version": "1", "title": {"zh": "表"}, "languages": ["zh"], "questions": [question]}
    definition = forms.write(said)
    with world.live.store.numbered() as write:
        published_forms.publish(write, definition, forms.read(definition), FIRST, None)
    digest = "0" * 64 if which == "nothing" else sha256_hex(definition)
    return world.ask("GET", f"/v1/forms/{digest}", role)


def _filled_forms(ending: str) -> Asking:
    def ask(world: World, role: str, which: str) -> requests.Response:
        _published_form(world, role, which)
        return world.ask("GET", f"/v1/forms/{'none' if which == 'nothing' else 'f'}/answers{ending}", role)

    return ask


def _report(world: World, role: str, which: str) -> requests.Response:
    """``mine``: what the list gives them; ``other``: what concerns overseers alone, or those who read all archives."""
    theirs = [one["id"] for one in world.ask("GET", "/v1/reports", role).json()["reports"]]
    other = "archive" if role == roles.ARCHIVIST else "complaints"
    name = {"mine": next(iter(theirs), "free-repairs"), "other": other, "nothing": "none"}[which]
    return world.ask("GET", f"/v1/reports/{name}?period=2026-11&estate_key=", role)


def _first_pull(world: World, role: str, which: str) -> requests.Response:
    """``mine``: of the rights that this role has here; ``other``: of a colleague's."""
    store, files = world.live.store, world.live.app.state.context.first_pulls
    name = name_of("0" * 16, "0" * 16, "0" * 64)
    if which != "nothing":
        reader = store.identity(f"staff-{role}" if which == "mine" else "staff-mate")
        files.folder.path.mkdir(exist_ok=True)
        (files.folder.path / "packed").write_bytes(b"packed")
        digest = sha256_hex(b"packed")
        args = scopes_key(reader), making.shape(), files.folder.path / "packed", digest, store.epoch()
        kept = files.folder.keep(*args, {}, 1)
        assert kept is not None
        name = kept.name
    return world.ask("GET", f"/v1/first-pull/{name}", role)


def _page_of_handbook(world: World, role: str, which: str) -> requests.Response:
    draft = Draft("phones", "phones", {"zh": "电话"}, {"zh": "火警 119"})
    with world.live.store.numbered() as write:
        (done,) = handbook.publish(write, [draft], FIRST, None)
    return world.ask("GET", f"/v1/handbook/{uuid7() if which == 'nothing' else done.id}/1", role)


BY_ID: Mapping[tuple[str, str], tuple[Asking, Mapping[str, list[str]]]] = {
    ("GET", "/v1/tickets/{ticket_id}"): (_of_ticket(""), {"mine": READERS}),
    ("GET", "/v1/tickets/{ticket_id}/verify"): (_of_ticket("/verify"), {"mine": READERS}),
    ("GET", "/v1/tickets/{ticket_id}/paper"): (_of_ticket("/paper"), {"mine": READERS}),
    ("GET", "/v1/visits/{visit_id}/verify"): (_visit, {"mine": [roles.STEWARD, *WHOLE]}),
    ("GET", "/v1/subjects/{subject_type}/{subject_id}/verify"): (_place, {"mine": [roles.STEWARD, *WHOLE]}),
    ("GET", "/v1/rounds/{building_id}"): (_round, {"mine": [roles.STEWARD, roles.SERVICE_SUPERVISOR]}),
    ("GET", "/v1/surveys/links/{household_id}"): (_survey_link, {"mine": [roles.STEWARD, *WHOLE]}),
    ("GET", "/v1/things/{thing_id}"): (_of_thing(""), {"mine": HANDLERS}),
    ("GET", "/v1/things/{thing_id}/verify"): (_of_thing("/verify"), {"mine": HANDLERS}),
    ("HEAD", "/v1/blobs/{digest}"): (_blob("HEAD"), {"mine": [roles.REPAIR_WORKER]}),
    ("PATCH", "/v1/blobs/{digest}"): (_blob("PATCH"), {"mine": [roles.REPAIR_WORKER]}),
    ("GET", "/v1/blobs/{digest}"): (_blob("GET"), {"mine": READERS}),
    ("GET", "/v1/first-pull/{name}"): (_first_pull, {}),
    ("GET", "/v1/forms/{digest}"): (_published_form, {}),
    ("GET", "/v1/handbook/{page_id}/{version}"): (_page_of_handbook, {}),
    ("GET", "/v1/forms/{form_id}/answers"): (_filled_forms(""), {}),
    ("GET", "/v1/forms/{form_id}/answers.xlsx"): (_filled_forms(".xlsx"), {}),
    ("GET", "/v1/reports/{name}"): (_report, {}),
    ("GET", "/v1/forms/{form_id}/answers.pdf"): (_filled_forms(".pdf"), {}),
    ("GET", "/v1/cases/{case_id}/papers"): (_of_case("/papers"), {"mine": [roles.STEWARD, *WHOLE]}),
    ("GET", "/v1/cases/{case_id}/paper"): (_of_case("/paper"), {"mine": [roles.STEWARD, *WHOLE]}),
    ("GET", "/v1/subjects/{subject_type}/{subject_id}/paper"): (_visit_paper, {"mine": [roles.STEWARD, *WHOLE]}),
    ("POST", "/v1/devices/{device_id}/revoke"): (_revoke, {}),
    ("GET", "/v1/households/{household_id}/looks"): (_looks, {}),
    ("GET", "/v1/households/{household_id}/export"): (_export, {"mine": []}),
    ("GET", "/v1/registers/{register_id}"): (_register(""), {}),
    ("GET", "/v1/registers/{register_id}/lines"): (_register("/lines?kind=new"), {}),
    ("POST", "/v1/registers/{register_id}/answers"): (_register("/answers", "POST", json={"answers": {}}), {}),
    ("POST", "/v1/registers/{register_id}/confirm"): (_register("/confirm", "POST", json={"version": 0}), {}),
}
"""Every endpoint that names one thing: how to ask, and whose ``mine`` it is where it is not everybody's."""


def test_every_route_is_in_the_table_and_every_line_has_a_route(lite: Any) -> None:
    paths = create_app(lite.store, Settings()).openapi()["paths"]
    routes = {(method.upper(), path) for path, methods in paths.items() for method in methods}
    assert routes == {(one.method, one.path) for one in rights.ENDPOINTS}
    by_people = [one for one in rights.ENDPOINTS if one.let_in != rights.SYSTEM_KEY]
    named = {(one.method, one.path) for one in by_people if "{" in one.path}
    assert named == set(BY_ID)


def test_the_page_says_what_the_rules_say() -> None:
    assert rights.PAGE.read_text("utf-8") == rights.page(), "run: python3 dev.py rights"


def test_every_endpoint_lets_in_whom_the_table_says_and_nobody_else(world: World) -> None:
    for one in rights.ENDPOINTS:
        named = ("ticket_id", "visit_id", "thing_id", "device_id", "subject_id", "register_id", "case_id")
        ids = {name: str(uuid7()) for name in named}
        path = one.path.format_map(
            ids
            | {
                "household_id": "household-1-101",
                "building_id": "building-1",
                "digest": "0" * 64,
                "form_id": "f",
                "name": "complaints",
                "subject_type": "place",
                "page_id": str(uuid7()),
                "version": 1,
            }
        )
        bare = requests.request(one.method, world.live.url + path, timeout=30)
        wrong = requests.request(one.method, world.live.url + path, headers={"Authorization": "Bearer x"}, timeout=30)
        if one.let_in == rights.ANYONE:
            assert bare.status_code in (200, 422), one
        else:
            assert bare.status_code == wrong.status_code == 401, one
        if one.let_in == rights.SYSTEM_KEY:
            assert world.ask(one.method, path, roles.ADMIN).status_code == 401, one


def test_each_role_reaches_what_the_table_says_and_the_rest_looks_as_if_it_were_not_there(world: World) -> None:
    for one in rights.ENDPOINTS:
        if (one.method, one.path) not in BY_ID:
            continue
        ask, whose = BY_ID[one.method, one.path]
        for role in roles.ROLES:
            reach = one.of(role)
            said = {which: ask(world, role, which) for which in ("mine", "other", "nothing")}
            mine = role in whose.get("mine", roles.ROLES) and reach != rights.NONE
            other = reach == rights.ALL or (reach == rights.SCOPE and role in WHOLE)
            assert (said["mine"].status_code == 200) == mine, (one, role, said["mine"].text)
            assert (said["other"].status_code == 200) == other, (one, role, said["other"].text)
            nothing = (said["nothing"].status_code, said["nothing"].text)
            assert nothing[0] in (404, 403), (one, role, nothing)
            for which, seen in (("mine", mine), ("other", other)):
                if not seen:
                    assert (said[which].status_code, said[which].text) == nothing, (one, role, which)


def test_lists_hold_what_a_role_reaches(world: World) -> None:
    for role in roles.ROLES:
        found = {device["staff"]["id"] for device in world.ask("GET", "/v1/devices", role).json()["devices"]}
        reach = next(one.of(role) for one in rights.ENDPOINTS if (one.method, one.path) == ("GET", "/v1/devices"))
        assert (found == {f"staff-{role}"}) == (reach == rights.OWN), (role, found)
        me = world.ask("GET", "/v1/me", role).json()
        assert me["staff"]["id"] == f"staff-{role}"
        pulled = world.ask(
            "POST", "/v1/sync", role, json={"protocol": protocol.PROTOCOL, "sent_at": now_ms(), "entries": []}
        ).json()
        items = [item for page in pulled["scopes"] for item in page["items"] if "entry" in item]
        subjects = {item["entry"]["subject"]["id"] for item in items}
        assert (world.tickets["other"][1] in subjects) == (role in WHOLE), role
        people = {
            i["ref"]["id"]
            for page in pulled["scopes"]
            for i in page["items"]
            if i.get("ref", {}).get("type") == "household"
        }
        expected = {"household-1-101", "household-2-201"} if role in WHOLE else set()
        assert people == (expected or ({"household-1-101"} if role == roles.STEWARD else set())), role
        late = {thing["id"] for thing in world.ask("GET", "/v1/things/overdue", role).json()["things"]}
        mine, others = world.things["mine"][1], world.things["other"][1]
        assert late == ({mine, others} if role in WHOLE else {mine} if role in HANDLERS else set()), role
        for other in roles.ROLES:
            code = world.ask("POST", "/v1/join-codes", role, json={"staff_id": f"staff-{other}"})
            may = access.may_put_on_phone((role,), f"staff-{role}", f"staff-{other}", (other,))
            assert code.status_code == (200 if may else 403), (role, other)


def test_nothing_of_an_estate_is_there_for_anybody_of_another(world: World) -> None:
    """Every endpoint, asked as every role of the other estate for what is this one's, answers as for what is not."""
    far = world.from_elsewhere()
    for method, path in BY_ID:
        ask, _ = BY_ID[method, path]
        for role in roles.ROLES:
            nothing = ask(far, role, "nothing")
            assert nothing.status_code in (403, 404), (method, path, role)
            for which in ("mine", "other"):
                answer = ask(far, role, which)
                found = (answer.status_code, answer.text)
                assert found == (nothing.status_code, nothing.text), (method, path, role, which)
    known = f'"{ELSEWHERE}"'
    for role in roles.ROLES:
        for path in ("/v1/devices", "/v1/things/overdue", "/v1/things/overdue?estate=HY"):
            answer = far.ask("GET", path, role)
            assert answer.status_code == 200 and "staff-desk" not in answer.text, (role, path)
            assert not answer.json().get("things"), role
        assert far.ask("GET", "/v1/things/overdue?estate=LY", role).status_code == 404
        said = far.ask("POST", "/v1/sync", role, json={"protocol": 1, "sent_at": now_ms(), "entries": []}).text
        assert known in said and "荷园" in said and "荔园" not in said, role
        for theirs in ("staff-mate", "building-1", "building-2", *(one[1] for one in world.tickets.values())):
            assert f'"{theirs}"' not in said, (role, theirs)
        code = [
            (answer.status_code, answer.text)
            for who in ("staff-desk", f"staff-{role}", "staff-nobody")
            for answer in [far.ask("POST", "/v1/join-codes", role, json={"staff_id": who})]
        ]
        assert len(set(code)) == 1 and code[0][0] == 404, (role, code)
        asked = [{"codes": [TAGS["mine"]]}, {"codes": [TAGS["other"]]}, {"codes": [Tag(KEY, "TST", "0009").code]}]
        labels = [far.ask("POST", "/v1/labels", role, json=one) for one in asked]
        assert len({(one.status_code, one.text) for one in labels}) == 1 and labels[0].status_code != 200, role
        assert far.ask("POST", "/v1/labels", role, json={"kind": "key", "estate": "LY"}).status_code != 200, role


def test_the_desk_of_an_estate_does_not_reach_into_another_with_what_it_may_at_home(world: World) -> None:
    """Whoever is something else here than there is here what they are here."""
    live = world.live
    live.add_staff("both", roles.REPAIR_WORKER)
    both = FieldDevice(live, live.add_staff("both", *roles.ROLES, estate=ELSEWHERE))
    headers = {"Authorization": f"Bearer {both.token}"}

    def ask(method: str, path: str, **more: Any) -> int:
        return requests.request(method, live.url + path, headers=headers, timeout=30, **more).status_code

    devices = requests.get(f"{live.url}/v1/devices", headers=headers, timeout=30).json()["devices"]
    assert {one["staff"]["id"] for one in devices} == {"staff-both", *(f"staff-far-{role}" for role in roles.ROLES)}
    assert ask("POST", f"/v1/devices/{world.mate.id}/revoke") == 404
    assert ask("POST", f"/v1/devices/{world.strangers[roles.DESK].id}/revoke") == 200
    assert ask("POST", "/v1/join-codes", json={"staff_id": "staff-mate"}) == 403, (
        "a colleague here, nobody's to sign in"
    )
    assert ask("POST", "/v1/join-codes", json={"staff_id": f"staff-far-{roles.STEWARD}"}) == 200
    assert ask("GET", "/v1/households/household-1-101/looks") == 403
    assert ask("GET", f"/v1/households/{world.far_home['household_id']}/looks") == 200
    assert ask("POST", "/v1/labels", json={"kind": "key", "estate": "LY"}) == 403
    assert ask("POST", "/v1/labels", json={"kind": "key", "estate": "HY"}) == 200
    desk = FieldDevice(live, "staff-desk")
    (code,) = (
        requests.post(
            f"{live.url}/v1/join-codes",
            json={"staff_id": "staff-both"},
            headers={"Authorization": f"Bearer {desk.token}"},
            timeout=30,
        ),
    )
    assert code.status_code == 403, "a code opens all their estates: it takes somebody who may in each"


def test_labels_tell_nobody_what_hangs_where_they_may_not_see(world: World) -> None:
    """Codes can be tried: one of another building's key answers like one that hangs on nothing."""
    reach = next(one for one in rights.ENDPOINTS if one.path == "/v1/labels")
    for role in roles.ROLES:
        asked = {**TAGS, "nothing": Tag(KEY, "TST", "0009").code}
        said = {
            which: world.ask("POST", "/v1/labels", role, json={"codes": [code], "layout": "single"})
            for which, code in asked.items()
        }
        found = [which for which, answer in said.items() if answer.status_code == 200]
        here = ["mine", "other"] if role in WHOLE else ["mine"]
        assert found == (here if reach.of(role) == rights.SCOPE else []), role
        refused = {(answer.status_code, answer.text) for answer in said.values() if answer.status_code != 200}
        assert len(refused) == 1, (role, refused)


LINES = {"lines": [fee_line("换水龙头", "1", 3000)], "total_fen": 3000}
STROKES = b'{"v":1}'
PHOTO, SMALL = b"a photo", b"its thumbnail"
NAMED = {
    "signed": (BlobRef(sha256_hex(STROKES), len(STROKES), "x/y"),),
    "photo_taken": tuple(BlobRef(sha256_hex(data), len(data), "image/jpeg") for data in (PHOTO, SMALL)),
}
"""The blobs of an entry of each kind that needs some."""

WHICH_DUTY: dict[str, Any] = {
    "household_id": "h-1", "address": "1栋", "rule": "monthly", "why": "monthly", "period": "2026-11", "opens_at": 1,
}  # fmt: skip

BODIES: Mapping[str, Mapping[str, Any]] = {
    "ticket_opened": {"ticket_kind": "job", "address": "南门", "content": "灯", "requested_at": 1, "channel": "desk"},
    "ticket_numbered": {"number": "20261121-999"},
    "assigned": {"worker_id": "staff-repair_worker"},
    "escalated": {"reason": "缺件"},
    "urgency_set": {"urgent": True},
    "progress_reported": {"note": "在做"},
    "judged": {"feasible": False, "reason": "不能修"},
    "resident_asked": {"agreed": True},
    "found": {"listed": False, "description": "坏"},
    "priced": LINES,
    "consent": {"agreed": True, "name": "张伟", "capacity": "self"},
    "material_checked": {"name": "龙头", "verdict": "pass"},
    "work_started": {"own_materials": False},
    "fees_written": LINES,
    "tried": {"ok": True, "how": "tried"},
    "finished": {"result": "好"},
    "closed": {"reason": "不修"},
    "called_back": {"satisfied": True},
    "voided": {"reason": "重复"},
    "visited": {"address": "1栋", "occasion": "monthly", "met": True, "met_name": "张伟"},
    "promise_settled": {"index": 0, "outcome": "好"},
    "gift_handed": {"gift": "月饼"},
    "newcomer_welcomed": {"flowers": True, "letter": True, "helped": False},
    "signed": {
        "purpose": "repair", "as": "resident", "name": "张伟", "capacity": "self",
        "content": {}, "content_hash": "0" * 64, "strokes": sha256_hex(STROKES),
    },
    "entrusted": KEPT | {
        "thing_kind": "key", "name": "入户门钥匙", "address": "1栋", "given_by": "张伟", "capacity": "self",
        "purpose": "代收快递", "until": "2099-12-31", "rack": "A-03",
    },
    "stocked": KEPT | {"thing_kind": "umbrella", "name": "雨伞", "rack": "B-01"},
    "lent": KEPT | {"to_kind": "outside", "to_name": "装修队", "purpose": "装修", "due_at": 2},
    "handed_over": KEPT | {"from_name": "我", "to_kind": "outside", "to_name": "装修队"},
    "returned": KEPT | {"from_name": "我", "rack": "A-03"},
    "given_back": KEPT | {"from_name": "我", "to_name": "张伟", "capacity": "self"},
    "issued": KEPT | {"from_name": "我", "to_name": "张伟", "capacity": "self"},
    "extended": {"due_at": 3, "reason": "没修完"},
    "located": KEPT | {"where": "rack", "rack": "A-03"},
    "written_off": {"reason": "丢失"},
    "missed": {"count_id": "c"},
    "accounted": {"how": "found"},
    "photo_taken": {
        "shows": "before", "photo": sha256_hex(PHOTO), "thumbnail": sha256_hex(SMALL), "width": 4, "height": 3,
        "source": "camera",
    },
    "tag_assigned": {"tag": Tag(KEY, "TST", "0003").code},
    "tag_lost": {"tag": Tag(KEY, "TST", "0003").code, "reason": "掉了"},
    "place_named": {"place_kind": "point", "name": "水泵房"},
    "counted": {"found": [], "missing": [], "expected": 0},
    "matter_opened": {"class": "complaint", "channel": "phone", "contact_name": "张伟", "content": "噪声"},
    "classed": {"nature": "service", "weight": "ordinary", "valid": True},
    "owned": {"owner_id": "staff-desk", "reason": "跟进"},
    "request_received": {"number": "H20261121-001", "wanted": "help", "tag": "H00000000"},
    "request_dismissed": {"why": "prank", "reason": "没有人发过"},
    "planned": {"cause": "漏收", "plan": "清走"},
    "plan_agreed": {"plan_id": "p", "how": "phone", "name": "张伟"},
    "told": {"what": "在处理", "how": "phone"},
    "postponed": {"explanation": "等配件", "appointment_at": 2},
    "handled": {"cause": "漏收", "corrective": "清走"},
    "reply_drafted": {"text": "您好"},
    "reply_released": {"draft_id": "d"},
    "replied": {"draft_id": "d", "how": "letter"},
    "matter_closed": {"result": "清走了"},
    "reopened": {"reason": "又堆了"},
    "absorbed": {"matter_id": "m"},
    "merged": {"into": "m"},
    "job_sent": {
        "job_kind": "plain", "address": "大堂", "content": "擦玻璃", "requirements": "不留水痕", "due_at": 4 * 10**12,
        "receiver_id": "staff-repair_worker", "department": "environment",
    },
    "job_numbered": {"number": "G20261121-999"},
    "job_given": {"receiver_id": "staff-mate", "department": "engineering", "reason": "请假"},
    "job_progress": {"note": "在做"},
    "job_escalated": {"reason": "要登高车", "to_id": "staff-nobody"},
    "job_decided": {"decision": "keep"},
    "job_finished": {"process": "擦了", "result": "好"},
    "job_confirmed_by_phone": {"name": "张伟", "reason": "不在家"},
    "job_confirmed": {"department": "environment"},
    "job_sent_back": {"department": "environment", "reason": "没擦"},
    "job_called_back": {"satisfied": True, "name": "张伟"},
    "job_faulted": {"fault": "blank", "staff_id": "staff-desk", "reason": "没写"},
    "job_voided": {"reason": "重复"},
    "review_closed": {"day": "2026-11-21", "items": []},
    "unfinished_explained": {"reason": "等材料", "advice": "明早先办"},
    "follow_up_planned": {"address": "1栋", "source": "event", "about": "游园", "due_at": 2, "drawn": "by_hand"},
    "follow_up_moved": {"due_at": 3, "reason": "改期"},
    "follow_up_excused": {"reason": "搬走"},
    "duty_planned": {"household_id": "h-1", "address": "1栋", "about": "看望", "due_at": 4_000_000_000_000},
    "duty_moved": WHICH_DUTY | {"owner_id": "staff-desk", "reason": "换人"},
    "duty_excused": WHICH_DUTY | {"reason": "外出"},
    "followed_up": {"way": "phone", "met": False, "not_met": "no_answer"},
    "answered_by_letter": {"letter_id": "l", "text": "您好"},
    "follow_up_reviewed": {"opinion": "同意"},
    "answered_openly": {"letter_id": "l", "text": "您好"},
    "analysis_written": {
        "department": "service", "quarter": "2026-Q4", "cause": "少巡", "corrective": "加派", "preventive": "抽查",
    },
    "analysis_approved": {"written_id": "w"},
    "form_filled": openings()["case"][1],
    "shift_handed": openings()["shift"][1],
    "session_held": {"topic": "manner", "minutes": 30, "begun_at": 1_800_000_000_000, "present": []},
    "attended": {"session_id": "s", "trainer_id": "staff-desk", "topic": "manner", "begun_at": 1_800_000_000_000},
    "marked": {"staff_id": "staff-guard", "name": "李", "topic": "manner", "theory": 40, "discipline": 5},
    "resat": {"theory": 60, "discipline": 5},
    "inducted": {
        "staff_id": "staff-guard", "name": "李", "began": "2026-11-28", "first_day": [], "second_day": [],
        "manners": False,
    },
    "manners_passed": {"staff_id": "staff-guard", "name": "李", "by": "exam", "of_id": "e"},
    "form_issued": {
        "form_id": "satisfaction_survey", "title": "满意度调查表", "about_type": "survey_round", "about_id": "r",
        "how": "paper",
    },
    "notice_drafted": openings()["notice"][1],
    "page_read": openings()["reading"][1],
    "notice_released": {"post_by": 4 * 10**12},
    "notice_withdrawn": {"reason": "改期"},
    "round_opened": openings()["survey_round"][1] | {"back_by": "2099-06-30"},
    "round_counted": {"doors": 2, "issued": 2, "valid": 1},
    "opinion_released": {"opinion": "加强巡查"},
    "taken_over": {"to_id": "staff-mate"},
    "paper_filed": openings()["archive_paper"][1],
    "paper_moved": {"archive": 5, "reason": "归错"},
    "loan_asked": {"name": "张伟", "purpose": "核对", "due_at": 4 * 10**12},
    "loan_decided": {"asked_id": "a", "approved": True},
    "loan_given": {"asked_id": "a"},
    "loan_returned": {"asked_id": "a"},
    "paper_checked": {"found": "here"},
    "destruction_proposed": {"reason": "期满"},
    "destruction_decided": {"proposed_id": "p", "approved": True},
    "paper_closed": {"reason": "迁出"},
    "form_reviewed": {"filled_id": str(uuid7()), "opinion": "同意"},
    "case_ended": {"reason": "退回"},
    "form_checked": {"filled_id": str(uuid7()), "answers_hash": "0" * 64, "found": "differs"},
    "case_matched": {"found": "matched"},
    "household_begun": {"household_id": "h"},
    "archive_exported": {
        "staff_id": "staff-desk", "use": 1, "classes": ["1"], "records": 1, "files": 4, "content_hash": "0" * 64,
    },
    "amended": {"target_id": str(uuid7()), "body": {}, "reason": "写错"},
    "flag_settled": {"entry_id": str(uuid7()), "decision": "accept"},
}  # fmt: skip
"""A body of each kind that needs one."""


NEAR = {
    TICKET: (roles.REPAIR_WORKER, roles.STEWARD, roles.FINANCE),
    VISIT: (roles.STEWARD,),
    THING: (roles.REPAIR_WORKER, roles.STEWARD),
    PLACE: (roles.STEWARD,),
    COUNT: (roles.STEWARD,),
    MATTER: (roles.STEWARD,),
    JOB: (roles.REPAIR_WORKER, roles.ENVIRONMENT_SUPERVISOR, roles.CLEANING_LEAD),
    REVIEW: (),
    FOLLOW_UP: (roles.STEWARD,),
    DUTY: (roles.STEWARD,),
    ANALYSIS: (),
    CASE: (roles.STEWARD,),
    SHIFT: (roles.GUARD,),
    TRAINING: (roles.GUARD,),
    ROUND: (),
    NOTICE: (),
    READING: (roles.GUARD,),
    PAPER: (roles.STEWARD,),
}
"""In whose scope ``mine`` is, besides the overseers'."""
EVERYWHERE: Mapping[str, frozenset[str]] = {TRAINING: SUPERVISORS, PAPER: posts_reading(4)}
"""In whose scope all of a type is, where that is not the overseers'."""
ABOUT_ANY = {
    "signed": (TICKET, THING, JOB),
    "photo_taken": (TICKET, VISIT, THING),
    "tag_assigned": (THING,),
    "tag_lost": (THING,),
}
"""About what kinds are tried that may be about anything; a ticket where nothing is said."""


def test_each_role_makes_the_entries_the_table_says_about_what_is_in_its_scope(world: World) -> None:
    subjects = world.subjects
    tried = [
        (name, about)
        for name, kind in [*kinds.KINDS.items(), ("from_a_newer_app", Kind("", TICKET, frozenset(), ()))]
        for about in ([kind.subject] if kind.subject else ABOUT_ANY.get(name, (TICKET,)))
    ]
    for role, device in world.devices.items():
        made, expected = [], []
        for name, about in tried:
            body = dict(BODIES.get(name, {}))
            if name in ("visited", "entrusted", "place_named"):
                body |= world.home
            if "from_name" in body:
                body["from_id"] = device.staff_id
            for which, subject in (*subjects[about].items(), ("nothing", (about, str(uuid7())))):
                made.append((name, about, which, device.make(name, subject, body, blobs=NAMED.get(name, ()))))
                everywhere = EVERYWHERE.get(about, frozenset(WHOLE))
                in_scope = role in everywhere or (which == "mine" and role in NEAR[about])
                if which == "nothing":
                    in_scope = name in SUBJECTS[about].opens_with
                elif name in SUBJECTS[about].meets:
                    in_scope = True
                signs = name != "signed" or access.may_sign((role,), about)
                if about in (
                    JOB,
                    ANALYSIS,
                    PAPER,
                ):  # of this very entry: whose department it speaks for, which class it names
                    signs = signs and SUBJECTS[about].may({role}, made[-1][-1], ())
                may = access.may((role,), name)
                expected.append("role_may_not" if not may or (in_scope and not signs) else
                                "taken" if in_scope else "out_of_scope")  # fmt: skip
        answers = device.push(*(entry for *_, entry in made))
        for (name, about, which, _), answer, wanted in zip(made, answers, expected, strict=True):
            said = answer.problem.name if answer.problem is not None else "taken"
            assert said == wanted, (role, name, about, which, said, wanted)


def test_nobody_of_another_estate_makes_an_entry_about_what_is_not_there(world: World) -> None:
    subjects = world.subjects
    for role, device in world.strangers.items():
        made = []
        for name, kind in kinds.KINDS.items():
            for about in [kind.subject] if kind.subject else ABOUT_ANY.get(name, (TICKET,)):
                body = dict(BODIES.get(name, {}))
                if "from_name" in body:
                    body["from_id"] = device.staff_id
                asked = [device.make(name, one, body, blobs=NAMED.get(name, ())) for one in subjects[about].values()]
                # Theirs would be their own.
                at_a_door = about not in (COUNT, REVIEW, ANALYSIS, SHIFT, TRAINING, ROUND, NOTICE, READING)
                if name in SUBJECTS[about].opens_with and at_a_door:
                    new = (about, str(uuid7()))
                    asked.append(device.make(name, new, body | world.home, blobs=NAMED.get(name, ())))
                made += [(name, about, entry) for entry in asked]
        answers = device.push(*(entry for *_, entry in made))
        for (name, about, _), answer in zip(made, answers, strict=True):
            assert answer.problem is not None, (role, name, about)
            assert answer.problem.name in ("out_of_scope", "role_may_not"), (role, name, answer.problem.name)


def test_a_worker_hands_over_and_returns_from_their_own_hands_alone(world: World) -> None:
    """G.2: whoever had a key once cannot take it, and see where it is again, by an entry of their own."""
    worker, thing = world.devices[roles.REPAIR_WORKER], world.things["mine"]
    back = {**KEPT, "from_id": worker.staff_id, "from_name": "我", "rack": "A-03"}
    worker.do("returned", thing, back)
    desk = world.devices[roles.DESK]
    desk.do("lent", thing, {**BODIES["lent"], "to_kind": "staff", "to_id": world.mate.staff_id, "to_name": "mate"})
    theirs = {"from_id": world.mate.staff_id, "from_name": "mate"}
    taken = {**KEPT, **theirs, "to_kind": "staff", "to_id": worker.staff_id, "to_name": "我"}
    for kind, body in (("handed_over", taken), ("returned", {**back, **theirs})):
        (answer,) = worker.push(worker.make(kind, thing, body))
        assert answer.problem is not None and answer.problem.name == "role_may_not", kind
    world.mate.do("handed_over", thing, taken)
