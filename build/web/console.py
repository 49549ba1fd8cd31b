"""Short bilingual lines for the person at the terminal, as the other commands print them."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from tools.console import Stop, prepare, say, step  # noqa: E402

__all__ = ["Stop", "prepare", "say", "step"]
