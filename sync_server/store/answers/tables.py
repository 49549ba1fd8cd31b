"""What is known of the views of forms: their names, which are given once, their columns, and the labels of choices."""

from __future__ import annotations

from typing import Final

from sqlalchemy import Column, ForeignKey, Integer, String, Table, Text

from sync_server.store.tables import metadata

form_views: Final = Table(
    "form_views",
    metadata,
    Column("name", String(63), primary_key=True, comment="of the view"),
    Column("form_id", Text, nullable=False),
    Column("repeat", Text, nullable=False, comment="path of the group that repeats; empty: the form itself"),
    Column("label_zh", Text, nullable=False),
    Column("label_en", Text, nullable=False),
    comment="Views of published forms: form_<form_id>, and form_<form_id>__<repeat> with a row for each row",
)

form_columns: Final = Table(
    "form_columns",
    metadata,
    Column("view", String(63), ForeignKey("form_views.name"), primary_key=True),
    Column("name", String(63), primary_key=True),
    Column("position", Integer, nullable=False, comment="in the order in which the questions came to be"),
    Column("label_name", String(63), nullable=False, comment="the column with the label of what was chosen, or empty"),
    Column("path", Text, nullable=False, comment="of the question; several with blanks, where it moved"),
    Column("kind", String(10), nullable=False, comment="text, number, date, moment, choice"),
    Column("type", String(20), nullable=False, comment="the question's type in the newest version that asks it"),
    Column("label_zh", Text, nullable=False, comment="as the newest version asks"),
    Column("label_en", Text, nullable=False),
    comment="The columns of the views of forms: which question each is",
)

form_choices: Final = Table(
    "form_choices",
    metadata,
    Column("view", String(63), ForeignKey("form_views.name"), primary_key=True),
    Column("column", String(63), primary_key=True),
    Column("name", Text, primary_key=True),
    Column("label_zh", Text, nullable=False),
    Column("label_en", Text, nullable=False),
    comment="What can be chosen, in all versions, with its newest label",
)
