"""Each place at which a class is graded has a role and a database of its own, and finds them empty."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from poolschool.course.lessons import find_root, load_course
from poolschool.database.own import MOST_CONNECTIONS, OwnDatabase
from poolschool.database.running import running_url
from poolschool.teaching.classroom.grade import grade_class

ROOT = find_root(Path(__file__))


def plain(url: str) -> str:
    """Give a SQLAlchemy URL as psycopg reads it."""
    return url.replace("postgresql+psycopg://", "postgresql://", 1)


@pytest.fixture(scope="module")
def places() -> Iterator[tuple[OwnDatabase, OwnDatabase]]:
    """Give two places for all tests, removed at the end: the server takes a second for each that it drops."""
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("POOLSCHOOL_DATABASE_URL", raising=False)
        made = OwnDatabase(900), OwnDatabase(901)
        yield made
        for place in made:
            place.remove()


def test_the_next_one_finds_nothing(places: tuple[OwnDatabase, OwnDatabase]) -> None:
    """Tables, settings, a changed password and open connections of one submission are gone for the next."""
    place, _ = places
    before = place.url()
    held = psycopg.connect(plain(before), autocommit=True)
    held.execute("CREATE SCHEMA mine CREATE TABLE things (x int)")
    held.execute("CREATE TABLE left_over (x int)")
    held.execute(f"ALTER ROLE {place.name} SET statement_timeout = 1")
    held.execute(f"ALTER ROLE {place.name} PASSWORD 'known'")
    after = place.url()
    assert after != before
    with pytest.raises(psycopg.OperationalError):
        held.execute("SELECT 1")
    held.close()
    with psycopg.connect(plain(after), autocommit=True) as connection:
        tables = "SELECT count(*) FROM pg_tables WHERE tableowner = current_user"
        assert connection.execute(tables).fetchone() == (0,)
        assert connection.execute("SHOW statement_timeout").fetchone() == ("1min",)
        assert connection.execute("SHOW temp_file_limit").fetchone() == ("100MB",)
        connection.execute("CREATE TABLE mine (x int)")
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(plain(before))


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT pg_terminate_backend({other})",
        "DROP DATABASE {theirs}",
        "ALTER ROLE {theirs} PASSWORD 'mine'",
        "ALTER SYSTEM SET max_connections = 1",
        "COPY (SELECT 1) TO PROGRAM 'cat'",
        "COPY (SELECT 1) TO '{folder}/class_900'",
        "SELECT pg_read_file('/etc/passwd')",
        "SET temp_file_limit = -1",
        "CREATE ROLE another",
    ],
)
def test_nobody_reaches_another(statement: str, places: tuple[OwnDatabase, OwnDatabase], tmp_path: Path) -> None:
    """A role ends no connection of another, drops nothing, runs no program, reads no file, lifts no limit."""
    mine, theirs = places
    with (
        psycopg.connect(plain(theirs.url())) as other,
        psycopg.connect(plain(mine.url()), autocommit=True) as connection,
    ):
        asked = statement.format(other=other.info.backend_pid, theirs=theirs.name, folder=tmp_path)
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute(asked.encode())
        assert other.execute("SELECT 1").fetchone() == (1,)


def test_a_role_may_not_take_all_connections(places: tuple[OwnDatabase, OwnDatabase]) -> None:
    """Whoever never closes is stopped, and the others still get in."""
    mine, theirs = places
    url = plain(mine.url())
    held = [psycopg.connect(url) for _ in range(MOST_CONNECTIONS)]
    with pytest.raises(psycopg.OperationalError, match="too many connections for role"):
        psycopg.connect(url)
    psycopg.connect(plain(theirs.url())).close()
    for connection in held:
        connection.close()


def test_another_database_is_closed_to_it(places: tuple[OwnDatabase, OwnDatabase]) -> None:
    """A role does not get into another's database."""
    mine, theirs = places
    theirs.url()
    with pytest.raises(psycopg.OperationalError, match="permission denied for database"):
        psycopg.connect(f"{plain(mine.url()).rpartition('/')[0]}/{theirs.name}")


@pytest.mark.timeout(180)
def test_a_class_is_graded_on_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A lesson that needs PostgreSQL passes for everybody at once, and no role or database is left."""
    monkeypatch.delenv("POOLSCHOOL_DATABASE_URL", raising=False)
    monkeypatch.setenv("POOLSCHOOL_ROOT", str(ROOT))
    lesson = load_course(ROOT).lesson("cost_of_connecting")
    for student in ("ada", "bob", "cyd"):
        (tmp_path / "in" / student).mkdir(parents=True)
        shutil.copy(lesson.solution, tmp_path / "in" / student)
    assert grade_class(tmp_path / "in", None, tmp_path / "out", (lesson.topic,), 2) == 0
    statuses = (tmp_path / "out" / "tasks.csv").read_text(encoding="utf-8")
    assert statuses.count(",passed,") == 3 * 4, statuses
    with psycopg.connect(plain(running_url())) as connection:
        left = "SELECT rolname FROM pg_roles WHERE rolname IN (%s, %s)"
        assert connection.execute(left, [OwnDatabase(0).name, OwnDatabase(1).name]).fetchall() == []
