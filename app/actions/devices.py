"""Other people's phones: putting somebody on one, and ending one that is lost."""

from __future__ import annotations

from dataclasses import replace

from app.actions.models import Staff
from app.actions.records import Records
from app.actions.server import Server
from app.domain.rules.estates import POSTS
from app.domain.subjects import access
from app.sync.account import Device, JoinCode, list_devices, make_join_code, revoke_device


class Devices:
    """The phones of those this person answers for; all but ``people`` needs the network."""

    def __init__(self, core: Records, server: Server) -> None:
        self._core = core
        self._server = server

    def people(self) -> list[Staff]:
        """Return the active staff this person may make a one-time code for, themselves first, then by number."""
        me = self._core.profile.staff_id
        may = [p for p in self._core.staff_list() if self._may_put_on_phone(p)]
        return sorted(may, key=lambda p: (p.id != me, p.number, p.name))

    def _may_put_on_phone(self, person: Staff) -> bool:
        """Tell whether this person may make a one-time code for another. The code signs in wherever that one has posts,
        so this person must be allowed to in each of those estates."""
        me = self._core.profile.staff_id
        posts = self._core.store.refs("staff")[person.id].get(POSTS)
        if not self._core.several or not posts:
            return access.may_put_on_phone(
                self._core.roles_in("") if self._core.several else self._core.roles, me, person.id, person.roles
            )
        return all(
            access.may_put_on_phone(self._core.roles_in(key), me, person.id, held) for key, held in posts.items()
        )

    async def join_code(self, staff_id: str) -> JoinCode:
        """Make a one-time code that signs a phone in as this person; it needs the network.

        Raises ``Problem``: ``no_network``, ``code_not_yours``, ``account_closed``, ``token_expired``, ...
        """
        return await make_join_code(*self._server.way, staff_id)

    async def list(self) -> list[Device]:
        """Return the devices this person may end: everybody's for the desk and the administrator. Needs the network.

        Raises ``Problem``: ``no_network``, ``token_expired``, ...
        """
        found = await list_devices(*self._server.way)
        names = self._core.store.staff_names()
        return [replace(device, staff_name=names.get(device.staff_id, device.staff_name)) for device in found]

    async def revoke(self, device_id: str) -> None:
        """End a device: at its next contact it removes what it got from the server, its unsent work stays there.

        Raises ``Problem``: ``no_network``, ``not_found``, ...
        """
        await revoke_device(*self._server.way, device_id)
