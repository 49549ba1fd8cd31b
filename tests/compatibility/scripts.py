"""What is said in each conversation of protocol version 1 when it is recorded.

Adding a turn here changes no recording: `python3 dev.py record NAME` does, and a recording that a released server made
is never made anew, it is what later servers must go on answering.
"""

from __future__ import annotations

import base64
import uuid
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from typing import Any, Final

from app.domain.rules.form_duties import duty_id
from app.domain.times import at_china
from app.domain.wire.canonical import sha256_hex
from app.domain.wire.entries import BlobRef, Entry
from tests.compatibility.conversation import Estate, Speaker
from tests.support.server import PASSWORD

STAFF: Final = (
    {"login": "desk", "name": "吴婷", "roles": ["desk"]},
    {"login": "boss", "name": "周建国", "roles": ["engineering_supervisor"]},
    {"login": "w1", "name": "王强", "roles": ["repair_worker"]},
    {"login": "w2", "name": "李军", "roles": ["repair_worker"]},
    {"login": "g1", "name": "刘芳", "roles": ["steward"], "buildings": ["building-1"]},
    {"login": "k1", "name": "林晓燕", "roles": ["service_supervisor"]},
)
ESTATE: Final = Estate(STAFF, ("1", "2"), (("building-1", "101", "张伟"), ("building-2", "201", "单丽")))
PICTURE: Final = b"a picture of a tap " * 40
HOME: Final = {
    "household_id": "household-1-101", "unit_id": "unit-1-101", "building_id": "building-1", "address": "1栋1单元101"
}  # fmt: skip


def uid(*parts: object) -> str:
    """An id that is the same each time."""
    return str(uuid.uuid5(uuid.NAMESPACE_URL, "/".join(map(str, parts))))


class Device:
    """Somebody's device: signs in under an id of its own and makes entries."""

    def __init__(self, speaker: Speaker, login: str) -> None:
        self.speaker, self.login = speaker, login
        self.id = uid("device", login)
        self.counter, self.head, self.token, self.epoch = 0, "", "", ""
        said = speaker.say(
            f"{login} signs in", "POST", "/v1/sign-in",
            {"login": login, "password": PASSWORD, "device_id": self.id, "device_name": "Pixel 9", "platform": "web",
             "app_version": "0.1.0"}, token="",
        )  # fmt: skip
        self.token, self.epoch = said["token"], said["epoch"]

    def make(self, kind: str, about: str, body: Mapping[str, Any], *, subject: str = "ticket", **more: Any) -> Entry:
        """The next entry of the chain."""
        self.counter += 1
        made = Entry(
            uid(self.login, self.counter), kind, subject, uid(about), dict(body), f"staff-{self.login}", self.id,
            self.counter, self.speaker.at - 5_000, **more,
        ).sealed(device=self.id, counter=self.counter, prev=self.head)  # fmt: skip
        self.head = made.hash
        return made

    def sync(self, says: str, *entries: Any, packed: bool = False, **more: Any) -> Any:
        """One sync."""
        body = {
            "protocol": 1, "epoch": self.epoch, "sent_at": self.speaker.at, "cursors": {},
            "entries": [entry.to_wire() if isinstance(entry, Entry) else entry for entry in entries],
        } | more  # fmt: skip
        return self.speaker.say(says, "POST", "/v1/sync", body, token=self.token, packed=packed)


def _opened(by: Device, about: str, place: Mapping[str, Any] = HOME) -> Entry:
    body = {
        "ticket_kind": "repair",
        "content": "水龙头漏水",
        "requested_at": by.speaker.at,
        "channel": "phone",
        **place,
    }
    return by.make("ticket_opened", about, body)


