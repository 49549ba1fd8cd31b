#!/usr/bin/env python3
# -*- coding: utf-8 -*-
"""上门 Shangmen: one command for everything. `python3 dev.py` alone prints the list.

This file is kept so plain that even a very old Python can read it: then the answer is a sentence, not a SyntaxError.
"""

import sys

if sys.version_info < (3, 11):
    sys.exit(
        "需要 Python 3.11 或更新版本，当前是 %s。请安装新版本后用它运行，例如：python3.12 dev.py run\n"
        "Python 3.11 or newer is needed; this is %s. Install one and start with it, e.g.: python3.12 dev.py run\n"
        "  Debian/Ubuntu: sudo apt install python3 python3-venv    macOS: brew install python    "
        "Windows: winget install Python.Python.3.12" % ((sys.version.split()[0],) * 2)
    )

from tools.commands import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
