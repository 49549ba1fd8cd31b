"""The price list begins near what was reported."""

from __future__ import annotations

import pytest

from app.domain.writing.nearness import nearest

NAMES = (
    "更换厨房水龙头", "更换面盆水龙头", "更换角阀", "更换马桶水箱配件", "明装水管维修", "墙内水管漏点检测",
    "更换开关插座面板",
    "更换吸顶灯", "更换灯管灯泡", "更换漏电保护器", "更换门锁锁芯", "调整房门", "清洗壁挂空调", "疏通马桶", "疏通地漏",
    "卫生间打胶防霉", "墙面打孔",
)  # fmt: skip
"""Of a price list as estates have them."""


@pytest.mark.parametrize(
    ("words", "first"),
    [("厨房水龙头漏水", "水龙头"), ("卫生间马桶堵了", "马桶"), ("客厅灯不亮", "灯"), ("门锁打不开", "锁")],
)
def test_what_was_reported_brings_its_items_to_the_top(words: str, first: str) -> None:
    """B18: not always the list's first page."""
    near = nearest(NAMES, words, lambda name: (name,))
    assert near and first in near[0]


def test_words_that_name_nothing_leave_the_list_as_it_is() -> None:
    """B18: nothing is guessed."""
    assert nearest(NAMES, "？！", lambda name: (name,)) == [] == nearest((), "漏水", lambda name: (name,))
