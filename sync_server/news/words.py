"""What a message says: number, building, clock and a link. Never a name, a phone number or what was written down."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from app.domain.times import to_china
from sync_server.rights import ROLE_WORDS
from sync_server.store.news.causes import WORDS
from sync_server.store.news.outbox import Batch
from sync_server.store.subjects import sheet_of
from sync_server.store.types import ms_of

MOST_BYTES: Final = 1_800
"""How long a message may be: a WeCom robot takes 2,048 bytes of text."""
_HEAD: Final = "【上门】"
"""Before each message: DingTalk and Feishu robots may ask for a word that every message has."""
STATE_WORDS: Final = {
    "waiting": ("等待发送", "waiting"),
    "sending": ("正在发送", "being sent"),
    "sent": ("已发出", "sent"),
    "given_up": ("没有发出，不再重试", "not sent, given up"),
    "unsure": ("不确定是否发出", "may or may not have gone out"),
    "unneeded": ("已不需要，没有发", "not needed any more, not sent"),
}
_CLOCKS: Final = {
    "register": "登记",
    "hand_over": "交接",
    "judge": "判定",
    "on_site": "到场",
    "answer": "答复",
    "told_up": "上报",
    "promised": "答应的答复",
    "promise": "答应的事",
    "finish": "办结",
    "return": "归还",
    "give_back": "交还住户",
}


def text(batch: Batch, public_url: str) -> str:
    """Return a message as text: one line, or for a digest how many there are of what and as many lines as fit."""
    lines = [line(row, public_url) for row in batch.rows]
    if batch.total == 1:
        return _HEAD + lines[0]
    counted = "，".join(f"{WORDS[cause][0]} {count}" for cause, count in batch.counts.items())
    head = f"{_HEAD}{batch.total} 条消息：{counted}"
    return "\n".join((head, *_fitting(lines, batch.total, MOST_BYTES - len(head.encode()))))


def test_text() -> str:
    """Return what a test message says."""
    return f"{_HEAD}测试消息：通知渠道可以使用。Test message: this channel works."


def line(row: Mapping[str, Any], public_url: str) -> str:
    """Return what one message says, in a line."""
    parts = [WORDS[row["cause"]][0], row["number"], row["building"], _clock(row), _for(row), link(row, public_url)]
    return " · ".join(part for part in parts if part)


def link(row: Mapping[str, Any], public_url: str) -> str:
    """Return the address of the record in the app; empty where nobody said by which address phones reach the server,
    or it has no page."""
    page = sheet_of(row["subject_type"]).page
    return f"{public_url.rstrip('/')}{page}{row['subject_id']}" if public_url and page else ""


def _clock(row: Mapping[str, Any]) -> str:
    due = ms_of(row["due_at"])
    if due is None:
        return ""
    at = f"{to_china(due):%m-%d %H:%M}"
    name = _CLOCKS.get(row["clock"], "")
    return f"{name}截止 {at}" if row["clock"] else f"最后同步 {at}"


def _for(row: Mapping[str, Any]) -> str:
    return f"请{ROLE_WORDS[row['post']].split()[0]}处理" if row["post"] in ROLE_WORDS else ""


def _fitting(lines: list[str], total: int, most: int) -> Iterator[str]:
    """Yield as many lines as fit into so many bytes, and how many more there are."""
    room, told = most - 60, 0
    for one in lines:
        room -= len(one.encode()) + 1
        if room < 0:
            break
        told += 1
        yield one
    if told < total:
        yield f"另有 {total - told} 条，请在服务器的通知记录里查看"