def signing_in(speaker: Speaker, _keys: Mapping[str, str]) -> None:
    """Passwords, tokens, signing out, somebody else's device."""
    speaker.say("is it up", "GET", "/v1/health")
    asked = {"login": "w1", "password": "wrong", "device_id": None}
    speaker.say("a wrong password", "POST", "/v1/sign-in", asked)
    speaker.say("nobody's name", "POST", "/v1/sign-in", asked | {"login": "nobody"})
    worker = Device(speaker, "w1")
    speaker.say("who am I", "GET", "/v1/me", token=worker.token)
    speaker.say("on his device as another", "POST", "/v1/sign-in",
                {"login": "w2", "password": PASSWORD, "device_id": worker.id})  # fmt: skip
    speaker.say("a new number for the phone", "POST", "/v1/devices", {"device_name": "Pixel 9"}, token=worker.token)
    speaker.say("my devices", "GET", "/v1/devices", token=worker.token)
    speaker.say("signs out", "POST", "/v1/sign-out", {}, token=worker.token)
    worker.sync("with the token of before")
    Device(speaker, "w1").sync("signed in again")


def joining(speaker: Speaker, _keys: Mapping[str, str]) -> None:
    """One-time codes, and a lost answer."""
    desk = Device(speaker, "desk")
    made = speaker.say("a code for the worker", "POST", "/v1/join-codes", {"staff_id": "staff-w1"}, token=desk.token)
    phone = {"code": made["code"].lower(), "attempt": "a-secret-of-this-try", "device_id": uid("new phone"),
             "device_name": "Pixel 9", "platform": "web", "app_version": "0.1.0"}  # fmt: skip
    speaker.say("the phone joins", "POST", "/v1/join", phone)
    speaker.say("the answer was lost: again", "POST", "/v1/join", phone)
    speaker.say("another phone with the same code", "POST", "/v1/join", phone | {"attempt": "a-secret-of-another"})
    speaker.say("what is no code", "POST", "/v1/join", {"code": "0000"})
    worker = Device(speaker, "w2")
    speaker.say("a worker makes none", "POST", "/v1/join-codes", {"staff_id": "staff-w1"}, token=worker.token)
    speaker.say("for nobody", "POST", "/v1/join-codes", {"staff_id": "nobody"}, token=desk.token)


def pushing(speaker: Speaker, _keys: Mapping[str, str]) -> None:
    """Each answer to an entry: accepted, known, flagged, refused; holes; kinds from a newer app."""
    boss, worker = Device(speaker, "boss"), Device(speaker, "w1")
    opened = _opened(boss, "t1")
    boss.sync("a ticket: accepted, and numbered", opened)
    boss.sync("the same again: known", opened)
    boss.sync("assigned, packed", boss.make("assigned", "t1", {"worker_id": "staff-w1"}), packed=True)
    worker.sync("too early: flagged", worker.make("work_started", "t1", {"own_materials": False}))
    altered = worker.make("arrived", "t1", {}).to_wire() | {"made_at": 1}
    worker.sync("hash wrong, role may not, a field missing, no entry, and one that is fine behind them",
                altered, worker.make("handed_back", "t1", {}), worker.make("escalated", "t1", {}), {"id": "x"},
                worker.make("accepted", "t1", {}))  # fmt: skip
    worker.sync("a subject nobody may see", worker.make("arrived", "elsewhere", {}))
    taken = worker.make("progress_reported", "t1", {"note": "在路上"})
    worker.sync("an id that is another entry's", Entry(
        opened.id, "progress_reported", "ticket", uid("t1"), {"note": "x"}, "staff-w1", worker.id, worker.counter + 1,
        speaker.at,
    ).sealed(device=worker.id, counter=worker.counter + 1, prev=worker.head))  # fmt: skip
    worker.counter += 2
    worker.sync("a number left out: told as a hole", worker.make("arrived", "t1", {}))
    worker.sync("the one that was missing", taken)
    newer = worker.make("thermal_scanned", "t1", {"warmest": "41.5"}, extra={"mood": "fine"}, schema=9)
    worker.sync("a kind from a newer app: accepted", newer)
    worker.sync("a subject from a newer app", worker.make("lift_checked", "lift 1", {"ok": True}, subject="lift"))
    worker.sync("one more", worker.make("arrived", "t1", {}))
    copy = replace(worker.make("tried", "t1", {"ok": True, "how": "tried"}), id=uid("copy"))
    copy = copy.sealed(device=worker.id, counter=worker.counter - 1, prev=newer.hash)
    worker.sync("from a copy of the phone: its number is taken", copy)


