"""Words that all papers share: who signed and how that stands, times, the line beside the code."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from app.domain.subjects.signing import SIGNATURE_CHANGED, STROKES_MISSING
from app.domain.times import to_china
from sync_server.papers.paper import Paper, Picture
from sync_server.papers.pictures import small
from sync_server.store.printing import VALID, Done, Ink, Office, Photo

NONE: Final = "—"
SIGNERS: Final = {
    "resident": "住户签名", "neighbour": "邻居签名", "contractor": "施工方签名", "guard": "秩序维护员签名",
    "manager": "项目经理签名", "steward": "管家签名", "supervisor": "主管签名", "worker": "维修工签名",
    "staff": "经办人签名", "successor": "接手人签名", "finance": "财务签名", "witness": "见证人签名",
    "giver": "交出人签名", "taker": "接收人签名",
}  # fmt: skip
CAPACITIES: Final = {"self": "本人", "family": "家属", "tenant": "租户", "proxy": "代签", "staff": "员工"}


def at(ms: int | None) -> str:
    """Return a time to the minute, in China."""
    return to_china(ms).strftime("%Y-%m-%d %H:%M") if ms else NONE


def day(ms: int | None) -> str:
    """Return a day in China."""
    return to_china(ms).strftime("%Y-%m-%d") if ms else NONE


def who(done: Done | None) -> str:
    """Return who did something, and when."""
    return NONE if done is None else f"{done.name}　{at(done.at)}".strip()


def signed(one: Ink) -> str:
    """Return what stands beneath a signature: who signed in which capacity, to the minute, and how it stands."""
    said = f"电子签名　{one.name}（{CAPACITIES.get(one.capacity, one.capacity)}）　{at(one.at)}"
    if one.also:
        said += f"\n一并签署：{''.join(f'《{title}》' for title in one.also)}"
    if one.standing == STROKES_MISSING:
        return f"{said}　笔迹尚未上传"
    return said if one.standing in VALID else f"{said}　签名与现在的内容不符"


def not_valid(inks: Sequence[Ink], *, corrected: str = "") -> str:
    """Return why signatures do not stand for what the paper says; "" if they do. ``corrected`` stands before it where
    something was changed after signing."""
    standings = {one.standing for one in inks}
    if not standings:
        return "未签名有效：还没有签名"
    if SIGNATURE_CHANGED in standings:
        return f"{corrected}未签名有效：签名以后内容有更改，更改的内容没有签名"
    return "" if standings <= set(VALID) else "未签名有效：签名校验没有通过"


def draw_inks(paper: Paper, inks: Iterable[Ink]) -> None:
    """Draw signatures, each in a field of its own."""
    for one in inks:
        paper.ink(SIGNERS.get(one.signer, "签名"), one.drawing, signed(one))


def draw_code(paper: Paper, address: str, office: Office) -> None:
    """Draw the code that leads to what was signed, if there is one."""
    phone = f"服务电话 {office.phone}" if office.phone else ""
    if address:
        paper.code(
            address,
            f"扫码查看签名时的原文，并校验签名以后有没有更改。\n本单由系统按记录打印，签名为电子签名。{phone}",
        )
    else:
        paper.gap(1.5)
        paper.words(f"本单由系统按记录打印。{phone}", size=8.5)


def picture(photo: Photo | None, label: str) -> Picture:
    """Return a photo as it stands on a paper."""
    if photo is None or photo.data is None:
        return Picture(label, at(photo.at) if photo is not None else "", None, "照片尚未上传")
    data = small(photo.data)
    return Picture(label, at(photo.at), data, "" if data is not None else "照片无法显示")
