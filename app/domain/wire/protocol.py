"""The sync protocol's constants and words, shared by phone and server (docs/sync.md)."""

from __future__ import annotations

PROTOCOL = 1
"""Version of the protocol this program speaks."""

OLDEST_PROTOCOL = 1
"""The oldest version a server of this program still understands: older phones must update, and only they."""

MAX_BATCH = 500
"""Most entries in one push; more are refused with ``batch_too_large``."""

PAGE = 500
"""Items per scope in one page of a pull, unless asked for fewer."""

MAX_ENTRY_BYTES = 256 * 1024
"""Most bytes of one entry's wire form; pictures are sent as blobs."""

MAX_REQUEST_BYTES = 16 * 1024 * 1024
"""Most bytes of a request's body once it is decompressed."""

CHUNK = 1024 * 1024
"""Most bytes of blobs in one request."""

CHUNK_UNSAID = 256 * 1024
"""The same for a server that does not say how many it takes."""

SEND_CHUNK = 64 * 1024
"""Bytes of a blob that a phone sends in one request while it does not know the line's speed: the most a broken
connection wastes."""

MOST_BLOBS = 100
"""Most blobs in one request."""

BLOB_HEAD = 80
"""Most bytes of the line that names one of several blobs in a request."""

MAX_BLOB_BYTES = 20 * 1024 * 1024
"""Most bytes of a blob."""

WAIT_SECONDS = 45
"""Seconds for which a server keeps a phone waiting for news at most: shorter than the patience of usual proxies (50 to
60 s), and long enough that waiting costs next to nothing."""

ACCEPTED, KNOWN, FLAGGED, REFUSED = "accepted", "known", "flagged", "refused"
"""The server's answer to each entry: taken; had it already; taken, but the desk must look;
not taken (stays on the phone, holds up nothing behind it)."""

RESCUE_FORMAT = "shangmen-rescue"
RESCUE_VERSION = 1
"""A rescue file 救援文件: all unsent work of a phone as JSON."""