def pulling(speaker: Speaker, _keys: Mapping[str, str]) -> None:
    """Pages, one's own echo, what is moved away, scopes that are lost, asking by id, another epoch."""
    boss, worker, steward = Device(speaker, "boss"), Device(speaker, "w1"), Device(speaker, "g1")
    boss.sync("two tickets", _opened(boss, "t1"), _opened(boss, "t2"),
              boss.make("assigned", "t1", {"worker_id": "staff-w1"}))  # fmt: skip
    cursors: dict[str, int] = {}
    more = True
    while more:
        said = worker.sync("the next page", limit=4, cursors=cursors)
        cursors |= {page["scope"]: page["to"] for page in said["scopes"]}
        more = any(page["more"] for page in said["scopes"])
    accepted = worker.make("accepted", "t1", {})
    worker.sync("pushes, and gets its own echo by name", accepted, cursors=cursors)
    boss.sync("reassigned", boss.make("assigned", "t1", {"worker_id": "staff-w2"}))
    worker.sync("it leaves the first worker's phone", cursors=cursors)
    worker.sync("an entry asked for by id, and one of others", want=[accepted.id, uid("boss", 2), uid("nothing")])
    steward.sync("a steward's first pull: the building", limit=2000)
    steward.sync("cursors of scopes that are not theirs", cursors={"all": 1, "building:building-2": 3})
    steward.sync("an epoch of another store: from the beginning", epoch=uid("elsewhere"), cursors={"estate": 1 << 40},
                 limit=3)  # fmt: skip


def first_pull(speaker: Speaker, _keys: Mapping[str, str]) -> None:
    """What a phone hears that could take its first pull as one file: pages, where the server has none of its shape."""
    desk, steward = Device(speaker, "desk"), Device(speaker, "g1")
    desk.sync("something to pull", _opened(desk, "t1"))
    steward.sync(
        "a phone of a shape that this server has no file of gets pages", first_pull="0123456789abcdef", limit=4
    )
    name = f"{'0' * 16}-{'1' * 16}-{'2' * 64}"
    speaker.say("a file that is not there", "GET", f"/v1/first-pull/{name}", token=steward.token)
    speaker.say("what can be no file", "GET", "/v1/first-pull/shangmen.sqlite", token=steward.token)
    speaker.say("without a token", "GET", f"/v1/first-pull/{name}", token="")


def blobs(speaker: Speaker, _keys: Mapping[str, str]) -> None:
    """A picture in chunks: going on, a gap, a wrong whole; who may see it."""
    worker, other = Device(speaker, "w1"), Device(speaker, "w2")
    digest, size = sha256_hex(PICTURE), len(PICTURE)
    path = f"/v1/blobs/{digest}"

    def send(says: str, start: int, end: int, token: str = worker.token, what: bytes = PICTURE) -> None:
        chunk = {"base64": base64.b64encode(what[start:end]).decode()}
        speaker.say(says, "PATCH", f"{path}?offset={start}&total={size}", chunk, token=token)

    send("before its entry", 0, 100)
    place = {"address": "南门岗亭"}
    opened = _opened(worker, "t1", place)
    named = worker.make("escalated", "t1", {"reason": "缺件"}, blobs=(BlobRef(digest, size, "image/jpeg"),))
    worker.sync("an entry that names it", opened, named)
    send("the first chunk", 0, 100)
    speaker.say("how much is there", "HEAD", path, token=worker.token)
    speaker.say("not whole yet", "GET", path, token=worker.token)
    send("with a gap", 300, 400)
    send("more than there is to be", 100, size + 900, what=PICTURE + bytes(900))
    send("and so from the beginning", 0, 100)
    send("wrong bytes: from the beginning", 100, size, what=bytes(size))
    send("all of it", 0, size)
    send("again: it is there", 0, 100)
    speaker.say("there it is", "GET", path, token=worker.token)
    speaker.say("not for another", "GET", path, token=other.token)
    speaker.say("what is not there", "GET", f"/v1/blobs/{'0' * 64}", token=worker.token)
    speaker.say("verified", "GET", f"/v1/tickets/{uid('t1')}/verify", token=worker.token)


