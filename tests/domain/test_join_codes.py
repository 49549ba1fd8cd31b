"""One-time codes: how they read, and who may make one for whom."""

from __future__ import annotations

import secrets

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain import roles
from app.domain.subjects.access import may_put_on_phone
from app.domain.writing.join_codes import (
    ALPHABET,
    is_code,
    join_address,
    keeps_offline,
    make_code,
    only_here,
    plain_code,
    server_of,
    spoken,
    strange_in,
)

PASTED = ["{}", " {} ", "https://h:8560/join/{}", "/join/{}/"]


@given(st.text(ALPHABET, min_size=8, max_size=8), st.sampled_from(PASTED))
def test_a_code_is_read_however_it_was_typed_or_pasted(code: str, around: str) -> None:
    for typed in (code, code.lower(), spoken(code), " ".join(code), "".join(chr(ord(c) + 0xFEE0) for c in code)):
        assert plain_code(around.format(typed)) == code and is_code(code)


def test_letters_that_look_alike_are_in_no_code() -> None:
    assert not set("01IO") & set(ALPHABET) and len(set(ALPHABET)) == 32
    assert strange_in(plain_code("o1ab-i1")) == "O1I"
    assert is_code(make_code(secrets.choice)) and not is_code("ABCD-EFG") and not is_code("ABCDEFG0")


def test_an_address_to_join_by_names_its_server() -> None:
    address = join_address("https://ops.example.com/", "ABCD2345")
    assert address == "https://ops.example.com/join/ABCD2345" and server_of(address) == "https://ops.example.com"
    assert server_of("ABCD-2345") == server_of("javascript://x/join/ABCD2345") == ""
    assert only_here("http://127.0.0.1:8560") and only_here("http://localhost") and not only_here("http://192.168.1.5")
    assert (
        keeps_offline("http://localhost") and not keeps_offline("http://192.168.1.5") and keeps_offline("https://a.b")
    )


@pytest.mark.parametrize(
    ("maker", "person", "may"),
    [
        (roles.ADMIN, roles.ADMIN, True),
        (roles.DESK, roles.REPAIR_WORKER, True),
        (roles.DESK, roles.ENGINEERING_SUPERVISOR, True),
        (roles.DESK, roles.ADMIN, False),
        (roles.ENGINEERING_SUPERVISOR, roles.REPAIR_WORKER, True),
        (roles.ENGINEERING_SUPERVISOR, roles.STEWARD, False),
        (roles.SERVICE_SUPERVISOR, roles.STEWARD, True),
        (roles.SERVICE_SUPERVISOR, roles.DESK, False),
        (roles.REPAIR_WORKER, roles.REPAIR_WORKER, False),
        (roles.FINANCE, roles.STEWARD, False),
    ],
)
def test_nobody_makes_a_code_for_a_person_with_more_rights(maker: str, person: str, may: bool) -> None:
    assert may_put_on_phone([maker], "m", "p", [person]) is may
    assert may_put_on_phone([maker], "m", "p", [person, roles.ADMIN]) is (maker == roles.ADMIN)


def test_for_oneself_whoever_makes_codes_may_and_field_staff_may_not() -> None:
    assert may_put_on_phone([roles.SERVICE_SUPERVISOR], "m", "m", [roles.SERVICE_SUPERVISOR])
    assert not may_put_on_phone([roles.STEWARD], "m", "m", [roles.STEWARD])
    both = [roles.ENGINEERING_SUPERVISOR, roles.SERVICE_SUPERVISOR]
    assert may_put_on_phone(both, "m", "p", [roles.STEWARD, roles.REPAIR_WORKER])
