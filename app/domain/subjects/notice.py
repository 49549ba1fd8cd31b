"""A notice 通知 to residents (P): drafted, released, withdrawn. Where it hangs stands in the forms that
are filled in at boards, letterboxes and doors (``rules/notices.py``).

Until when it has to hang everywhere is worked out from the company's rules by whoever releases it, and stands in
the release: a rule of tomorrow does not make yesterday's notice late.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, field, replace
from typing import Any, ClassVar, Final, Self

from app.domain import roles
from app.domain.rules.card import Card, Extra, names_of, plain_card
from app.domain.rules.kind import Kind
from app.domain.rules.notices import KINDS as NOTICE_KINDS
from app.domain.rules.notices import NOTICE, OUTAGE, Notice
from app.domain.rules.scopes import ESTATE as EVERYBODY
from app.domain.rules.scopes import in_estate
from app.domain.rules.state import SubjectState
from app.domain.rules.subject import Body, Subject
from app.domain.subjects.parts import ESTATE, REASON, missing
from app.domain.times import read_day
from app.domain.wire.entries import Entry
from app.domain.wire.errors import ALREADY_OVER, FIELD_WRONG, OPENED_TWICE, OUT_OF_ORDER, Problem
from app.domain.wire.fields import LONG, Field, boolean, choice, day, moment, text, texts

DRAFT, RELEASED, WITHDRAWN = "draft", "released", "withdrawn"
STAGE_WORDS: Final = {
    DRAFT: ("待发布", "to be released"),
    RELEASED: ("已发布", "released"),
    WITHDRAWN: ("已撤回", "withdrawn"),
}
RELEASE: Final = "release"
"""Verb: release it."""
DRAFTERS: Final = roles.OVERSEERS | {roles.STEWARD, roles.ENVIRONMENT_SUPERVISOR, roles.CULTURE_CLERK}
RELEASERS: Final = frozenset(
    (roles.SERVICE_SUPERVISOR, roles.ENGINEERING_SUPERVISOR, roles.ENVIRONMENT_SUPERVISOR, roles.MANAGER)
)
"""Who releases and withdraws notices; where prices change, the manager alone does (P1)."""


def _drafted(body: Mapping[str, Any]) -> None:
    """P3: an outage says from when to when, and does not end before it begins."""
    begins, ends = body.get("starts_at"), body.get("ends_at")
    if body["notice_kind"] == OUTAGE and begins is None:
        raise missing("从几时起", "from when")
    if begins is not None and ends is not None and ends < begins:
        raise Problem(
            FIELD_WRONG, field="ends_at", field_zh="到几时止", field_en="until when",
            why_zh="早于开始时间", why_en="it is earlier than the beginning",
        )  # fmt: skip


KINDS: Final = (
    Kind(
        "notice_drafted",
        NOTICE,
        DRAFTERS,
        (
            Field("notice_kind", "类别", "kind", choice(*NOTICE_KINDS)),
            Field("title", "标题", "heading", text()),
            Field("words", "正文", "text", text(LONG)),
            Field("buildings", "楼栋", "buildings", texts, required=False),
            Field("urgent", "紧急", "urgent", boolean, required=False),
            Field("prices", "涉及收费标准", "prices change", boolean, required=False),
            Field("starts_at", "从几时起", "from when", moment, required=False),
            Field("ends_at", "到几时止", "until when", moment, required=False),
            Field("until", "张贴到", "hangs until", day),
            ESTATE,
        ),
        amendable=True,
        rule=_drafted,
    ),
    Kind(
        "notice_released",
        NOTICE,
        RELEASERS,
        (
            Field("prices", "涉及收费标准", "prices change", boolean, required=False),
            Field("post_by", "张贴时限", "posted by", moment),
            Field("call_by", "电话通知时限", "called by", moment, required=False),
        ),
    ),
    Kind("notice_withdrawn", NOTICE, RELEASERS, (REASON,)),
)


@dataclass(slots=True)
class NoticeState(SubjectState):
    """A notice as its entries leave it."""

    stage: str = ""
    body: Mapping[str, Any] = field(default_factory=dict)
    released: Entry | None = None
    withdrawn: Entry | None = None

    @property
    def prices(self) -> bool:
        """Whether it changes prices, so that the manager alone may release it."""
        return bool(self.body.get("prices"))


@dataclass(frozen=True, slots=True)
class NoticeCard(Extra):
    """The fields that only cards of notices have: what says where it hangs, and by when (``Notice``). Times in ms.
    ``said``: the beginning of its text, for the search; ``call_by``: by when those who need special care are called."""

    buildings: tuple[str, ...] = ()
    urgent: bool = False
    prices: bool = False
    until: str = ""
    starts_at: int | None = None
    ends_at: int | None = None
    released_at: int | None = None
    post_by: int | None = None
    withdrawn_at: int | None = None
    said: str = ""
    call_by: int | None = None

    def words(self) -> tuple[str, ...]:
        """Return the beginning of its text, so that a search finds it."""
        return (self.said,)

    @classmethod
    def of_json(cls, data: Mapping[str, Any]) -> Self:
        """Return the object that ``to_json`` wrote."""
        known = {name: data[name] for name in names_of(cls) if name in data}
        return cls(**known | {"buildings": tuple(known.get("buildings") or ())})


class NoticeSubject(Subject[NoticeState]):
    """通知 (P)."""

    name = NOTICE
    opens_with = ("notice_drafted",)
    kinds = KINDS
    state_class = NoticeState
    stage_words = STAGE_WORDS
    extra: ClassVar[type[Extra]] = NoticeCard
    on_today = True
    moves: ClassVar[Mapping[str, tuple[str, ...]]] = dict.fromkeys(sorted(RELEASERS), (DRAFT,))

    def apply(self, state: NoticeState, entry: Entry, body: Body, *, forced: bool, seen: NoticeState) -> str | None:
        """Apply one entry."""
        if entry.kind == "notice_drafted":
            if state.opened is not None:
                return OPENED_TWICE.name
            state.opened, state.body, state.stage = entry, body, DRAFT
        elif entry.kind == "notice_released":
            if state.stage != DRAFT and not forced:
                return ALREADY_OVER.name
            # Whoever released it did not know that prices change with it: the manager has to.
            if state.prices and not body.get("prices") and not forced:
                return OUT_OF_ORDER.name
            state.released, state.stage = entry, RELEASED
        elif entry.kind == "notice_withdrawn":
            if state.withdrawn is not None and not forced:
                return ALREADY_OVER.name
            state.withdrawn, state.stage = entry, WITHDRAWN
        elif entry.kind == "amended" and state.stage != DRAFT and not forced:
            return ALREADY_OVER.name  # what hangs says what was released
        return None

    def may(self, held: Set[str], entry: Entry, before: Sequence[Entry]) -> bool:
        """Tell whether somebody may make it: the manager alone releases what changes prices (P1)."""
        return entry.kind != "notice_released" or not entry.body.get("prices") or roles.MANAGER in held

    def may_begin(self, held: Set[str], buildings: Set[str], kind: str, building: str | None) -> bool:
        """Return true: a draft binds nobody."""
        return True

    def audience(self, state: NoticeState) -> set[str]:
        """Return the scope of everybody in its estate once it is released: it hangs there for all to read."""
        said = state.opened.body.get("estate") if state.opened is not None else ""
        return {in_estate(EVERYBODY, str(said or ""))} if state.released is not None else set()

    def repeats(self, state: NoticeState, entry: Entry) -> bool:
        """Tell whether an entry would change nothing."""
        last = {"notice_released": state.released, "notice_withdrawn": state.withdrawn}.get(entry.kind)
        return last is not None and last.kind == entry.kind and state.stage in (RELEASED, WITHDRAWN)

    def move(self, card: Card, staff_id: str, held: Set[str]) -> str | None:
        """Return the verb of whoever may release it."""
        if card.stage != DRAFT:
            return None
        return RELEASE if may_release(held, card.as_(NoticeCard).prices) else None

    def card(self, state: NoticeState) -> Card:
        """Return its card, which lists show."""
        body, out = state.body, state.released
        said = out.body if out is not None else {}
        waits = state.stage == DRAFT
        return replace(
            plain_card(state),
            kind=str(body.get("notice_kind") or ""),
            content=str(body.get("title") or ""),
            urgent=bool(body.get("urgent")) and waits,
            end_reason=str(state.withdrawn.body["reason"]) if state.withdrawn is not None else None,
            ended=not waits,
            over=not waits,
            extra=NoticeCard(
                tuple(str(one) for one in body.get("buildings") or ()),
                bool(body.get("urgent")),
                state.prices,
                str(body.get("until") or ""),
                body.get("starts_at"),
                body.get("ends_at"),
                out.at if out is not None else None,
                said.get("post_by"),
                state.withdrawn.at if state.withdrawn is not None else None,
                str(body.get("words") or "")[:_SAID],
                said.get("call_by"),
            ),
        )


_SAID: Final = 300


def may_release(held: Set[str], prices: bool) -> bool:
    """Tell whether somebody with the posts ``held`` may release a notice."""
    return roles.MANAGER in held if prices else bool(held & RELEASERS)


def notice_of(state: NoticeState) -> Notice | None:
    """Return what rules need of a released notice; ``None`` for a draft."""
    out, body = state.released, state.body
    until = read_day(body.get("until"))
    if out is None or until is None:
        return None
    return Notice(
        state.id, str(body["title"]), str(body["notice_kind"]), until, str(body.get("estate") or ""),
        tuple(str(one) for one in body.get("buildings") or ()), bool(body.get("urgent")), out.at,
        int(out.body["post_by"]),
        state.withdrawn.at if state.withdrawn is not None else None, body.get("ends_at"),
        int(out.body.get("call_by") or out.body["post_by"]),
    )  # fmt: skip


__all__ = ["NOTICE", "NoticeCard", "NoticeState", "NoticeSubject", "may_release", "notice_of"]
