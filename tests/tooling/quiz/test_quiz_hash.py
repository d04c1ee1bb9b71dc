"""A question's content hash changes with what is asked, and with nothing else."""

import re
from pathlib import Path

import pytest

from poolschool.quiz.reader import load_quiz

SAMPLE = Path(__file__).parents[1] / "sample_course/quizzes/p1_why/l01_lamps.toml"
TEXT = SAMPLE.read_text(encoding="utf-8")


def hashes(folder: Path, text: str) -> list[str]:
    """Give the hashes of a quiz in the order of its questions."""
    path = folder / "quiz.toml"
    path.write_text(text, encoding="utf-8")
    return [question.content_hash for question in load_quiz(path, "lamps").questions]


@pytest.mark.parametrize(
    ("old", "new", "question"),
    [
        ("What becomes of it?", "What happens to it?", 0),
        ("shelf.borrow()", "shelf.take()", 0),
        ("A copy of it is made.", "It is copied.", 0),
        ("value = 20\n", "value = 21\n", 2),
        ("tolerance = 0\n", "tolerance = 1\n", 2),
        ('unit = "lamps"', 'unit = "lights"', 2),
        ('print(len(lamps), "left")', 'print(len(lamps), "gone")', 3),
        ("prints = \"\"\"\nfloor", "prints = \"\"\"\nFloor", 3),
        ('text = "Read."', 'text = "Read a book."', 4),
    ],
)  # fmt: skip
def test_a_change_asks_that_question_again(tmp_path: Path, old: str, new: str, question: int) -> None:
    """What the reader sees or is marked on changes the hash of that question and of no other."""
    before, after = hashes(tmp_path, TEXT), hashes(tmp_path, TEXT.replace(old, new))
    assert [index for index, pair in enumerate(zip(before, after, strict=True)) if pair[0] != pair[1]] == [question]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("That would be a sale.", "That is called a sale."),
        ("Kept and added count together.", "Add them."),
        ('check = "With 0 added, 5."', 'check = "Another check."'),
        ('no_proof = "It is an addition."', 'no_proof = "Sums need none."'),
        ("These are the ones that are kept; more may be added.", "More may be added."),
        ("value = 20\n", "value = 20.0\n"),
        ('type = "number"\nprompt = "5 are', 'prompt = "5 are'),
        ("#:schema", "# schema"),
    ],
)
def test_a_better_explanation_does_not(tmp_path: Path, old: str, new: str) -> None:
    """Reasons, solutions, comments, the order of the keys and 20 for 20.0 leave every hash as it is."""
    text = TEXT.replace(old, new)
    if "type" not in new and "type" in old:  # put the key elsewhere in its table
        text = text.replace('unit = "lamps"', 'unit = "lamps"\ntype = "number"')
    assert hashes(tmp_path, text) == hashes(tmp_path, TEXT)


def test_a_hash_is_12_hex_digits(tmp_path: Path) -> None:
    """The hash is short enough for a key and the same on every machine."""
    found = hashes(tmp_path, TEXT)
    assert all(re.fullmatch(r"[0-9a-f]{12}", one) for one in found)
    assert len(set(found)) == len(found)
