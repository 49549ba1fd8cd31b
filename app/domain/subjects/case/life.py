"""The life of a case: which form fits after which, who has signed, and what the server found."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from app.domain.rules.binding import Facts, bound_to, signed_facts
from app.domain.rules.state import CHANGED, INTACT, STEP_DONE, UNSIGNED
from app.domain.rules.subject import Body
from app.domain.subjects.case import kinds
from app.domain.subjects.case import state as st
from app.domain.subjects.case.chains import chain_of
from app.domain.subjects.case.chains.goods import GoodsByCode, is_used
from app.domain.subjects.case.state import CaseState, Filled
from app.domain.times import china_day
from app.domain.wire.canonical import canonical_hash
from app.domain.wire.entries import Entry
from app.domain.wire.errors import (
    ALREADY_OVER,
    FORM_DIFFERS,
    FORM_NOT_ALLOWED,
    FORM_OTHER_POST,
    FORM_UNKNOWN,
    FORM_WITHDRAWN,
    OPENED_TWICE,
    OUT_OF_ORDER,
    PERMIT_EXPIRED,
    PERMIT_MISSING,
    PERMIT_USED,
    SAME_PERSON,
    SIGNED_OTHER,
    STEP_LACKS,
    TARGET_MISSING,
)

_FOUND = {
    kinds.DIFFERS: FORM_DIFFERS.name,
    kinds.NOT_ALLOWED: FORM_NOT_ALLOWED.name,
    kinds.UNKNOWN_FORM: FORM_UNKNOWN.name,
    kinds.WITHDRAWN: FORM_WITHDRAWN.name,
    kinds.OTHER_POST: FORM_OTHER_POST.name,
    kinds.LACKS: STEP_LACKS.name,
}
_MATCHED = {kinds.EXPIRED: PERMIT_EXPIRED.name, kinds.USED: PERMIT_USED.name, kinds.MISSING: PERMIT_MISSING.name}
_SIGNED = (
    "form", "form_id", "version", "title", "household_id", "unit_id", "building_id", "address", "answers", "shown",
)  # fmt: skip


def apply(s: CaseState, e: Entry, b: Body, forced: bool, seen: CaseState) -> str | None:
    """Apply one entry, or return the name of the reason why it does not fit."""
    if e.kind == "form_filled":
        return _filled(s, e, b, forced)
    if e.kind == "form_issued":
        return _issued(s, e, b)
    if e.kind == "form_checked":
        return _checked(s, e, b, forced)
    if e.kind == "case_matched":
        return _matched(s, e, b, forced)
    if e.kind == "signed":
        return _signed(s, e, b, forced, seen)
    if e.kind == "form_reviewed":
        return _reviewed(s, e, b, forced)
    if e.kind == "archive_exported":
        s.exported.append(e)
        return None
    if e.kind == "household_begun":
        s.begun_household = s.begun_household or e
        return None
    if e.kind == "case_ended":
        if s.ended is not None and not forced:
            return ALREADY_OVER.name
        s.ended = s.ended or e
    elif e.kind == "amended":
        s.reviewed = None  # an opinion is about what was read
        s.refused = False  # what was corrected is checked anew
    finish(s)
    return None


def finish(s: CaseState) -> None:
    """Work out who still has to sign, and the stage that follows from it."""
    if not s.filled:
        if s.issued is not None:
            s.stage = st.ENDED_EARLY if s.ended is not None else st.ISSUED
        return
    mine = {key: fits(one, s) for key, one in s.signatures.items()}
    s.signature = UNSIGNED if not mine else INTACT if all(mine.values()) else CHANGED
    s.signed = frozenset((id_, str(e.body["as"])) for key, e in s.signatures.items() if mine[key] for id_ in covered(e))
    chain = chain_of(s.first.get("case"))
    s.to_sign = tuple(_to_sign(s)) if chain.signs_now(s) else ()
    if s.ended is not None:
        s.stage = st.ENDED_EARLY
    elif s.to_sign:
        s.stage = st.TO_SIGN
    elif s.last.get("case") and (chain.goes_on(s) if s.last.get("ends") else not chain.is_over(s)):
        s.stage = st.OPEN
    elif s.of_round:
        s.stage = st.BACK
    else:
        s.stage = st.REVIEWED if s.reviewed is not None else st.DONE


def facts(s: CaseState, purpose: str) -> Facts | None:
    """Return what is signed: the form that lacks a signature first, else the last one."""
    if purpose != kinds.CASE or not s.filled:
        return None
    wanted = s.of(s.to_sign[0][0]) if s.to_sign else None
    if wanted is None:
        return facts_of(s, s.filled[-1])
    papers = [facts_of(s, one) for one in _papers(s, wanted, s.to_sign[0][1])]
    # A form that is signed by itself is signed as ever: facts say nothing new.
    return facts_of(s, wanted) | ({"papers": papers} if papers else {})


def _to_sign(s: CaseState) -> Iterator[tuple[str, str]]:
    """Yield which form lacks whose signature. Where one signature covers several forms, it is given under the last
    one, as far as its signer signs that one."""
    lacking = [(one, signer) for one in s.filled for signer in _signers(one) if (one.entry.id, signer) not in s.signed]
    last = s.filled[-1]
    under_last = {signer for one, signer in lacking if one is last} if chain_of(s.first.get("case")).together else set()
    for one, signer in lacking:
        if one is last or signer not in under_last:
            yield one.entry.id, signer


def _papers(s: CaseState, last: Filled, signer: str) -> list[Filled]:
    """Return the earlier forms that a signature under the last one covers (J1)."""
    if last is not s.filled[-1] or not chain_of(s.first.get("case")).together:
        return []
    before = s.filled[:-1]
    return [one for one in before if signer in _signers(one) and (one.entry.id, signer) not in s.signed]


def covered(signed: Entry) -> Iterator[str]:
    """Yield the ids of the forms that a signature is under: the one it was given for first, then those it covers, too
    (J1)."""
    said = signed_facts(signed)
    yield str(said.get("entry_id"))
    yield from (str(one.get("entry_id")) for one in said.get("papers") or () if isinstance(one, Mapping))


def facts_of(s: CaseState, filled: Filled) -> Facts:
    """Return the facts that signatures under one form are bound to: form, version, answers, photos, address."""
    said = filled.body
    found: dict[str, Any] = {name: said.get(name) for name in _SIGNED}
    return found | {
        "case_id": s.id,
        "entry_id": filled.entry.id,
        "photos": list(said.get("photos") or ()),
        "raised": [dict(one) for one in said.get("raised") or ()],
    }


def fits(signed: Entry, s: CaseState) -> bool:
    """Tell whether a signature fits what its form says now."""
    said = signed_facts(signed)
    found = [s.of(id_) for id_ in covered(signed)]
    if not all(found):
        return False
    first, *papers = [facts_of(s, one) for one in found if one is not None]
    return bound_to(signed, first | ({"papers": papers} if "papers" in said else {}))


def _issued(s: CaseState, e: Entry, b: Body) -> str | None:
    if s.issued is not None:
        return OPENED_TWICE.name
    s.issued = e
    if s.opened is None:
        _begin(s, e, b)
    finish(s)
    return None


def _begin(s: CaseState, e: Entry, b: Body) -> None:
    s.opened, s.address = e, b.get("address") or ""
    s.household_id, s.unit_id, s.building_id = b.get("household_id"), b.get("unit_id"), b.get("building_id")


def _filled(s: CaseState, e: Entry, b: Body, forced: bool) -> str | None:
    first = not s.filled
    reason = None if forced else _misfit(s, b, china_day(e.at)) or _own_request(s, e, b)
    if reason is not None and not first:
        return reason
    if s.opened is None:
        _begin(s, e, b)
    s.filled.append(Filled(e, b))
    s.reviewed = s.handed_to = None
    finish(s)
    return reason


def _misfit(s: CaseState, b: Body, day: date) -> str | None:
    """Return why a form does not fit after those that were filled in; the first one stands whatever it says."""
    # What a chain knows says more than that a step was done before: goods have left, the permit is over.
    ruled = chain_of(b.get("case")).misfit(s, b, day) if _same_chain(s, b) and s.ended is None else None
    return ruled or _out_of_place(s, b)


def _own_request(s: CaseState, e: Entry, b: Body) -> str | None:
    """Return that somebody else fills this step in than who filled in the one that it is about (S5)."""
    other = chain_of(b.get("case")).by_another.get(str(b.get("step")))
    asked = (one.entry.author for one in s.filled if other is not None and one.body.get("step") == other)
    return SAME_PERSON.name if e.author in asked else None


def _same_chain(s: CaseState, b: Body) -> bool:
    return not s.filled or b.get("case") == s.first.get("case")


def _out_of_place(s: CaseState, b: Body) -> str | None:
    after, steps = b.get("after") or (), {one.body.get("step") for one in s.filled}
    if not s.filled:
        return OUT_OF_ORDER.name if after else None
    if s.ended is not None:
        return ALREADY_OVER.name
    if not b.get("case") or b.get("case") != s.first.get("case"):
        # A form that is a case by itself is filled in once.
        return OPENED_TWICE.name
    if b.get("step") in steps and b.get("step") not in after:
        return OPENED_TWICE.name
    if any(one.body.get("ends") for one in s.filled) and not chain_of(b["case"]).goes_on(s):
        return ALREADY_OVER.name
    return None if steps & set(after) or not after else OUT_OF_ORDER.name


def _signers(filled: Filled) -> tuple[str, ...]:
    """Return who has to sign a form: its signers, or with a reason why it is not signed, those whom its chain requires
    in any case."""
    must = chain_of(filled.body.get("case")).must_sign(filled.body)
    return tuple(dict.fromkeys((*filled.signers, *sorted(must))))


def waivable(s: CaseState) -> bool:
    """Tell whether a reason can stand for the signature that lacks next: not for one that its chain requires (K5)."""
    filled = s.of(s.to_sign[0][0]) if s.to_sign else None
    return filled is not None and s.to_sign[0][1] not in chain_of(filled.body.get("case")).must_sign(filled.body)


def _matched(s: CaseState, e: Entry, b: Body, forced: bool) -> str | None:
    """Apply what the server found of goods that were let out by a code (N3)."""
    found = b["found"]
    if s.first.get("case") != GoodsByCode.name:
        if is_used(s) and not forced:
            return PERMIT_USED.name
        s.matched = s.matched or e
        finish(s)
        return None
    if found == kinds.MISSING:
        # The permit may have come in the meantime, with an entry that sorts before this one.
        return PERMIT_MISSING.name if s.matched is None and not forced else None
    s.matched = e
    finish(s)
    return None if forced else _MATCHED.get(found)


def _checked(s: CaseState, e: Entry, b: Body, forced: bool) -> str | None:
    filled = s.of(b["filled_id"])
    # What was corrected since is checked anew: the finding was about what it said before.
    if filled is None or canonical_hash(filled.body["answers"]) != b["answers_hash"]:
        return None
    _over(s, s.unknown.pop(filled.entry.id, ""))
    if b["found"] == kinds.UNKNOWN_FORM:
        s.unknown[filled.entry.id] = e.id
    s.refused = b["found"] in (kinds.NOT_ALLOWED, kinds.UNKNOWN_FORM) and not forced
    return None if forced else _FOUND.get(b["found"])


def _over(s: CaseState, check_id: str) -> None:
    """Take the flag of a check that could not be made off: the definition was not there then, and it is now."""
    s.flags = [flag for flag in s.flags if flag.entry_id != check_id]
    s.steps = [
        replace(step, standing=STEP_DONE, reason=None) if step.entry.id == check_id else step for step in s.steps
    ]


def _signed(s: CaseState, e: Entry, b: Body, forced: bool, seen: CaseState) -> str | None:
    filled = s.of(str(signed_facts(e).get("entry_id")))
    if b["purpose"] != kinds.CASE or b["as"] not in kinds.SIGNERS or filled is None:
        return OUT_OF_ORDER.name
    if not fits(e, seen) and not forced:
        return SIGNED_OTHER.name
    s.signatures[_key(filled.entry.id, b["as"])] = e
    finish(s)
    return None


def _reviewed(s: CaseState, e: Entry, b: Body, forced: bool) -> str | None:
    if not s.filled or b["filled_id"] != s.filled[-1].entry.id:
        return TARGET_MISSING.name
    if s.stage != st.DONE and not forced:
        return ALREADY_OVER.name if s.stage in st.ENDED else OUT_OF_ORDER.name
    s.reviewed = e
    finish(s)
    return None


def _key(entry_id: str, signer: str) -> str:
    return f"{entry_id}/{signer}"
