"""The lowest versions of the libraries taught are those that pyproject.toml declares."""

import re
import tomllib
from pathlib import Path

from packaging.requirements import Requirement

ROOT = Path(__file__).parents[2]
LOCK = (ROOT / ".ci/lowest.lock").read_text(encoding="utf-8")


def test_the_lock_pins_the_lower_bounds() -> None:
    """Each library taught is locked, by hash, at the lowest version that is declared; `make lock` renews both."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    declared = (*project["dependencies"], *project["optional-dependencies"]["course"])
    lowest = {
        one.name: next(bound.version for bound in one.specifier if bound.operator == ">=")
        for one in map(Requirement, declared)
        if one.name in ("sqlalchemy", "fastapi", "psycopg", "uvicorn", "httpx")
    }
    pinned = dict(re.findall(r"^([a-z0-9.-]+)==([^ ;\\]+)", LOCK, re.MULTILINE))
    assert len(lowest) == 5
    for name, version in lowest.items():
        assert re.fullmatch(rf"{re.escape(version)}(\.0)*", pinned[name]), name


def test_the_lock_names_no_place() -> None:
    """Parts are pinned by hash, and no index is written down."""
    assert LOCK.count("==") <= LOCK.count("--hash=sha256:")
    assert "://" not in LOCK
