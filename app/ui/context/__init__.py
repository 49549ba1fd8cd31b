"""What every screen builds on: the window's `Ui`, and hooks that read from the session and keep half-filled forms.

    ui = use_ui()
    view = use_read(lambda s: s.tickets.view(ticket_id), ticket_id)   # read again after every change; name what it uses
    draft = use_draft(f"found:{ticket_id}", {"note": ""})             # restored after the app was killed
    await ui.do(ui.session.tickets.find(ticket_id, ..., once=draft.once, draft=draft.key),
                then=lambda saved: ui.replace(f"/ticket/{ticket_id}"))

Paths carry ids only (`/ticket/<id>/found`, `/visit/new/<household id>`). Anything else is passed as
`ui.go("/ticket-new", household="...")` and read by the new screen with `use_handed("/ticket-new")`; a reload loses it,
so a screen must also work without it.

Screens exist only while somebody is signed in (main.py sees to that), so `ui.session` is safe in them.
"""

from app.ui.context.drafts import Draft, new_tap, use_draft
from app.ui.context.hooks import cloud_of, if_here, use_handed, use_now, use_pull, use_read, use_ui
from app.ui.context.ui import TICK_S, Ui, install, language_code, ui_of

__all__ = [
    "TICK_S",
    "Draft",
    "Ui",
    "cloud_of",
    "if_here",
    "install",
    "language_code",
    "new_tap",
    "ui_of",
    "use_draft",
    "use_handed",
    "use_now",
    "use_pull",
    "use_read",
    "use_ui",
]
