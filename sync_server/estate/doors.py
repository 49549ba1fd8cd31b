"""One door written in two ways: 5栋201 and 5栋1单元201, found so that it does not become two."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable

from app.domain.writing.addresses import Address


def written_otherwise(
    wanted: Iterable[Address], known: Collection[Address], fits: Callable[[Address, Address], bool]
) -> dict[Address, list[Address]]:
    """Return, for each of ``wanted`` that is not ``known``, the known doors that may be it, written otherwise.

    A door with the entrance left out is the one with it, where nothing else that is wanted is that door already. Where
    several could be, the one that ``fits`` (wanted, known) is: the same family lives there. Two left over mean that it
    can't be told; a door with none is a new one and not in the answer.
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
                del found[address]  # another one who claims it has the family: this is a door of its own
    return found
