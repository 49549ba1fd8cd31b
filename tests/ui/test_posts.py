"""The posts 岗位 in words, also those that only a newer server knows."""

from __future__ import annotations

from app.domain import roles
from app.ui.screens.phone.sign_in import role_words


def test_a_post_of_a_newer_server_has_words_and_stops_no_page() -> None:
    assert role_words(("cleaner",)) == "保洁员"
    assert role_words(("drone_pilot", "drone_mechanic")) == "其他岗位"
    assert "其他岗位" not in role_words(tuple(roles.ROLES))
