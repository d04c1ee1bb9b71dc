"""Kept answers hold only what differs from the worked solution, and one that does not fit any more is refused."""

from pathlib import Path

import pytest
from kept_answers import Misfit, compose, read_foretold

SOLUTION = '''"""The lamps."""

import math


def lamp(size):
    """Give a lamp."""
    return size + 1


def shop():
    """Build the shop."""
    stock = 3

    def sell(n):
        return stock - n

    def buy(n):
        return stock + n

    return sell, buy


class Shelf:
    def put(self, lamp):
        return lamp
'''


@pytest.fixture
def composed(tmp_path: Path):
    """Compose a kept answer with the solution above, and give the names that the program defines."""

    def run(kept: str) -> dict[str, object]:
        for name, text in (("solution.py", SOLUTION), ("kept.py", kept)):
            (tmp_path / name).write_text(text, encoding="utf-8")
        program: dict[str, object] = {}
        exec(compose(tmp_path / "kept.py", tmp_path / "solution.py"), program)  # noqa: S102 - our own text, above
        return program

    return run


def test_a_definition_replaces_that_of_the_same_name(composed) -> None:
    """A function stands in place of the solution's, and everything else is as it was."""
    program = composed('"""Gives nothing."""\n\ndef lamp(size):\n    return None\n')
    assert (program["lamp"](1), program["Shelf"]().put(2)) == (None, 2)


def test_an_inner_definition_is_replaced_by_its_qualified_name(composed) -> None:
    """What follows `# in NAME` replaces definitions inside of that function or class; variables too."""
    program = composed(
        "# in shop\nstock = 9\n\ndef buy(n):\n    return -n\n\n# in Shelf\ndef put(self, lamp):\n    return []\n"
    )
    sell, buy = program["shop"]()
    assert (sell(1), buy(1), program["Shelf"]().put(1)) == (8, -1, [])


def test_imports_and_new_definitions_are_added(composed) -> None:
    """A new import and a new name that a replaced function uses come before it."""
    program = composed("import json\n\nLAMPS = []\n\ndef lamp(size, seen=LAMPS):\n    return json.dumps(seen)\n")
    assert program["lamp"](1) == "[]"


def test_a_whole_file_replaces_the_solution(composed) -> None:
    """A file that says why it is whole is taken as it is."""
    assert "Shelf" not in composed("# whole: another shape\nlamp = None\n")


@pytest.mark.parametrize(
    ("kept", "reason"),
    [
        ("def lamp(size):\n    # larger\n    return size + 1\n", "is what the solution has"),
        ("def lantern(size):\n    return 2\n", "Nothing here replaces anything"),
        ("def lamp(n): ...\n\ndef lantern(n): ...\n", "The solution has no `lantern`"),
        ("# in market\ndef sell(n): ...\n", "The solution has no `market`"),
        ("# in shop\ndef rent(n): ...\n", "Nothing here replaces anything"),
        ("import math\n\ndef lamp(size): ...\n", "has this import"),
        ("print(1)\n", "defines nothing"),
        ('"""Nothing."""\n', "no definition"),
    ],
)
def test_what_does_not_fit_is_refused(composed, kept: str, reason: str) -> None:
    """A kept answer that names nothing of the solution, or repeats it, is refused with the place and what to do."""
    with pytest.raises(Misfit, match=r"kept\.py:\d+: ") as caught:
        composed(kept)
    assert reason in str(caught.value)


def test_a_header_foretells_task_status_and_words(tmp_path: Path) -> None:
    """The first two lines of a wrong answer are read; a file without them is refused."""
    kept = tmp_path / "kept.py"
    kept.write_text("# task 3: failed\n# says: 1 in use\n", encoding="utf-8")
    assert read_foretold(kept).says == "1 in use"
    kept.write_text("lamp = None\n", encoding="utf-8")
    with pytest.raises(Misfit, match="no header"):
        read_foretold(kept)
