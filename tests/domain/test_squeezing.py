"""Small answers travel without the words both sides know (docs/sync.md 6)."""

from __future__ import annotations

import gzip
import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as some

from app.domain.wire import squeezing
from app.domain.wire.squeezing import squeeze, unsqueeze


@given(some.binary(max_size=500))
def test_what_is_squeezed_comes_out_as_it_was(data: bytes) -> None:
    assert unsqueeze(squeeze(data)) == data


@given(some.binary(max_size=200), some.integers(0, 100))
def test_what_was_cut_or_never_squeezed_is_not_read(data: bytes, keep: int) -> None:
    squeezed = squeeze(data)
    for wrong in (squeezed[: min(keep, len(squeezed) - 1)], gzip.compress(data), b"{" + data):
        with pytest.raises(ValueError, match=r"rror|cut"):
            unsqueeze(wrong)


def test_the_dictionary_of_a_number_never_changes() -> None:
    """A phone and a server of different versions must mean the same one: a new dictionary is a new media type."""
    known = {"application/vnd.shangmen.1": "970b7191d3bd57fbe08973544dd53b9b936e48895bc3206a948d7beddba5fc15"}
    assert known[squeezing.MEDIA_TYPE] == hashlib.sha256(squeezing._DICTIONARY).hexdigest()