def errors(speaker: Speaker, _keys: Mapping[str, str]) -> None:
    """What can't be understood, and versions that are not this one."""
    worker = Device(speaker, "w1")
    token = worker.token
    speaker.say("no token", "POST", "/v1/sync", {})
    speaker.say("a wrong one", "GET", "/v1/me", token="nonsense")
    speaker.say("no JSON", "POST", "/v1/sync", {"text": "{"}, token=token)
    speaker.say("a member missing", "POST", "/v1/sync", {"protocol": 1}, token=token)
    speaker.say("an older version", "POST", "/v1/sync", {"protocol": 0}, token=token)
    speaker.say("a version of the far future", "POST", "/v1/sync", {"protocol": 99, "anything": []}, token=token)
    speaker.say("no such place", "GET", "/v1/nothing", token=token)
    speaker.say("no such thing", "GET", f"/v1/tickets/{uid('nothing')}", token=token)
    speaker.say("another method", "DELETE", "/v1/sync", token=token)
    desk = Device(speaker, "desk")
    speaker.say("ends the worker's device", "POST", f"/v1/devices/{worker.id}/revoke", {}, token=desk.token)
    worker.sync("the ended device is told to wipe")
    for _ in range(8):
        speaker.say("guessing", "POST", "/v1/sign-in", {"login": "w2", "password": "x"})


def systems(speaker: Speaker, keys: Mapping[str, str]) -> None:
    """The company's other systems: create once, find, read the result."""
    asked = {"external_ref": "CRM-1", "address": HOME["address"], "content": "漏水", "contact_name": "张伟"}
    made = speaker.say("a ticket", "POST", "/v1/tickets", asked, key=keys["CRM"])
    speaker.say("again: the same", "POST", "/v1/tickets", asked, key=keys["CRM"])
    speaker.say("found", "GET", "/v1/tickets?external_ref=CRM-1", key=keys["CRM"])
    speaker.say("none found", "GET", "/v1/tickets?external_ref=CRM-2", key=keys["CRM"])
    speaker.say("its result", "GET", f"/v1/tickets/{made['id']}", key=keys["CRM"])
    speaker.say("a wrong key", "GET", f"/v1/tickets/{made['id']}", key="smk_wrong")
    speaker.say("a field missing", "POST", "/v1/tickets", {"external_ref": "CRM-3"}, key=keys["CRM"])


def looks(speaker: Speaker, _keys: Mapping[str, str]) -> None:
    """Looks at archives, told with a sync and read by the supervisor (S)."""
    steward, boss = Device(speaker, "g1"), Device(speaker, "k1")
    look = {"id": uid("look"), "household_id": HOME["household_id"], "at": speaker.at - 60_000}
    steward.sync("told", looks=[look], limit=1)
    steward.sync("told again", looks=[look], limit=1)
    path = f"/v1/households/{HOME['household_id']}/looks"
    speaker.say("who looked", "GET", path, token=boss.token)
    speaker.say("not for the steward", "GET", path, token=steward.token)


