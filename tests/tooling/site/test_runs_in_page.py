"""What a proof needs that a page has not: of its whole file, and of the proof alone."""

from pathlib import Path

import pytest

from poolschool.site.runs_in_page import proof_needs

TWO_PROOFS = """

def helper():
    return Thread()


def test_plain():
    assert create_engine


def test_threaded():
    assert helper()
"""


@pytest.mark.parametrize(
    ("imports", "plain", "threaded"),
    [
        ("from threading import Thread\nfrom sqlalchemy import create_engine", "", "threads"),
        ("import psycopg", "PostgreSQL", "PostgreSQL"),
        ("from psycopg.rows import dict_row", "PostgreSQL", "PostgreSQL"),
        ("from greenlet import getcurrent", "greenlets", "greenlets"),
        ("from bursts import burst", "the course's own module bursts", "the course's own module bursts"),
    ],
)
def test_needs(tmp_path: Path, imports: str, plain: str, threaded: str) -> None:
    """A file that cannot be imported in the page has no proof that runs there; else each proof has what it uses."""
    path = tmp_path / "l01_lamps_proof.py"
    path.write_text(imports + TWO_PROOFS, encoding="utf-8")
    assert proof_needs(path) == {"plain": plain, "threaded": threaded}
