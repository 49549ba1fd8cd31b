"""A register comes in from a desk over HTTP: uploaded, asked about, shown, confirmed; and what is refused."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests

from app.domain import roles
from sync_server.estate.template import write_workbook
from sync_server.store.estate import registers
from tests.estate import small
from tests.estate.registers import HEADINGS, A, B, C, workbook
from tests.support.field_device import FieldDevice
from tests.support.server import LiveServer
from tests.support.waiting import eventually

OCTETS = {"Content-Type": "application/octet-stream"}
ROWS = [["1-1-101", "张三", A], ["1-1-102", "李四", "12"]]


class Desk:
    """Somebody at a desk, asking the server."""

    def __init__(self, live: LiveServer, role: str) -> None:
        self.live = live
        self.device = FieldDevice(live, live.add_staff(role, role))

    def ask(self, method: str, path: str, **more: Any) -> requests.Response:
        headers = {"Authorization": f"Bearer {self.device.token}", **more.pop("headers", {})}
        return requests.request(method, self.live.url + path, headers=headers, timeout=30, **more)

    def upload(self, content: bytes) -> dict[str, Any]:
        answer = self.ask("POST", "/v1/registers", data=content, headers=OCTETS)
        assert answer.status_code == 200, answer.text
        return self.still(answer.json()["id"])

    def still(self, register_id: str) -> dict[str, Any]:
        """Return how a register stands once nothing works on it."""
        found: dict[str, Any] = {}

        def stands() -> bool:
            found.update(self.ask("GET", f"/v1/registers/{register_id}").json())
            return found["stage"] not in ("reading", "comparing", "bringing_in")

        eventually(stands)
        return found

    def post(self, job: dict[str, Any], what: str, body: dict[str, Any]) -> dict[str, Any]:
        assert self.ask("POST", f"/v1/registers/{job['id']}/{what}", json=body).status_code == 200
        return self.still(job["id"])

    def lines(self, job: dict[str, Any], kind: str) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.ask("GET", f"/v1/registers/{job['id']}/lines?kind={kind}").json()["lines"]
        return found


@pytest.fixture
def live(fresh_url: str, tmp_path: Path) -> Iterator[LiveServer]:
    """A server on either store."""
    with LiveServer(fresh_url, tmp_path / "server") as made:
        yield made


@pytest.fixture
def desk(live: LiveServer) -> Desk:
    """The desk."""
    return Desk(live, roles.DESK)


def test_a_register_is_shown_confirmed_and_in(desk: Desk) -> None:
    """B1: nothing changes before it is confirmed; afterwards the same file changes nothing."""
    job = desk.upload(workbook({"S": [HEADINGS, *ROWS]}))
    assert job["stage"] in ("preview", "questions")
    if job["stage"] == "questions":
        job = desk.post(job, "answers", {"answers": {"=estate": "荔园"}})
    assert (job["stage"], job["counts"]["new"], job["counts"]["doubtful"]) == ("preview", 2, 1)
    (unclear,) = desk.lines(job, "doubtful")
    assert (
        (unclear["where"]["en"], unclear["value"]) == ("sheet S, C3", "12")
        and unclear["text"]["zh"]
        and unclear["text"]["en"]
    )
    assert [line["title"] for line in desk.lines(job, "new")] == ["1栋1单元101", "1栋1单元102"]
    assert registers.view(desk.live.store).households == []
    assert desk.post(job, "confirm", {"version": job["version"]})["stage"] == "done"
    assert [home["name"] for home in registers.view(desk.live.store).households] == ["张三", "李四"]
    again = desk.upload(workbook({"S": [HEADINGS, *ROWS]}))
    assert (again["counts"]["unchanged"], again["changes_anything"]) == (2, False)


def test_a_preview_that_is_no_longer_true_is_made_again(desk: Desk) -> None:
    """B1: another import in between: told, and nothing comes in until the new preview is confirmed."""
    first = desk.upload(workbook({"S": [HEADINGS, ROWS[0]]}))
    first = desk.post(first, "answers", {"answers": {"=estate": "荔园"}})
    other = Desk(desk.live, roles.ADMIN)
    second = other.upload(workbook({"S": [HEADINGS, ["1-1-101", "王五", C]]}))
    second = other.post(second, "answers", {"answers": {"=estate": "荔园"}})
    assert other.post(second, "confirm", {"version": second["version"]})["stage"] == "done"
    told = desk.post(first, "confirm", {"version": first["version"]})
    assert (told["stage"], told["changed_meanwhile"], told["counts"]["moved_out"]) == ("preview", True, 1)
    assert desk.post(told, "confirm", {"version": first["version"]})["stage"] == "preview", "not the one that was seen"
    assert desk.post(told, "confirm", {"version": told["version"]})["stage"] == "done"


def test_questions_are_asked_once(desk: Desk) -> None:
    """B1: which column is what; the next register with these headings is read without a question."""
    content = workbook({"S": [["甲", "房号", "业主"], [A, "1-1-101", "张三"], [B, "1-1-102", "李四"]]})
    job = desk.upload(content)
    (question,) = job["questions"]
    assert (question["key"], question["samples"], question["place"]) == ("A", [A, B], "S!A1")
    job = desk.post(job, "answers", {"answers": {"A": "phone", "=estate": "荔园"}})
    assert desk.post(job, "confirm", {"version": job["version"]})["stage"] == "done"
    assert desk.upload(content)["stage"] == "preview"


def test_a_door_taken_for_one_written_otherwise_can_be_said_to_be_two(desk: Desk) -> None:
    """B1: the household there offers the other answer; once given, it is a decision that can be taken back."""
    first = desk.upload(workbook({"S": [HEADINGS, ["1-101", "张三", A]]}))
    first = desk.post(first, "answers", {"answers": {"=estate": "荔园"}})
    assert desk.post(first, "confirm", {"version": first["version"]})["stage"] == "done"
    job = desk.upload(workbook({"S": [HEADINGS, ["1-1-101", "李四", B]]}))
    (line,) = desk.lines(job, "new")
    assert (line["chosen"], [option["value"] for option in line["options"]]) == ("same", ["same", "other"])
    job = desk.post(job, "answers", {"answers": {line["key"]: "other"}})
    assert [one["title"] for one in desk.lines(job, "new")] == ["1栋1单元101"] and not desk.lines(job, "moved_out")
    (decision,) = (one for one in desk.lines(job, "decisions") if one["key"] == line["key"])
    job = desk.post(job, "answers", {"answers": {decision["key"]: "same"}})
    assert [one["title"] for one in desk.lines(job, "moved_out")] == ["1栋101"]


@pytest.mark.parametrize("file", ["picture", "strict", "nothing"])
def test_what_is_no_register_gets_a_sentence(desk: Desk, tmp_path: Path, file: str) -> None:
    """B1: another file, the estate's own workbook, a sheet without a register."""
    write_workbook(tmp_path / "estate.xlsx", small.good())
    contents = {
        "picture": (b"\x89PNG....", "不是表格"),
        "strict": ((tmp_path / "estate.xlsx").read_bytes(), "import 命令"),
        "nothing": (workbook({"S": [["甲", "乙"], [1, 2]]}), "没有找到住户登记表"),
    }
    content, said = contents[file]
    job = desk.upload(content)
    assert job["stage"] == "failed" and said in job["message"]["zh"] and job["message"]["en"]


def test_only_desk_and_administrator_bring_registers_in(desk: Desk) -> None:
    """B1: who keeps the register."""
    for role in sorted({*roles.ROLES} - {roles.DESK, roles.ADMIN}):
        answer = Desk(desk.live, role).ask("POST", "/v1/registers", data=b"x", headers=OCTETS)
        assert answer.status_code == 403, role
