"""``python -m tests.sim``: see ``cli``."""

import sys

from tests.sim.cli import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
