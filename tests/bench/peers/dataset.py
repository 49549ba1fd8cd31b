"""The data everybody syncs: the same records, signatures and photos for each stack, the same bytes in each run.

A record is what a worker writes at a door: about 590 bytes of UTF-8 JSON, Chinese text. Its notes are put together from
14 phrases and pack far better than what people type: compare packed sizes with each other only. Signatures and photos
are PNG files of noise, which nothing can pack.
"""

from __future__ import annotations

import json
import random
import struct
import zlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final

RECORDS: Final = 10_000
MANY_RECORDS: Final = 100_000
SIGNATURES: Final = 500
PHOTOS: Final = 200
UNITS: Final = 1_000

_SEED: Final = 20240601
_TOWNS: Final = ("江宁", "栖霞", "雨花台", "浦口", "六合", "溧水", "高淳", "鼓楼", "玄武", "秦淮")
_KINDS: Final = ("巡检", "报修", "换表", "查漏", "开栓", "停用", "复检", "安检")
_STATES: Final = ("待派", "已派", "在途", "处理中", "待复核", "完成")
_PEOPLE: Final = ("王建国", "李秀英", "张伟", "刘洋", "陈静", "杨帆", "赵磊", "黄敏", "周涛", "吴婷")
_PHRASES: Final = (
    "现场检查阀门无锈蚀",
    "住户不在家已留到访条",
    "压力表读数正常",
    "接口处有轻微渗漏已紧固",
    "建议三十日内更换软管",
    "报警器电池已更换",
    "用户要求周末复检",
    "管道走向与图纸不符",
    "已拍照并由用户签字确认",
    "门禁损坏需物业配合",
    "读数与上月相差较大",
    "未发现安全隐患",
    "灶具无熄火保护装置",
    "已告知用户安全注意事项",
)
_CHECKS: Final = ("阀门", "软管", "报警器", "压力", "表具", "灶具", "热水器", "通风")
_RESULTS: Final = ("合格", "不合格", "不适用")
_NOISE_WIDTH, _NOISE_FROM, _NOISE_ROWS, _SIGNATURE_HEIGHT = 320, 40, 25, 120
_PHOTO_SIDE: Final = 387


def uuid_of(chance: random.Random) -> str:
    """Return a random UUID from ``chance``."""
    digits = f"{chance.getrandbits(128):032x}"
    return f"{digits[:8]}-{digits[8:12]}-4{digits[13:16]}-a{digits[17:20]}-{digits[20:]}"


def records(count: int) -> Iterator[dict[str, Any]]:
    """Yield the first ``count`` records."""
    chance = random.Random(_SEED)
    units = [uuid_of(chance) for _ in range(UNITS)]
    for number in range(count):
        at = 1_717_200_000 + number * 37
        yield {
            "id": uuid_of(chance),
            "unit_id": chance.choice(units),
            "no": f"GD{2_024_000_000 + number}",
            "kind": chance.choice(_KINDS),
            "state": chance.choice(_STATES),
            "title": f"{chance.choice(_TOWNS)}区{chance.choice(_KINDS)}工单",
            "assignee": chance.choice(_PEOPLE),
            "note": "，".join(chance.sample(_PHRASES, 6)) + "。",
            "checks": {name: chance.choice(_RESULTS) for name in chance.sample(_CHECKS, 4)},
            "reading": f"{chance.randrange(1_000_000) / 100:.2f}",
            "created_at": at * 1000,
            "updated_at": (at + chance.randint(60, 9000)) * 1000,
            "device": f"D{chance.randint(1, 300):04d}",
            "version": 1,
        }


def signature(number: int) -> bytes:
    """Return a picture of about 8 KB: a band of noise on white."""
    chance = random.Random(_SEED + 1_000 + number)
    blank = b"\xff" * _NOISE_WIDTH
    noisy = range(_NOISE_FROM, _NOISE_FROM + _NOISE_ROWS)
    rows = [chance.randbytes(_NOISE_WIDTH) if row in noisy else blank for row in range(_SIGNATURE_HEIGHT)]
    return _png(_NOISE_WIDTH, rows)


def photo(number: int) -> bytes:
    """Return a picture of about 150 KB: nothing but noise."""
    chance = random.Random(_SEED + 5_000 + number)
    return _png(_PHOTO_SIDE, [chance.randbytes(_PHOTO_SIDE) for _ in range(_PHOTO_SIDE)])


def write_files(folder: Path, some: int, *, many: bool) -> None:
    """Write ``some`` records and the pictures as files, for other programs; ``many`` also the 100,000 records."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, count in (("records", some), *((("many", MANY_RECORDS),) if many else ())):
        with (folder / f"{name}.jsonl").open("w", encoding="utf-8") as file:
            file.writelines(dumps(record).decode() + "\n" for record in records(count))
    for name, count, make in (("signature", SIGNATURES, signature), ("photo", PHOTOS, photo)):
        for number in range(min(some, count)):
            (folder / f"{name}-{number:03d}.png").write_bytes(make(number))


def dumps(value: Any) -> bytes:
    """Return compact JSON in UTF-8."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def _png(width: int, rows: Sequence[bytes]) -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, len(rows), 8, 0, 0, 0, 0)
    pixels = zlib.compress(b"".join(b"\0" + row for row in rows), 6)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")
