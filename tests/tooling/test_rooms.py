"""The house: what lies in src/poolschool are rooms, as the import contract names them, and the tests mirror them."""

import ast
import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "src" / "poolschool"
TESTS = ROOT / "tests" / "tooling"
DATA = {"golden", "sample_course", "error_proofs"}  # what tests compare with, read and share; no test lies there
CONTRACTS = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"]["contracts"]
LAYERS = next(one["layers"] for one in CONTRACTS if one["containers"] == ["poolschool"])
NAMES = [name for layer in LAYERS for name in re.findall(r"\(?\w+\)?", layer)]
ROOMS = {name.strip("()") for name in NAMES} - {"checks"}
BUILT = {name for name in NAMES if not name.startswith("(")} - {"checks"}


def folders(place: Path) -> set[str]:
    """Name the folders of a place, Python's own caches left out."""
    return {path.name for path in place.iterdir() if path.is_dir() and not path.name.startswith(("__", "."))}


def test_the_package_holds_its_rooms_and_nothing_else() -> None:
    """Every folder is a room of the contract, every room is there, and no module lies outside but checks."""
    assert BUILT <= folders(PACKAGE) <= ROOMS
    assert {path.name for path in PACKAGE.iterdir() if path.is_file()} == {"__init__.py", "checks.py", "py.typed"}


@pytest.mark.parametrize("room", sorted(folders(PACKAGE) - {"cli", "own"}))
def test_a_room_opens_with_its_docstring_only(room: str) -> None:
    """Each __init__.py says what the room is, and a room's own imports nothing; cli hands on `main`, own what an app uses."""
    for module in (PACKAGE / room).rglob("__init__.py"):
        assert ast.get_docstring(ast.parse(module.read_text(encoding="utf-8"))), module
    assert len(ast.parse((PACKAGE / room / "__init__.py").read_text(encoding="utf-8")).body) == 1


def test_tests_lie_in_the_room_they_test() -> None:
    """Below tests/tooling each folder with tests mirrors a folder of the package."""
    for test in TESTS.rglob("test_*.py"):
        room = test.parent.relative_to(TESTS)
        assert (PACKAGE / room).is_dir(), f"{test}: there is no src/poolschool/{room}"
    assert folders(TESTS) - DATA <= folders(PACKAGE)


@pytest.mark.parametrize("page", ["README.md", ".github/CONTRIBUTING.md"])
def test_the_maintainers_find_every_room(page: str) -> None:
    """README's tree and the maintainers' note name each room that is there, and none that the contract does not have."""
    text = (ROOT / page).read_text(encoding="utf-8")
    in_tree = "".join(re.findall(r"^  \w+/.*$", text, re.MULTILINE))
    named = set(re.findall(r"(\w+)/  ", in_tree)) | set(re.findall(r"^\| `(\w+)` \|", text, re.MULTILINE))
    assert folders(PACKAGE) <= named <= ROOMS
