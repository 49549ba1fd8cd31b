"""Printable labels of tags. Drawing is in ``printing``, which loads fonts and is imported when somebody prints."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["DoorCard", "Label"]


@dataclass(frozen=True, slots=True)
class Label:
    """One label: the tag's code, what it hangs on in one or two lines (empty: not known yet), and the estate's name."""

    code: str
    title: str = ""
    below: str = ""
    estate: str = ""


@dataclass(frozen=True, slots=True)
class DoorCard:
    """One card: the code behind ``/D/``, the door, and its estate with the office's phone ("" where there is none)."""

    code: str
    address: str
    estate: str = ""
    phone: str = ""