def custody(speaker: Speaker, _keys: Mapping[str, str]) -> None:
    """A key: entrusted, lent, lent twice and settled, returned; its page; what is not one's own."""
    steward, worker, mate, desk = (Device(speaker, login) for login in ("g1", "w1", "w2", "desk"))
    kept = {"pieces": 2, "condition": "good"}

    def lent(to: str) -> dict[str, Any]:
        to_staff = {"to_kind": "staff", "to_id": f"staff-{to}", "to_name": to}
        return kept | to_staff | {"purpose": "检修", "due_at": speaker.at + 60_000}

    taken_in = {"thing_kind": "key", "name": "入户门钥匙", "given_by": "张伟", "capacity": "self",
                "purpose": "代收快递", "until": "2099-12-31", "rack": "A-03", "tag": "KTST00018"}  # fmt: skip
    steward.sync("entrusted, and lent", steward.make("entrusted", "k1", kept | HOME | taken_in, subject="thing"),
                 steward.make("lent", "k1", lent("w1"), subject="thing"))  # fmt: skip
    worker.sync("it comes to its holder's phone")
    second = desk.make("lent", "k1", lent("w2"), subject="thing")
    desk.sync("lent by another phone meanwhile: flagged", second)
    desk.sync("settled", desk.make("flag_settled", "k1", {"entry_id": second.id, "decision": "set_aside"},
                                   subject="thing"))  # fmt: skip
    back = kept | {"from_id": "staff-w1", "from_name": "w1", "rack": "A-03"}
    mate.sync("from somebody else's hands", mate.make("returned", "k1", back, subject="thing"))
    worker.sync("a worker lends nothing, and returns", worker.make("lent", "k1", lent("w2"), subject="thing"),
                worker.make("returned", "k1", back, subject="thing"), cursors={"estate": 1 << 40})  # fmt: skip
    worker.sync("it leaves the worker's phone")
    place = {"place_kind": "point", "name": "水泵房", "building_id": "building-2"}
    steward.sync("a place in another building", steward.make("place_named", "p1", place, subject="place"))
    counted = {"found": [{"tag": "KTST00018", "standing": "right"}], "missing": [], "expected": 1}
    steward.sync("a rack count", steward.make("counted", "c1", counted, subject="count"), limit=1)
    for login, who in (("steward", steward), ("worker", worker)):
        for path in (f"/v1/things/{uid('k1')}", f"/v1/things/{uid('k1')}/verify", "/v1/things/overdue"):
            speaker.say(f"the {login} asks", "GET", path, token=who.token)


def _met(by: Device, about: str, occasion: str, **more: Any) -> Entry:
    said = {"met_name": "张伟", "met_capacity": "self"} | more
    return by.make("visited", about, HOME | {"occasion": occasion, "met": True} | said, subject="visit")


def gifts(speaker: Speaker, _keys: Mapping[str, str]) -> None:
    """A festival's gift: handed over, twice, where nobody was met, by who visits nobody, and corrected (E.2)."""
    steward, worker, boss = Device(speaker, "g1"), Device(speaker, "w1"), Device(speaker, "k1")

    def gift(by: Device, about: str, **body: Any) -> Entry:
        return by.make("gift_handed", about, {"gift": "月饼一盒", "festival": "中秋"} | body, subject="visit")

    visited, given = _met(steward, "v1", "festival"), gift(steward, "v1")
    steward.sync("a visit with its gift", visited, given)
    steward.sync("the answer was lost: again", visited, given)
    boss.sync("another phone hands one over at the same visit: flagged", gift(boss, "v1", gift="粽子一盒"))
    nobody = {"occasion": "festival", "met": False, "not_met": "nobody_home"}
    steward.sync("to nobody: flagged", steward.make("visited", "v2", HOME | nobody, subject="visit"),
                 gift(steward, "v2"))  # fmt: skip
    steward.sync("no gift named: refused", gift(steward, "v1", gift=""))
    worker.sync("a worker hands none over: refused", gift(worker, "v1"))
    change = {"target_id": given.id, "body": {"gift": "月饼两盒", "festival": "中秋"}, "reason": "写错了"}
    steward.sync("corrected", steward.make("amended", "v1", change, subject="visit"), limit=2_000)
    boss.sync("all of it comes to who leads them", limit=2_000)


