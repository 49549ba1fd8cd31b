"""The server does what its OpenAPI page says, whatever it is asked: no fault, no answer that is not written there.

Requests are made up from the page itself by schemathesis, good ones and bad ones, always the same.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from sync_server import rights
from sync_server.api import create_app
from sync_server.settings import Settings
from sync_server.store.people import admin
from tests.support.field_device import FieldDevice
from tests.support.server import StoreHelper


def no_fault(_ctx: Any, response: schemathesis.Response, _case: schemathesis.Case[Any]) -> None:
    """The server is not broken. 505 is no fault: it tells a phone of a newer protocol so (docs/sync.md 28)."""
    assert response.status_code < 500 or response.status_code == 505, response.text


CHECKS = [
    no_fault,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]


EXAMPLES = 10
"""Requests made up for each endpoint."""


@pytest.fixture
def served(fresh_url: str, tmp_path: Path) -> Iterator[tuple[schemathesis.BaseSchema, dict[str, str]]]:
    """The page of a server with somebody of every right, on each kind of store in turn, and their headers."""
    helper = StoreHelper(fresh_url, tmp_path / "server")
    helper.add_household(helper.add_building("1"), "101")
    helper.add_staff("a", "admin", "desk", "service_supervisor")
    token = FieldDevice(helper, "staff-a").token
    app = create_app(helper.store, Settings())
    headers = {"Authorization": f"Bearer {token}", "X-API-Key": admin.add_api_key(helper.store, "CRM")}
    yield schemathesis.openapi.from_asgi("/openapi.json", app), headers
    helper.store.close()


def test_no_fault_and_no_answer_that_is_not_documented(
    served: tuple[schemathesis.BaseSchema, dict[str, str]],
) -> None:
    schema, headers = served
    wrong: list[str] = []
    labels: set[str] = set()
    for found in schema.get_all_operations():
        operation = found.ok()  # type: ignore[union-attr]
        labels.add(operation.label)
        # Signing out for real would leave the rest of the run nothing but 401.
        try:
            _asking(operation, {} if operation.path == "/v1/sign-out" else headers)()
        except Exception as failure:
            wrong.append(f"{operation.label}: {failure}")
    assert not wrong, "\n\n".join(wrong)
    assert labels == {f"{one.method} {one.path}" for one in rights.ENDPOINTS}


def _asking(operation: schemathesis.APIOperation[Any, Any, Any, Any], headers: dict[str, str]) -> Callable[[], None]:
    """Return what asks one endpoint."""

    @settings(
        max_examples=EXAMPLES,
        derandomize=True,
        database=None,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy())
    def ask(case: schemathesis.Case[Any]) -> None:
        case.call_and_validate(headers=headers, checks=CHECKS)

    return ask
