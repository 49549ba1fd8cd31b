"""Compression of small answers: zlib with a preset dictionary (RFC 1950, FDICT; docs/sync.md 6).

Half of a small answer is names of members, which gzip has to send once in each. The dictionary holds them beforehand;
the most frequent stand last, where zlib refers to them most cheaply. A changed dictionary needs a new media type.
"""

from __future__ import annotations

import zlib
from typing import Final

MEDIA_TYPE: Final = "application/vnd.shangmen.1"
"""The media type of JSON compressed with dictionary number 1."""

MOST: Final = 64 * 1024
"""Size of an answer in bytes beyond which the dictionary saves nothing worth having."""

_DICTIONARY: Final = (
    b'{"pos":,"drop":{"type":"ticket","id":"01a2'
    b'"status":"refused","code":,"name":"","message":{"zh":"","en":""}},"status":"flagged","flags":["","status":"known",'
    b'{"pos":,"ref":{"type":"household","id":"","deleted":false,"body":{"unit_id":"","building_id":"","name":"","phone":"'
    b'"ticket_numbered","body":{"number":"","ticket_opened","body":{"ticket_kind":"repair","content":"","contact_name":"",'
    b'"contact_phone":"","requested_at":,"channel":"phone","assigned","body":{"worker_id":"accepted","arrived","found",'
    b'"priced","body":{"lines":[{"item_id":"","name":"","unit":"","qty":"","price_fen":,"amount_fen":,"total_fen":,'
    b'"material_checked","body":{"materials":[{"name":"","brand":"","qty":"1","verdict":"ok","remarks":"","progress_reported",'
    b'"photo_taken","body":{"shows":"","photo":"","thumbnail":"","width":,"height":,"source":"camera","taken_at":},'
    b'"signed","body":{"purpose":"visit","as":"resident","name":"","capacity":"self","content":{},"content_hash":"",'
    b'"strokes":""},"blobs":[{"hash":"","size":,"type":"image/jpeg; role=thumbnail"},{"hash":"","size":,'
    b'"type":"application/vnd.shangmen.strokes+json"}],'
    b'{"id":"01a2","status":"accepted","seq":,"received_at":,"corrected_at":},{"id":"","status":"accepted","seq":'
    b'{"pos":,"own":{"id":"01a2","seq":,"received_at":,"corrected_at":}},{"pos":,"own":{"id":"'
    b'{"pos":,"entry":{"id":"01a2","kind":"visited","subject":{"type":"visit","id":"01a2"},"body":{"household_id":"",'
    b'"unit_id":"","building_id":"building-","address":"","occasion":"monthly","met":true,"met_name":"","met_capacity":"self",'
    b'"said":"","note":""},"author":"","device":"01a2","counter":,"made_at":,"prev":"","schema":1,"blobs":[],"hash":""},'
    b'"seq":,"received_at":,"corrected_at":},'
    b'{"protocol":1,"epoch":"01a2","server_time":,"answers":[],"holes":[],"scopes":[{"scope":"estate","to":,"more":false,'
    b'"items":[]},{"scope":"staff:01a2","to":,"more":false,"items":[]},{"scope":"building:","to":,"more":false,"items":[]},'
    b'{"scope":"all","to":,"more":false,"items":[]}],"lost":[],"found":[],"looks":[],"packs":true,"chunk":1048576}'
)
_LEVEL: Final = 6


def squeeze(data: bytes) -> bytes:
    """Return ``data`` compressed."""
    squeezing = zlib.compressobj(_LEVEL, zdict=_DICTIONARY)
    return squeezing.compress(data) + squeezing.flush()


def unsqueeze(squeezed: bytes) -> bytes:
    """Return the decompressed data. Raises ``ValueError`` if it is not whole, or not of this kind."""
    unsqueezing = zlib.decompressobj(zdict=_DICTIONARY)
    try:
        data = unsqueezing.decompress(squeezed)
    except zlib.error as error:
        raise ValueError(str(error)) from error
    if not unsqueezing.eof:
        raise ValueError("cut")
    return data
