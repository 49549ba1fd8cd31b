"""What guessing a password or a code costs: measured in a Python of its own, for the other tests hash cheaply."""

import subprocess
import sys

from tests.support.project import ROOT

ASK = "from sync_server.auth import codes, passwords; print(passwords.hash_password('correct-horse'), codes.COST)"


def test_a_guess_takes_the_memory_and_the_passes_that_owasp_recommends() -> None:
    said = subprocess.run([sys.executable, "-c", ASK], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    password, cost = said.split()
    assert password.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert int(cost) == 1 << 14