def welcomes(speaker: Speaker, _keys: Mapping[str, str]) -> None:
    """A new household is welcomed and asked; an empty welcome is none; one is corrected (E)."""
    steward, boss = Device(speaker, "g1"), Device(speaker, "k1")
    said = {"flowers": True, "letter": True, "helped": False, "impression": "服务热情"}

    def welcome(by: Device, about: str, **body: Any) -> Entry:
        return by.make("newcomer_welcomed", about, said | body, subject="visit")

    visited, given = _met(steward, "v1", "move_in"), welcome(steward, "v1")
    steward.sync("a new household, and its welcome", visited, given)
    steward.sync("once more: flagged", welcome(steward, "v1"))
    steward.sync("nothing given and nothing said: refused", welcome(steward, "v1", flowers=False, letter=False,
                 impression=""))  # fmt: skip
    steward.sync("a field missing: refused", steward.make("newcomer_welcomed", "v1", {"flowers": True},
                 subject="visit"))  # fmt: skip
    change = {"target_id": given.id, "body": said | {"helped": True}, "reason": "漏写"}
    boss.sync("corrected by who leads them", boss.make("amended", "v1", change, subject="visit"), limit=2_000)
    steward.sync("all of it comes to the steward", limit=2_000)


def matters(speaker: Speaker, _keys: Mapping[str, str]) -> None:
    """What is said to the company: opened, classed, planned, agreed, handled, closed and what follows of it, reopened;
    too early, merged crosswise, and by who may not (C)."""
    desk, boss, steward, worker = (Device(speaker, login) for login in ("desk", "k1", "g1", "w1"))

    def step(by: Device, kind: str, about: str = "m1", /, **body: Any) -> Entry:
        return by.make(kind, about, body, subject="matter")

    said = HOME | {"class": "complaint", "channel": "phone", "contact_name": "张伟", "content": "楼上半夜装修"}
    steward.sync("said at the door", step(steward, "matter_opened", **said))
    desk.sync("classed, and handled before anybody agreed: flagged",
              step(desk, "classed", nature="service", weight="important", valid=True,
                   promised_at=speaker.at + 3_600_000),
              step(desk, "handled", cause="施工超时", corrective="已制止"))  # fmt: skip
    planned = step(desk, "planned", cause="施工超时", plan="限时施工")
    desk.sync("planned, agreed, handled, closed", planned,
              step(desk, "plan_agreed", plan_id=planned.id, how="phone", name="张伟"),
              step(desk, "told", what="已约谈装修队", how="phone"),
              step(desk, "handled", cause="施工超时", corrective="已限时"),
              step(desk, "matter_closed", result="已限时施工"))  # fmt: skip
    desk.sync("reopened", step(desk, "reopened", reason="又开工了"))
    worker.sync("a worker classes nothing: refused",
                step(worker, "classed", nature="service", weight="ordinary", valid=True))  # fmt: skip
    steward.sync("the same once more, from another", step(steward, "matter_opened", "m2", **said))
    desk.sync("merged into the first", step(desk, "absorbed", matter_id=uid("m2")),
              step(desk, "merged", "m2", into=uid("m1")))  # fmt: skip
    boss.sync("crosswise by another phone: flagged", step(boss, "absorbed", "m2", matter_id=uid("m1")),
              step(boss, "merged", into=uid("m2")))  # fmt: skip
    desk.sync("into itself: flagged", step(desk, "merged", "m2", into=uid("m2")))
    steward.sync("all of it comes to the steward", limit=2_000)


