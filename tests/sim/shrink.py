"""From a failing run to the few steps that make it fail: leave steps out as long as it still fails."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from tests.sim.plan import Step


def shrink(steps: Sequence[Step], fails: Callable[[Sequence[Step]], bool], most: int = 400) -> list[Step]:
    """Return a part of ``steps`` that still ``fails`` and of which no step can be left out (or ``most`` tries passed).

    Each step draws from a source of its own, so leaving one out changes nothing about the others.
    """
    left = list(steps)
    size = max(len(left) // 2, 1)
    tries = 0
    while tries < most:
        at, cut = 0, False
        while at < len(left) and tries < most:
            fewer = left[:at] + left[at + size :]
            tries += 1
            if fails(fewer):
                left, cut = fewer, True
            else:
                at += size
        if size > 1:
            size //= 2
        elif not cut:
            break
    return left
