"""PouchDB and express-pouchdb on the data set: each a process of Node.js, leveldb on disk, HTTP between."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from build.web import node
from tests.bench.peers.packages import HERE, pouchdb
from tests.bench.peers.ports import free_port, listening, stopped

BATCHES: Final = (100, 500)
"""Documents in a batch: PouchDB's default, and ours."""
_PATIENCE_S: Final = 900


def measured(data: Path, folder: Path, *, batch: int, part: str = "all") -> dict[str, Any]:
    """Return what the driver found; ``part`` ``many``: ten changes in a store of 100,000."""
    modules, port = pouchdb(), free_port()
    (folder / "server").mkdir(parents=True)
    (folder / "phone").mkdir()
    environment: Mapping[str, str] = {**os.environ, "PEER_MODULES": str(modules), "BATCH": str(batch)}
    scripts, program = HERE / "pouch", node.find()
    log = (folder / "log").open("w", encoding="utf-8")
    server = subprocess.Popen(
        [program, "--no-warnings", scripts / "server.js", folder / "server", str(port)],
        env=environment, stdout=log, stderr=log,
    )  # fmt: skip
    try:
        listening(port, server, folder / "log")
        done = subprocess.run(
            [program, "--no-warnings", scripts / "client.js", data, folder / "phone", str(port), part],
            env=environment, capture_output=True, text=True, timeout=_PATIENCE_S, check=False,
        )  # fmt: skip
    finally:
        stopped(server)
        log.close()
    if done.returncode:
        raise RuntimeError(f"the PouchDB driver failed:\n{done.stderr[-1500:]}")
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found