def jobs(speaker: Speaker, _keys: Mapping[str, str]) -> None:
    """A job ticket: sent and numbered, accepted, sent up the line and decided, finished, signed for, filed; blank
    fields and wrong turns (B)."""
    desk, boss, worker = (Device(speaker, login) for login in ("desk", "boss", "w1"))

    def step(by: Device, kind: str, about: str = "j1", /, **body: Any) -> Entry:
        return by.make(kind, about, body, subject="job")

    sent = {"job_kind": "plain", "address": "大堂", "content": "擦玻璃", "requirements": "不留水痕",
            "due_at": speaker.at + 7_200_000, "receiver_id": "staff-w1", "department": "engineering"}  # fmt: skip
    desk.sync("sent, and numbered", step(desk, "job_sent", **sent))
    desk.sync("with nothing asked for: refused", step(desk, "job_sent", "j2", **sent | {"requirements": ""}))
    worker.sync("it comes to its receiver, limited", limit=2_000)
    worker.sync("accepted, and up the line", step(worker, "job_accepted"),
                step(worker, "job_escalated", reason="要登高车", to_id="staff-boss"))  # fmt: skip
    boss.sync("stays with its receiver", step(boss, "job_decided", decision="keep", reason="车已借好"))
    worker.sync("progress, and finished", step(worker, "job_progress", note="擦了一半"),
                step(worker, "job_finished", process="登高擦洗", result="不留水痕"))  # fmt: skip
    desk.sync("filed before anybody confirmed it: flagged", step(desk, "job_filed"))
    worker.sync("confirmed by telephone", step(worker, "job_confirmed_by_phone", name="张伟", reason="不在场"))
    boss.sync("by its department", step(boss, "job_confirmed", department="engineering"))
    desk.sync("called back, and filed", step(desk, "job_called_back", satisfied=True, name="张伟"),
              step(desk, "job_filed"))  # fmt: skip
    worker.sync("a worker voids nothing: refused", step(worker, "job_voided", reason="写错"))
    desk.sync("all of it", limit=2_000)


def follow_ups(speaker: Speaker, _keys: Mapping[str, str]) -> None:
    """A follow-up: planned by hand, at a door without a signature, promised again, by telephone, reviewed; one that is
    drawn by a phone (D)."""
    boss, steward, worker = (Device(speaker, login) for login in ("k1", "g1", "w1"))

    def step(by: Device, kind: str, which: str = "f1", /, **body: Any) -> Entry:
        return by.make(kind, which, body, subject="follow_up")

    planned = HOME | {"source": "event", "about": "游园会", "due_at": speaker.at + 86_400_000, "drawn": "by_hand"}
    boss.sync("planned by hand", step(boss, "follow_up_planned", **planned))
    boss.sync("as if it were drawn: refused", step(boss, "follow_up_planned", "f2", **planned | {"drawn": "sample"}))
    steward.sync("planned by a steward: refused", step(steward, "follow_up_planned", "f3", **planned))
    asked = {"way": "phone", "met": True, "name": "张伟", "satisfied": False, "said": "人太多", "settled": False}
    steward.sync("nobody answered, then asked and not settled", step(
        steward, "followed_up", way="phone", met=False, not_met="no_answer"), step(
        steward, "followed_up", **asked | {"promise": "下次分批", "again_at": speaker.at + 3_600_000}))  # fmt: skip
    worker.sync("somebody else's: refused", step(worker, "followed_up", **asked | {"settled": True}))
    steward.sync("settled", step(steward, "followed_up", **asked | {"settled": True}))
    boss.sync("reviewed, and moved when it is over: flagged", step(boss, "follow_up_reviewed", opinion="同意"),
              step(boss, "follow_up_moved", due_at=speaker.at + 99_000_000, reason="改期"))  # fmt: skip
    steward.sync("all of it comes to the steward", limit=2_000)


