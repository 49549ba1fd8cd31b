"""Keys and lent things of an old register: which doors they belong to, and whether each row is consistent (G)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.domain.subjects.thing.kinds import KEY
from app.domain.writing.addresses import format_address
from app.domain.writing.tags import OTHER_ESTATE, Tag, estate_mark, parse_tag
from sync_server.estate import columns, faults
from sync_server.estate.data import LentThing, make_id
from sync_server.estate.faults import FaultList
from sync_server.estate.tickets import TicketLinks, household_of, unknown

if TYPE_CHECKING:
    from sync_server.estate.workbook import Row, SheetRows


def link_things(sheet: SheetRows, links: TicketLinks, found: FaultList, estate_id: str) -> list[LentThing]:
    """Return the sheet's keys and things; add faults for contradictions and unknown references."""
    things = []
    refs: dict[str, int] = {}
    tags: dict[str, int] = {}
    mark = estate_mark(estate_id) if estate_id else ""
    for row in sheet.rows:
        ref = row["external_ref"]
        if ref is not None and refs.setdefault(ref, row.number) != row.number:
            found.add(faults.DUPLICATE, value=ref, first=refs[ref], **row.where("external_ref"))
        tag = _tag(row, mark, found)
        if tag is not None and tags.setdefault(tag, row.number) != row.number:
            found.add(faults.DUPLICATE, value=tag, first=tags[tag], **row.where("tag"))
        address = row["address"]
        household = None
        if address is not None:
            if address not in links.unit_ids:
                unknown(row, "address", format_address(address), columns.UNITS, found)
            elif "household_code" not in row.bad:
                household = household_of(row, address, links, found)
        holder = _holder(row, links, found)
        _check(row, found)
        if ref is None or row.bad:
            continue
        things.append(
            LentThing(
                id=make_id(links.estate_code, "thing", ref),
                external_ref=ref,
                kind=row["kind"] or KEY,
                name=row["name"] or "",
                address=format_address(address) if address is not None else "",
                household_id=household,
                unit_id=links.unit_ids.get(address) if address is not None else None,
                building_id=links.building_ids.get(address.building) if address is not None else None,
                pieces=1 if row["pieces"] is None else row["pieces"],
                condition=row["condition"] or "good",
                rack=row["rack"] or "",
                tag=tag,
                entrusted_by=row["entrusted_by"] or "",
                until=row["until"],
                purpose=row["purpose"] or "",
                holder_id=holder,
                holder_name=(links.staff[row["holder"]].name if holder else row["holder_name"]) or "",
                lent_at=row["lent_at"],
                due_at=row["due_at"],
            )
        )
    return things


def _tag(row: Row, mark: str, found: FaultList) -> str | None:
    text = row["tag"]
    if text is None:
        return None
    read = parse_tag(text, mark)
    if isinstance(read, Tag):
        return read.code
    kind = faults.TAG_OF_OTHER_ESTATE if read.reason == OTHER_ESTATE else faults.BAD_TAG
    found.add(kind, value=text, **row.where("tag"))
    return None


def _holder(row: Row, links: TicketLinks, found: FaultList) -> str | None:
    number = row["holder"]
    if number is None:
        return None
    if number not in links.staff:
        unknown(row, "holder", number, columns.STAFF, found)
        return None
    return links.staff[number].id


def _check(row: Row, found: FaultList) -> None:
    if row["pieces"] is not None and not 0 <= row["pieces"] <= 999:
        expected = {"expected_zh": "0 到 999 的整数", "expected_en": "a whole number from 0 to 999"}
        found.add(faults.WRONG_TYPE, value=row["pieces"], **expected, **row.where("pieces"))
    if row["entrusted_by"] is not None:
        if row["kind"] not in (None, KEY):
            found.add(faults.ONLY_KEYS_ENTRUSTED, value=row["entrusted_by"], **row.where("entrusted_by"))
        if row["address"] is None and "address" not in row.bad:
            found.add(faults.KEY_NEEDS_DOOR, **row.where("address"))
        for name in ("until", "purpose"):
            if row[name] is None and name not in row.bad:
                found.add(faults.ENTRUSTED_NEEDS, **row.where(name))
    out = row["holder"] is not None or row["holder_name"] is not None or bool({"holder", "holder_name"} & row.bad)
    for name in ("lent_at", "due_at"):
        if out and row[name] is None and name not in row.bad:
            found.add(faults.OUT_NEEDS_DUE, **row.where(name))
        if not out and row[name] is not None:
            found.add(faults.OUT_NEEDS_HOLDER, value=row.shown[name], **row.where(name))
    if row["lent_at"] is not None and row["due_at"] is not None and row["due_at"] < row["lent_at"]:
        other = row.sheet.sheet.column("lent_at")
        found.add(faults.BEFORE, value=row.shown["due_at"], other_zh=other.zh, other_en=other.en, **row.where("due_at"))
