"""Finding doors that are written in two ways, such as 5栋201 and 5栋1单元201, so that one door does not become two."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable

from app.domain.writing.addresses import Address


def written_otherwise(
    wanted: Iterable[Address], known: Collection[Address], fits: Callable[[Address, Address], bool]
) -> dict[Address, list[Address]]:
    """Return, for each of ``wanted`` that is not ``known``, the known doors that may be the same door written
    differently.

    That is a door with the same building and room where only one of the two writings has an entrance, unless that known
    door is itself among ``wanted``. If several are possible, the one for which ``fits(wanted, known)`` is true is
    taken: the same family lives there. More than one in the answer means that it cannot be decided; new doors are not
    in the answer.
    """
    wanted = list(wanted)
    exact = {address for address in wanted if address in known}
    by_room: dict[tuple[str, str], list[Address]] = defaultdict(list)
    for address in known:
        if address not in exact:
            by_room[address.building, address.room].append(address)
    found: dict[Address, list[Address]] = {}
    claimed: Counter[Address] = Counter()
    for address in wanted:
        if address in exact:
            continue
        others = [
            other
            for other in by_room.get((address.building, address.room), ())
            if bool(other.entrance) != bool(address.entrance)
        ]
        if others:
            found[address] = others
            claimed.update(others)
    for address, others in list(found.items()):
        if len(others) > 1 or claimed[others[0]] > 1:
            fitting = [other for other in others if fits(address, other)]
            if len(fitting) == 1:
                found[address] = fitting
            elif len(others) == 1:
                del found[address]  # another door that claims it has the family, so this is a door of its own
    return found
