"""Words for keys and lent things: where they are, what a step is called, why a text is no tag (G)."""

from __future__ import annotations

from app.actions import Session
from app.actions.models import Card, NoTag, TagFound
from app.domain.subjects.tagging import TAG_LOST
from app.domain.subjects.thing import ThingCard
from app.domain.subjects.thing.kinds import RACK
from app.domain.subjects.thing.state import ON_RACK, OUT, Hands
from app.domain.writing import tags
from app.ui.texts import has, moment_text, t


def kind_word(kind: str) -> str:
    """Return the word for a kind of thing: 钥匙, 雨伞."""
    return t(f"keys.kind.{kind}") if has(f"keys.kind.{kind}") else kind


def step_word(kind: str) -> str:
    """Return the name of a step: 借出, 归还."""
    return t(f"keys.step.{kind}") if has(f"keys.step.{kind}") else t("ticket.update_to_see")


def where_words(card: Card) -> str:
    """Return in a few words where a thing is: 在架 A-03, 王强 手上; or that the last count did not find it on the
    rack."""
    if card.as_(ThingCard).missed_at is not None:
        return t("keys.where.missed", rack=card.as_(ThingCard).rack)
    if card.stage == ON_RACK:
        return t("keys.where.rack", rack=card.as_(ThingCard).rack)
    if card.stage == OUT:
        return t("keys.where.with", name=card.contact_name)
    return t(f"keys.stage.{card.stage}")


def hands_words(hands: Hands, session: Session) -> str:
    """Return who or what has a thing: 钥匙架 A-03, 王强."""
    if hands.where == RACK:
        return t("keys.where.hook", rack=hands.name)
    return session.keys.holder_name(hands) or t("keys.where.company")


def missed_words(card: Card, now: int) -> str:
    """Return that a count did not find a thing on its hook, and when (G.3)."""
    extra = card.as_(ThingCard)
    return t("keys.missed_row", rack=extra.rack, when=moment_text(extra.missed_at, now))


def heading_of(card: Card) -> str:
    """Return the heading of a thing in a list: the door for a key, the name for other things."""
    return card.address or card.content


def no_tag_words(wrong: NoTag) -> tuple[str, str]:
    """Return what is wrong with a text that is not one of our tags, and what to do next."""
    if wrong.reason == tags.FOREIGN:
        what = t(f"keys.foreign.{wrong.what}", shown=wrong.shown)
        return t("keys.tag.foreign", what=what), t("keys.tag.foreign_next")
    if wrong.reason == tags.OTHER_ESTATE:
        return t("keys.tag.other_estate", code=wrong.shown), t("keys.tag.other_estate_next")
    if wrong.reason == tags.TORN and wrong.strange:
        return t("keys.tag.strange", chars="、".join(wrong.strange)), t("keys.tag.strange_next")
    if wrong.reason == tags.TORN:
        return t("keys.tag.torn", code=wrong.shown), t("keys.tag.torn_next")
    return t("keys.tag.unfinished"), t("keys.tag.unfinished_next")


def old_tag_words(found: TagFound) -> str:
    """Return what to say when an old tag is scanned: it was replaced or lost, and which tag the thing has now."""
    new = found.card.number if found.card is not None else None
    key = "keys.tag.was_lost" if found.standing == TAG_LOST else "keys.tag.was_replaced"
    more = t("keys.tag.now_is", code=tags.spoken(new)) if new else t("keys.tag.none_now")
    return f"{t(key, code=tags.spoken(found.code))} {more}"
