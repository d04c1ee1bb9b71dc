"""Proofs are read as text: which question has one, and what the page shows of it."""

from pathlib import Path

import pytest

from poolschool.course.faults import CourseFault
from poolschool.course.proofs import read_proofs

SAMPLE = Path(__file__).parents[1] / "sample_course/quizzes/p1_why/l01_lamps_proof.py"


def test_a_proof_is_its_function_with_decorators() -> None:
    """The source of each test is given by question id; imports and other functions are left out."""
    proofs = read_proofs(SAMPLE)
    assert list(proofs) == ["lent", "waits", "prints", "one_loan"]
    assert proofs["waits"].startswith('@pytest.mark.parametrize("lent", [4, 5])\ndef test_waits(lent):\n    """One')
    assert proofs["lent"].endswith('    assert shelf == ["lamp"]\n')


def test_no_file_has_no_proofs(tmp_path: Path) -> None:
    """A quiz may be written before its proofs."""
    assert read_proofs(tmp_path / "lost_proof.py") == {}


def test_a_broken_file_is_a_fault(tmp_path: Path) -> None:
    """A syntax error in the proofs is told with its line."""
    path = tmp_path / "broken_proof.py"
    path.write_text("x = 1\ndef test_(:\n", encoding="utf-8")
    with pytest.raises(CourseFault, match=r"broken_proof\.py:2: This is not Python"):
        read_proofs(path)
