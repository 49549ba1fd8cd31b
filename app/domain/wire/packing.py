"""Packing: consecutive entries of one device's chain are sent without what the receiver can work out (docs/sync.md).

An entry that directly follows its device's previous entry in the list leaves out the author, its number and the
previous hash; and the previous one leaves out its own hash. Hashes cannot be compressed, so this saves most. The
receiver computes each hash from the one before; the last hash of a run is sent, and if it comes out right, all of them
are right.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from app.domain.wire.canonical import canonical_hash
from app.domain.wire.entries import Reckoned

_SAID: Final = ("author", "counter", "prev")
"""Members that are the same as in the entry before, or follow from it."""
_WRONG: Final = "0" * 64
"""A hash that fits no entry: given to the entries of a run whose last hash came out wrong."""


def pack(entries: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return the wire forms of entries, in the same order, without what can be worked out."""
    packed: list[dict[str, Any]] = []
    last: dict[str, int] = {}
    for index, entry in enumerate(entries):
        before = last.get(entry["device"])
        if before is not None and _follows(entries[before], entry):
            del packed[before]["hash"]
            packed.append({name: value for name, value in entry.items() if name not in _SAID})
        else:
            packed.append(dict(entry))
        last[entry["device"]] = index
    return packed


def pack_items(items: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the items of an answer with the entries in them packed."""
    each = iter(pack([item["entry"] for item in items if "entry" in item]))
    return [{**item, "entry": next(each)} if "entry" in item else item for item in items]


def unpack_items(items: Sequence[Any]) -> tuple[list[Any], bool]:
    """Return the items of an answer with their entries unpacked, and whether all hashes are right (``unpack``)."""
    holds = [isinstance(item, dict) and "entry" in item for item in items]
    whole, sound = unpack([item["entry"] for item, holding in zip(items, holds, strict=True) if holding])
    each = iter(whole)
    return [
        item | {"entry": next(each)} if holding else item for item, holding in zip(items, holds, strict=True)
    ], sound


def _follows(before: Mapping[str, Any], entry: Mapping[str, Any]) -> bool:
    return bool(
        entry["counter"] == before["counter"] + 1
        and entry["prev"] == before["hash"]
        and entry["author"] == before["author"]
    )


def unpack(packed: Sequence[Any]) -> tuple[list[Any], bool]:
    """Return the whole wire forms, and whether every computed hash was confirmed.

    Entries of a run that was not confirmed get a wrong hash, so that reading refuses them; what is not packed is
    returned as it came. Confirmed ones are ``Reckoned``: ``Entry.from_wire`` need not compute their hash again.
    """
    whole: list[Any] = []
    sound = True
    runs: dict[str, list[int]] = {}
    """By device, the indexes in ``whole`` of its entries whose hashes are computed but not confirmed yet."""
    for item in packed:
        device = item.get("device") if isinstance(item, dict) else None
        run = runs.setdefault(device, []) if isinstance(device, str) else []
        if run and not any(name in item for name in _SAID):
            item = item | _said_by(whole[run[-1]])
            run.append(len(whole))
            whole.append(_reckoned(item))
            if "hash" in item:
                sound = _close(whole, run, proved=item["hash"] == whole[-1]["hash"]) and sound
            continue
        sound = _close(whole, run, proved=False) and sound
        if isinstance(device, str) and "hash" not in item and all(name in item for name in _SAID):
            run.append(len(whole))
            item = _reckoned(item)
        whole.append(item)
    for run in runs.values():
        sound = _close(whole, run, proved=False) and sound
    return whole, sound


def _close(whole: list[Any], run: list[int], proved: bool) -> bool:
    """End a run; tell whether all its hashes were confirmed."""
    sound = proved or len(run) <= 1
    if not proved and len(run) == 1:
        del whole[run[0]]["hash"]  # nothing was packed: an entry that has none
    if not sound:
        for index in run:
            whole[index] = whole[index] | {"hash": _WRONG}
    run.clear()
    return sound


def _said_by(before: Mapping[str, Any]) -> dict[str, Any]:
    counter = before["counter"]
    return {
        "author": before["author"],
        "counter": counter + 1 if isinstance(counter, int) else counter,
        "prev": before["hash"],
    }


def _reckoned(entry: Mapping[str, Any]) -> dict[str, Any]:
    """Return an entry with its hash computed; where that is impossible, with a wrong one that reading will refuse."""
    stated = {name: value for name, value in entry.items() if name != "hash"}
    try:
        return Reckoned(stated, hash=canonical_hash(stated))
    except (TypeError, ValueError, RecursionError):
        return stated | {"hash": _WRONG}
