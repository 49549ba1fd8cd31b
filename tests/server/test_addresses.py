"""Addresses of servers as they are printed, scanned and typed (B22)."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlsplit

import pytest
from typer.testing import CliRunner

from app.ui.screens.phone.sign_in import address_of
from sync_server import cli
from sync_server.addresses import address
from tests.support.server import StoreHelper


@pytest.mark.parametrize(
    ("scheme", "host", "port", "shown"),
    [
        ("http", "::1", 8560, "http://[::1]:8560"),
        ("https", "fd00::10", 443, "https://[fd00::10]"),
        ("http", "[::1]", 80, "http://[::1]"),
        ("http", "fe80::1%eth0", 8560, "http://[fe80::1%25eth0]:8560"),
        ("http", "192.168.1.10", 8560, "http://192.168.1.10:8560"),
        ("https", "ops.example.com", 8443, "https://ops.example.com:8443"),
    ],
)
def test_an_ipv6_address_stands_in_brackets(scheme: str, host: str, port: int, shown: str) -> None:
    """B22: everywhere an address is printed."""
    assert address(scheme, host, port) == shown
    assert urlsplit(shown).port in (port, None)


def test_a_code_made_on_the_console_has_an_address_that_opens(tmp_path: Path) -> None:
    """B22: `join-code` of a server on ::1."""
    store = StoreHelper(f"sqlite:///{(tmp_path / 'shangmen.sqlite').as_posix()}", tmp_path)
    store.add_staff("w", "repair_worker")
    store.store.close()
    environment = {"SHANGMEN_DATA_DIR": str(tmp_path), "SHANGMEN_HOST": "::1", "SHANGMEN_PUBLIC_URL": ""}
    said = CliRunner().invoke(cli.app, ["join-code", "w"], env=environment)
    assert said.exit_code == 0 and "http://[::1]:8560/join/" in said.output and "只有本机能打开" in said.output


@pytest.mark.parametrize(
    ("typed", "asked"),
    [
        ("fd00::10", "https://[fd00::10]"),
        ("[fd00::10]:8443", "https://[fd00::10]:8443"),
        ("192.168.1.10:8560", "https://192.168.1.10:8560"),
        ("http://[::1]:8560/", "http://[::1]:8560"),
    ],
)
def test_an_address_is_typed_with_brackets_or_without(typed: str, asked: str) -> None:
    """B22: on the sign-in screen, too."""
    assert address_of(typed) == asked
