"""Gather the public forms: see the package."""

import sys

from tests.forms.public import main

sys.exit(main(sys.argv[1:]))
