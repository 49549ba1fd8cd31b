"""Signing in: who is on this phone already, and a name and password."""

from __future__ import annotations

import flet as ft

from app.domain.errors import Problem
from app.ui.context import language_code, use_ui
from app.ui.kit.buttons import Action
from app.ui.kit.fields import TextBox, field_error
from app.ui.kit.scaffold import Scaffold
from app.ui.texts import t


@ft.component
def SignIn() -> ft.Control:
    """The sign-in page."""
    ui = use_ui()
    page = ft.context.page
    login, set_login = ft.use_state("")
    password, set_password = ft.use_state("")
    wrong, set_wrong = ft.use_state("")

    async def sign_in() -> None:
        try:
            await ui.phone.sign_in(login, password)
        except Problem as problem:
            set_wrong(problem.message(language_code(page)))
            return
        ui.agree()

    return Scaffold(
        "上门",
        [
            TextBox("sign-in-login", t("shell.sign_in.login"), login, set_login),
            TextBox("sign-in-password", t("shell.sign_in.password"), password, set_password, password=True),
            *([field_error(wrong)] if wrong else []),
        ],
        id="sign-in",
        action=Action(t("shell.sign_in.go"), sign_in, enabled=bool(login and password)),
    )