def duties(speaker: Speaker, _keys: Mapping[str, str]) -> None:
    """What is owed: moved, excused, planned by hand, done; by who may not; and what a month tells (D.1, E)."""
    boss, steward, worker = (Device(speaker, login) for login in ("k1", "g1", "w1"))
    month, home = "2026-09", HOME["household_id"]
    which = {"household_id": home, "address": HOME["address"], "building_id": HOME["building_id"], "rule": "monthly",
             "why": "monthly", "period": month, "opens_at": at_china(date(2026, 9, 1), 0)}  # fmt: skip
    path = f"/v1/duties?month={month}"

    def about_monthly(by: Device, kind: str, **body: Any) -> Entry:
        made = by.make(kind, "the monthly visit", which | body, subject="duty")
        duty = duty_id("monthly", ("household", home), month)
        made = replace(made, subject_id=duty).sealed(device=by.id, counter=by.counter, prev=made.prev)
        by.head = made.hash
        return made

    speaker.say("who owes what", "GET", path, token=boss.token)
    steward.sync("excused by who owes it: refused", about_monthly(steward, "duty_excused", reason="没空"))
    boss.sync("handed over, and excused", about_monthly(boss, "duty_moved", owner_id="staff-g1", reason="换人"),
              about_monthly(boss, "duty_excused", reason="全家外出"))  # fmt: skip
    by_hand = HOME | {"about": "看望老人", "due_at": speaker.at + 86_400_000}
    boss.sync("one planned by hand", boss.make("duty_planned", "d1", by_hand, subject="duty"))
    steward.sync("met", _met(steward, "v1", "monthly"))
    speaker.say("what came of it", "GET", path, token=boss.token)
    speaker.say("one's own", "GET", path, token=steward.token)
    speaker.say("who owes nothing", "GET", path, token=worker.token)
    speaker.say("no month", "GET", "/v1/duties?month=2026-13", token=boss.token)
    steward.sync("all of it comes to the steward", limit=2_000)


def waiting(speaker: Speaker, _keys: Mapping[str, str]) -> None:
    """A phone that waits for changes: there is some, there is none, another epoch, an ended token."""
    boss, worker = Device(speaker, "boss"), Device(speaker, "w1")
    read = worker.sync("reads all there is")
    asked = {"epoch": worker.epoch, "cursors": {one["scope"]: one["to"] for one in read["scopes"]}, "seconds": 1}

    def wait(says: str, body: Mapping[str, Any]) -> None:
        speaker.say(says, "POST", "/v1/wait", body, token=worker.token)

    wait("nothing new", asked)
    boss.sync("a ticket for another", _opened(boss, "t1"), boss.make("assigned", "t1", {"worker_id": "staff-w2"}))
    wait("that is no news of theirs", asked)
    boss.sync("a ticket for them", _opened(boss, "t2"), boss.make("assigned", "t2", {"worker_id": "staff-w1"}))
    wait("there is something", asked)
    wait("of a server before", asked | {"epoch": uid("another epoch")})
    wait("for longer than anybody waits", asked | {"seconds": 3_600})
    speaker.say("signs out", "POST", "/v1/sign-out", {}, token=worker.token)
    wait("with the token of before", asked)


SCRIPTS: Final[Mapping[str, tuple[Estate, Callable[[Speaker, Mapping[str, str]], None]]]] = {
    "signing-in": (ESTATE, signing_in),
    "joining": (ESTATE, joining),
    "pushing": (ESTATE, pushing),
    "pulling": (ESTATE, pulling),
    "blobs": (ESTATE, blobs),
    "errors": (ESTATE, errors),
    "systems": (Estate(STAFF, ESTATE.buildings, ESTATE.households, {"CRM": ""}), systems),
    "looks": (ESTATE, looks),
    "custody": (ESTATE, custody),
    "gifts": (ESTATE, gifts),
    "welcomes": (ESTATE, welcomes),
    "matters": (ESTATE, matters),
    "jobs": (ESTATE, jobs),
    "follow-ups": (ESTATE, follow_ups),
    "duties": (ESTATE, duties),
    "waiting": (ESTATE, waiting),
    "first-pull": (ESTATE, first_pull),
}
