"""The tables of the phone's database, and the numbered steps that make them.

``PRAGMA user_version`` says which steps a file has been through. A step is never changed once
released: a new one is added. Step 1 is written out as SQL, so that it stays what it was even
when the tables here grow; a test holds the two together.
"""

from __future__ import annotations

from typing import Final

from sqlalchemy import Boolean, Column, Integer, LargeBinary, MetaData, Table, Text

metadata = MetaData()

FORGOTTEN: Final = 1 << 50
"""``seq`` below minus this: the server was restored and has forgotten this entry of somebody else's."""

entries = Table(
    "entries",
    metadata,
    Column("id", Text, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("subject_type", Text, nullable=False),
    Column("subject_id", Text, nullable=False),
    Column("body", Text, nullable=False),
    Column("author", Text, nullable=False),
    Column("device", Text, nullable=False),
    Column("counter", Integer, nullable=False),
    Column("made_at", Integer, nullable=False),
    Column("prev", Text, nullable=False),
    Column("schema", Integer, nullable=False),
    Column("blobs", Text, nullable=False),
    Column("extra", Text, nullable=False),
    Column("hash", Text, nullable=False),
    Column("seq", Integer),
    Column("received_at", Integer),
    Column("corrected_at", Integer),
)

outbox = Table(
    "outbox",
    metadata,
    Column("entry_id", Text, primary_key=True),
    Column("state", Text, nullable=False),
    Column("code", Integer),
    Column("name", Text),
    Column("message_zh", Text),
    Column("message_en", Text),
    Column("attempts", Integer, nullable=False),
    Column("last_tried", Integer),
)

subjects = Table(
    "subjects",
    metadata,
    Column("type", Text, primary_key=True),
    Column("id", Text, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("stage", Text, nullable=False),
    Column("ended", Boolean, nullable=False),
    Column("over", Boolean, nullable=False),
    Column("number", Text),
    Column("address", Text, nullable=False),
    Column("building_id", Text),
    Column("unit_id", Text),
    Column("household_id", Text),
    Column("assignee", Text),
    Column("opener", Text),
    Column("opened_at", Integer, nullable=False),
    Column("last_at", Integer, nullable=False),
    Column("done_at", Integer),
    Column("due_at", Integer),
    Column("met", Boolean, nullable=False),
    Column("promises", Integer, nullable=False),
    Column("flags", Integer, nullable=False),
    Column("search", Text, nullable=False),
    Column("card", Text, nullable=False),
    Column("dropped", Boolean, nullable=False),
    Column("confirmed_at", Integer),
    Column("urgent", Boolean, nullable=False),
    Column("missed_at", Integer),
    Column("estate", Text, nullable=False),
    Column("worked", Text, nullable=False),
)

refs = Table(
    "refs",
    metadata,
    Column("type", Text, primary_key=True),
    Column("id", Text, primary_key=True),
    Column("parent", Text),
    Column("body", Text, nullable=False),
    Column("dropped", Boolean, nullable=False),
)

memberships = Table(
    "memberships",
    metadata,
    Column("scope", Text, primary_key=True),
    Column("type", Text, primary_key=True),
    Column("id", Text, primary_key=True),
)

blobs = Table(
    "blobs",
    metadata,
    Column("hash", Text, primary_key=True),
    Column("size", Integer, nullable=False),
    Column("media_type", Text, nullable=False),
    Column("data", LargeBinary, comment="bytes kept by an app before ``blob_bytes``"),
    Column("state", Text, nullable=False),
    Column("have", Integer, nullable=False),
)

blob_bytes = Table(
    "blob_bytes",
    metadata,
    Column("hash", Text, primary_key=True),
    Column("data", LargeBinary, nullable=False),
    comment="Apart from ``blobs``: SQLite writes a whole row again, a photo too, to note how far its upload got",
)

entry_blobs = Table(
    "entry_blobs",
    metadata,
    Column("entry_id", Text, primary_key=True),
    Column("hash", Text, primary_key=True),
)

drafts = Table(
    "drafts",
    metadata,
    Column("key", Text, primary_key=True),
    Column("data", Text, nullable=False),
    Column("updated_at", Integer, nullable=False),
)

cursors = Table(
    "cursors",
    metadata,
    Column("scope", Text, primary_key=True),
    Column("pos", Integer, nullable=False),
)

unreadable = Table(
    "unreadable",
    metadata,
    Column("scope", Text, primary_key=True),
    Column("pos", Integer, primary_key=True),
    Column("item", Text, nullable=False),
    Column("why", Text, nullable=False),
)

wanted = Table(
    "wanted",
    metadata,
    Column("entry_id", Text, primary_key=True),
    Column("scope", Text, nullable=False),
    Column("seq", Integer, nullable=False),
)

settings = Table(
    "settings",
    metadata,
    Column("key", Text, primary_key=True),
    Column("value", Text, nullable=False),
)

looks = Table(
    "looks",
    metadata,
    Column("id", Text, primary_key=True),
    Column("household_id", Text, nullable=False),
    Column("at", Integer, nullable=False),
    Column("what", Text, nullable=False, server_default=""),
)

MIGRATIONS: list[tuple[str, ...]] = [
    (
        """CREATE TABLE entries (
            id TEXT NOT NULL PRIMARY KEY, kind TEXT NOT NULL, subject_type TEXT NOT NULL, subject_id TEXT NOT NULL,
            body TEXT NOT NULL, author TEXT NOT NULL, device TEXT NOT NULL, counter INTEGER NOT NULL,
            made_at INTEGER NOT NULL, prev TEXT NOT NULL, schema INTEGER NOT NULL, blobs TEXT NOT NULL,
            extra TEXT NOT NULL, hash TEXT NOT NULL, seq INTEGER, received_at INTEGER, corrected_at INTEGER
        )""",
        "CREATE INDEX entries_subject ON entries (subject_type, subject_id)",
        "CREATE INDEX entries_device ON entries (device, counter)",
        """CREATE TABLE outbox (
            entry_id TEXT NOT NULL PRIMARY KEY REFERENCES entries (id), state TEXT NOT NULL, code INTEGER, name TEXT,
            message_zh TEXT, message_en TEXT, attempts INTEGER NOT NULL, last_tried INTEGER
        ) WITHOUT ROWID""",
        """CREATE TABLE subjects (
            type TEXT NOT NULL, id TEXT NOT NULL, kind TEXT NOT NULL, stage TEXT NOT NULL, ended BOOLEAN NOT NULL,
            over BOOLEAN NOT NULL, number TEXT, address TEXT NOT NULL, building_id TEXT, unit_id TEXT,
            household_id TEXT, assignee TEXT, opener TEXT, opened_at INTEGER NOT NULL, last_at INTEGER NOT NULL,
            done_at INTEGER, due_at INTEGER, met BOOLEAN NOT NULL, promises INTEGER NOT NULL, flags INTEGER NOT NULL,
            search TEXT NOT NULL, card TEXT NOT NULL, dropped BOOLEAN NOT NULL,
            PRIMARY KEY (type, id)
        )""",
        "CREATE INDEX subjects_household ON subjects (household_id, last_at)",
        "CREATE INDEX subjects_open ON subjects (type, due_at) WHERE ended = 0",
        "CREATE INDEX subjects_assignee ON subjects (type, assignee, ended)",
        "CREATE INDEX subjects_visits ON subjects (household_id, opened_at) WHERE type = 'visit' AND met = 1",
        "CREATE INDEX subjects_promises ON subjects (type) WHERE promises > 0",
        "CREATE INDEX subjects_flags ON subjects (type) WHERE flags > 0",
        "CREATE INDEX subjects_recent ON subjects (type, opened_at)",
        """CREATE TABLE refs (
            type TEXT NOT NULL, id TEXT NOT NULL, parent TEXT, body TEXT NOT NULL, dropped BOOLEAN NOT NULL,
            PRIMARY KEY (type, id)
        )""",
        "CREATE INDEX refs_parent ON refs (parent)",
        """CREATE TABLE memberships (
            scope TEXT NOT NULL, type TEXT NOT NULL, id TEXT NOT NULL, PRIMARY KEY (scope, type, id)
        ) WITHOUT ROWID""",
        "CREATE INDEX memberships_item ON memberships (type, id)",
        """CREATE TABLE blobs (
            hash TEXT NOT NULL PRIMARY KEY, size INTEGER NOT NULL, media_type TEXT NOT NULL, data BLOB,
            state TEXT NOT NULL, have INTEGER NOT NULL
        )""",
        "CREATE INDEX blobs_waiting ON blobs (hash) WHERE state = 'waiting'",
        """CREATE TABLE entry_blobs (
            entry_id TEXT NOT NULL REFERENCES entries (id), hash TEXT NOT NULL, PRIMARY KEY (entry_id, hash)
        ) WITHOUT ROWID""",
        "CREATE INDEX entry_blobs_hash ON entry_blobs (hash)",
        """CREATE TABLE drafts (
            key TEXT NOT NULL PRIMARY KEY, data TEXT NOT NULL, updated_at INTEGER NOT NULL
        ) WITHOUT ROWID""",
        "CREATE TABLE cursors (scope TEXT NOT NULL PRIMARY KEY, pos INTEGER NOT NULL) WITHOUT ROWID",
        """CREATE TABLE unreadable (
            scope TEXT NOT NULL, pos INTEGER NOT NULL, item TEXT NOT NULL, why TEXT NOT NULL, PRIMARY KEY (scope, pos)
        ) WITHOUT ROWID""",
        """CREATE TABLE wanted (
            entry_id TEXT NOT NULL PRIMARY KEY, scope TEXT NOT NULL, seq INTEGER NOT NULL
        ) WITHOUT ROWID""",
        "CREATE TABLE settings (key TEXT NOT NULL PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID",
    ),
    (
        "ALTER TABLE subjects ADD COLUMN confirmed_at INTEGER",
        "UPDATE subjects SET confirmed_at = json_extract(card, '$.confirmed_at')",
        "CREATE INDEX subjects_confirmed ON subjects (type, confirmed_at) WHERE confirmed_at IS NOT NULL",
    ),
    (
        """CREATE TABLE looks (
            id TEXT NOT NULL PRIMARY KEY, household_id TEXT NOT NULL, at INTEGER NOT NULL
        ) WITHOUT ROWID""",
    ),
    (
        # After each thing taken in, the store looks for what is to leave the phone.
        "CREATE INDEX subjects_dropped ON subjects (type, id) WHERE dropped = 1",
        "CREATE INDEX refs_dropped ON refs (type, id) WHERE dropped = 1",
    ),
    # What is in ``blobs`` stays there: moving photos needs as much room again, and there may be none.
    ("CREATE TABLE blob_bytes (hash TEXT NOT NULL PRIMARY KEY, data BLOB NOT NULL)",),
    # Each folding asks for the entries without effect: hardly ever one, but without this index every row was read.
    ("CREATE INDEX entries_forgotten ON entries (id) WHERE seq < -1125899906842624",),
    # Cards are folded again by ``refolding``, which fills it.
    ("ALTER TABLE subjects ADD COLUMN urgent BOOLEAN NOT NULL DEFAULT 0",),
    (
        "ALTER TABLE subjects ADD COLUMN missed_at INTEGER",
        "CREATE INDEX subjects_missed ON subjects (type, missed_at) WHERE missed_at IS NOT NULL",
    ),
    (
        # An app before this one kept cards of other estates without their mark: their first entries say it.
        "ALTER TABLE subjects ADD COLUMN estate TEXT NOT NULL DEFAULT ''",
        """UPDATE subjects SET estate = named.estate, card = json_set(card, '$.estate', named.estate)
            FROM (SELECT subject_type, subject_id, max(json_extract(body, '$.estate')) AS estate FROM entries
                WHERE json_extract(body, '$.estate') <> '' GROUP BY subject_type, subject_id) AS named
            WHERE subjects.type = named.subject_type AND subjects.id = named.subject_id""",
    ),
    # Apart from the card, which every list reads. ``refolding`` fills it.
    ("ALTER TABLE subjects ADD COLUMN worked TEXT NOT NULL DEFAULT ''",),
    (
        # A form looks up what was filled in at its door before, while somebody waits for it to open.
        "CREATE INDEX IF NOT EXISTS subjects_unit ON subjects (unit_id, last_at) WHERE unit_id IS NOT NULL",
        """CREATE INDEX IF NOT EXISTS subjects_address ON subjects (address, last_at)
            WHERE household_id IS NULL AND unit_id IS NULL""",
    ),
    ("ALTER TABLE looks ADD COLUMN what TEXT NOT NULL DEFAULT ''",),
    (
        # Of a small picture photo and thumbnail are the same bytes: noted as the photo, they were not fetched with what
        # is in view, and cleared.
        """UPDATE blobs SET media_type = 'image/jpeg; role=thumbnail' WHERE media_type = 'image/jpeg'
            AND hash IN (SELECT json_extract(body, '$.thumbnail') FROM entries WHERE kind = 'photo_taken')""",
    ),
]
"""Step n (from 1) takes a file from ``user_version`` n-1 to n."""
