"""Packing: entries of one chain travel without what the one before them says or proves (docs/sync.md).

An entry that follows the last one of its device in a list, by its number and by that one's hash, leaves out author,
number and that hash; and the one before leaves out its own hash. Hashes pack worst of all, and nothing is lost by it:
the receiver reckons them one from the other, and the last one, which is sent, proves all of them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from app.domain.wire.canonical import canonical_hash
from app.domain.wire.entries import Reckoned

_SAID: Final = ("author", "counter", "prev")
"""What the entry before says."""
_WRONG: Final = "0" * 64
"""The hash of nothing: what a run is given that its last hash does not prove."""


def pack(entries: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return the wire forms of entries, in the same order, with what is told already left out."""
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
    """Return the items of an answer with the entries in them as they were, and whether all is proved (``unpack``)."""
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
    """Return the wire forms as they were, and whether all that was reckoned is proved.

    What is not proved gets a hash that is wrong; what is no packed entry is returned as it came. What is proved is
    ``Reckoned``: reading it (``Entry.from_wire``) need not work out its hash once more.
    """
    whole: list[Any] = []
    sound = True
    runs: dict[str, list[int]] = {}
    """For each device where its entries stand whose hashes are reckoned but not proved yet."""
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
    """End a run; whether nothing in it stays without proof."""
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
    """Return an entry with the hash of what it states; a wrong one for what has none, which reading it finds out."""
    stated = {name: value for name, value in entry.items() if name != "hash"}
    try:
        return Reckoned(stated, hash=canonical_hash(stated))
    except (TypeError, ValueError, RecursionError):
        return stated | {"hash": _WRONG}
