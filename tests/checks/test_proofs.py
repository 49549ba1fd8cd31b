"""What tests say they prove, and what docs/acceptance.md asks for."""

from tools import proofs


def test_every_mark_names_one_line_of_the_acceptance_lists() -> None:
    assert proofs.faults() == []
