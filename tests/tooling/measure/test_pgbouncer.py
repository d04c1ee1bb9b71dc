"""What is said of a PgBouncer that is there and does not do."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from poolschool.course.faults import UserMistake
from poolschool.measure.bench.pgbouncer import INSTALL, bouncer, program, version

pytestmark = pytest.mark.skipif(os.name == "nt", reason="the programs are shell scripts")


@pytest.fixture
def install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Put a shell script where PgBouncer is looked for first."""

    def put(script: str) -> None:
        placed = tmp_path / "pgbouncer"
        placed.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
        placed.chmod(0o755)
        monkeypatch.setenv("PATH", str(tmp_path), prepend=os.pathsep)

    return put


@pytest.mark.parametrize(
    ("script", "words"),
    [
        ("echo broken >&2; exit 3", "--version` fails: .* exit status 3"),
        ("echo 'PgBouncer, of a kind'", "names no version. It says: PgBouncer, of a kind"),
        ("exit 0", "names no version. It says: nothing"),
    ],
    ids=["fails", "other words", "no word"],
)
def test_a_broken_program_is_told_in_words(install: Callable[[str], None], script: str, words: str) -> None:
    """Which program it is, what it did, and no traceback."""
    install(script)
    with pytest.raises(UserMistake, match=words):
        version()


def test_a_version_is_two_numbers(install: Callable[[str], None]) -> None:
    """The first line counts, with as many numbers as lessons speak of."""
    install("echo 'PgBouncer 1.25.1'\necho 'libevent 2.1.12-stable'")
    assert version() == (1, 25)


@pytest.mark.skipif(program() is None, reason=INSTALL)
def test_why_it_does_not_start_is_in_its_own_words() -> None:
    """The first thing that the real one finds wrong is quoted, not that nobody answers."""
    nowhere = "postgresql://reader:secret@127.0.0.1:9/store"
    with pytest.raises(UserMistake, match=r"did not start: .*no_such_setting"), bouncer(nowhere, no_such_setting=1):
        pass
