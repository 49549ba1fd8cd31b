"""An estate comes in from Excel, once or again, and open tickets as entries; the commands and their exit codes."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import func, select
from typer.testing import CliRunner

from app.domain.wire.errors import Problem
from sync_server import cli
from sync_server.auth import passwords
from sync_server.estate.data import EstateData
from sync_server.store import Store, tables
from sync_server.store.estate.importing import import_estate
from sync_server.store.people import admin
from sync_server.store.subjects.sheet import flags
from sync_server.store.subjects.ticket.sheet import NUMBERS
from tests.support.field_device import FieldDevice
from tests.support.server import StoreHelper
from tools.demo import run as demo_run
from tools.demo.estate import DEMO_PASSWORD, STAFF


def _counts(store: Store) -> dict[str, int]:
    with store.read() as connection:
        found = (tables.households, tables.persons, tables.staff, tables.price_items, tables.entries, tables.feed)
        counts = {t.name: int(connection.scalar(select(func.count()).select_from(t)) or 0) for t in found}
        counts["open_flags"] = int(connection.scalar(select(func.count()).select_from(flags)) or 0)
        counts["numbers"] = int(connection.scalar(select(func.count()).select_from(NUMBERS.table)) or 0)
        return counts


def test_importing_twice_brings_nothing_twice(store_url: str, tmp_path: Path, demo: EstateData) -> None:
    store = Store(store_url, tmp_path / "blobs")
    store.migrate()
    import_estate(store, demo)
    first = _counts(store)
    assert (first["households"], first["staff"], first["price_items"], first["numbers"]) == (529, 22, 60, 40)
    assert first["open_flags"] == 0
    again = import_estate(store, demo)
    assert _counts(store) == first and (again.added, again.changed, again.removed, again.tickets) == ({}, {}, {}, 0)
    account = store.account(STAFF[0].login)
    assert account is not None and passwords.verify(DEMO_PASSWORD, account.password_hash)
    assert all(v.sound if hasattr(v, "sound") else v.whole for v in store.verify_everything())
    store.close()


def test_the_next_edition_updates_removes_and_retires(sqlite_url: str, tmp_path: Path, demo: EstateData) -> None:
    store = Store(sqlite_url, tmp_path / "blobs")
    store.migrate()
    import_estate(store, demo)
    feed = _counts(store)["feed"]
    first, *others = demo.households
    edition = replace(
        demo,
        households=(replace(first, notes="搬走"), *others),
        people=demo.people[1:],
        price_items=demo.price_items[1:],
    )
    report = import_estate(store, edition)
    assert (report.changed, report.removed) == ({"household": 1}, {"person": 1, "price_item": 1})
    with store.read() as connection:
        active = select(tables.price_items.c.active).where(tables.price_items.c.id == demo.price_items[0].id)
        assert connection.scalar(active) is False
    assert _counts(store)["feed"] == feed  # only the newest word about each thing is kept
    store.close()


def test_commands_and_their_exit_codes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHANGMEN_DATA_DIR", str(tmp_path / "data"))
    runner = CliRunner()

    def run(*arguments: str) -> tuple[int, str]:
        result = runner.invoke(cli.app, list(arguments))
        return result.exit_code, result.output

    assert run("init")[0] == 0
    empty = tmp_path / "empty.xlsx"
    assert run("template", str(empty))[0] == 0
    code, said = run("import", str(empty))
    assert code == 1 and "没有导入" in said
    assert run("import", str(tmp_path / "missing.xlsx"))[0] == 2
    assert run("add-user", "zhang", "--name", "张三", "--role", "admin")[0] == 0
    assert run("add-user", "zhang", "--name", "李四", "--role", "desk")[0] == 1
    assert run("add-user", "li", "--name", "李四", "--role", "boss")[0] == 2
    assert run("set-password", "zhang", "--password", "short")[0] == 2
    assert run("set-password", "zhang")[0] == 0
    assert run("set-password", "nobody")[0] == 1
    assert run("verify")[0] == 0
    for wrong in (("verify", "--ticket", "20261121-009"), ("revoke", "phone-9"), ("join-code", "nobody")):
        code, said = run(*wrong)
        assert code == 1 and wrong[-1] in said and "范围" not in said, "who runs the server has no scope: named"
    code, key = run("add-api-key", "CRM")
    assert code == 0 and "smk_" in key
    file = tmp_path / "rescue.json"
    assert run("rescue", str(file))[0] == 2
    file.write_text("{}", "utf-8")
    code, said = run("rescue", str(file))
    assert code == 1 and "重新导出" in said
    code, described = run("openapi")
    assert code == 0 and '"/v1/sync"' in described
    assert run("nonsense")[0] == 2


def test_a_lost_phone_is_ended_by_the_digits_its_page_shows(sqlite_url: str, tmp_path: Path) -> None:
    helper = StoreHelper(sqlite_url, tmp_path / "server")
    helper.add_staff("w", "repair_worker")
    lost, other = FieldDevice(helper, "staff-w"), FieldDevice(helper, "staff-w")
    shown = f"{lost.id[-8:-4]}-{lost.id[-4:]}".upper()
    assert lost.id[-8:] != other.id[-8:]
    assert admin.device_id(helper.store, shown) == admin.device_id(helper.store, lost.id) == lost.id
    for nothing in ("", lost.id[-4:], "0000-0000", "%"):
        with pytest.raises(Problem, match="not_found"):
            admin.device_id(helper.store, nothing)
    helper.store.close()


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"SHANGMEN_DATABASE_URL": "postgresql://wang:secret@127.0.0.1:9/x"}, "refused"),
        ({"SHANGMEN_DATABASE_URL": "secret"}, "不是数据库地址"),
        (
            {"SHANGMEN_DATABASE_URL": "postgresql://w@h/x", "SHANGMEN_DATABASE_PASSWORD_FILE": "/no/such/file"},
            "/no/such/file",
        ),
    ],
)
def test_a_database_that_cannot_be_used_is_a_sentence_without_its_password(
    settings: dict[str, str], said: str, tmp_path: Path
) -> None:
    result = CliRunner().invoke(cli.app, ["init"], env={"SHANGMEN_DATA_DIR": str(tmp_path), **settings})
    assert result.exit_code == 1 and said in result.output
    assert "secret" not in result.output and "Traceback" not in result.output


def test_a_taken_port_is_told_with_the_remedy(capsys: pytest.CaptureFixture[str]) -> None:
    taken = demo_run._listen("127.0.0.1", 0)
    assert taken is not None
    with taken:
        port = taken.getsockname()[1]
        assert demo_run.main(["--no-browser", "--host", "127.0.0.1", "--port", str(port)]) == 1
    said = capsys.readouterr().out
    assert f"端口 {port} 已被占用" in said and f"--port {port + 1}" in said


def test_a_reset_that_cannot_remove_the_data_says_so_and_starts_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    in_the_way = tmp_path / "demo"
    in_the_way.write_text("no folder")
    monkeypatch.setattr(demo_run, "FOLDER", in_the_way)
    assert demo_run.main(["--no-browser", "--host", "127.0.0.1", "--port", "0", "--reset"]) == 1
    said = capsys.readouterr().out
    assert f"无法删除演示数据 {in_the_way}" in said and "✓" not in said
