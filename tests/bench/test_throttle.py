"""What a slow phone is made of: a browser's threads have a quarter of a core and no more; else nothing is measured."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.bench import pocket, throttle

WORK_S = 0.15
BUSY = f"""
import sys, time
sys.stdin.readline()
start, done = time.monotonic(), time.thread_time() + {WORK_S}
while time.thread_time() < done:
    pass
print(time.monotonic() - start)
"""


def test_a_browsers_threads_have_a_quarter_of_a_core_where_the_kernel_gives_quotas(tmp_path: Path) -> None:
    """Elsewhere the reason is told."""
    if throttle.why_not():
        assert list(pocket.measure()) == []
        return
    command = [sys.executable, "-c", BUSY, f"--user-data-dir={tmp_path}"]
    with throttle.Throttle(tmp_path) as slower:
        child = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        slower.switch(True)
        took, _ = child.communicate("begin\n", timeout=60)
    # What was left of a first period counts as well; a busy machine only makes it longer.
    assert float(took) > 0.8 * WORK_S / throttle.SHARE


def test_a_phone_that_cannot_be_slowed_is_not_measured(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.setattr(throttle, "GROUPS", tmp_path)
    assert list(pocket.measure()) == [] and str(tmp_path) in capsys.readouterr().out
    (tmp_path / "tasks").touch()  # there is such a folder, and nobody may write in it
    monkeypatch.setattr(Path, "mkdir", _refused)
    assert "no quota may be set" in throttle.why_not()


def _refused(*_: object, **__: object) -> None:
    raise PermissionError("read-only file system")
