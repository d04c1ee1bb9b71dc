"""The bench: honest counts, files that can be read back, nothing left behind."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import measured
import psutil
import psycopg
import pytest
from rich.console import Console

from poolschool.course.faults import UserMistake
from poolschool.database.running import server
from poolschool.measure.bench import headline_figures, pgbouncer, scenario_figures
from poolschool.measure.bench.command import bench
from poolschool.measure.bench.figures import round_result, summary
from poolschool.measure.bench.headline_figures import Headline
from poolschool.measure.bench.plan import Plan
from poolschool.measure.bench.scenario_figures import Scenarios
from poolschool.measure.bench.scenarios import SCENARIOS, chosen

pytestmark = pytest.mark.together
SHORT = Plan(users=6, seconds=0.6, rounds=1, workers=1, warm_up=0.2)
LONG = """
import sys
from poolschool.measure.bench.command import bench
from poolschool.measure.bench.plan import Plan
sys.exit(bench([], False, Plan(users=2, seconds=60, workers=1), None))
"""


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    """Give the address of the course's PostgreSQL, as psycopg takes it."""
    with server() as url:
        yield url.replace("postgresql+psycopg://", "postgresql://")


def databases(url: str) -> list[str]:
    """Name the bench's databases that exist."""
    with psycopg.connect(url) as connection:
        return [
            str(name)
            for (name,) in connection.execute("SELECT datname FROM pg_database WHERE datname LIKE 'poolschool_bench%'")
        ]


def children() -> set[int]:
    """Name the processes that this one has started."""
    return {process.pid for process in psutil.Process().children(recursive=True)}


def test_a_real_headline(url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """PostgreSQL counts one connection per request without a pool, and no more than the pool's size with it."""
    before = children()
    assert bench([], False, SHORT, tmp_path / "new") == 0
    found = Headline.model_validate_json((tmp_path / "new" / "headline.json").read_text(encoding="utf-8"))
    for view in found.views:
        assert view.without_pool.connections == view.without_pool.requests > 0
        assert 1 <= view.with_pool.connections <= found.most_connections == 10
        assert view.without_pool.failed == view.with_pool.failed == 0
    assert min(getattr(found.ceiling, part).median for part in ("store", "driver", "endpoint", "http", "raw_loop")) > 0
    assert (found.users, found.command) == (6, "poolschool bench --users 6 --seconds 0.6 --rounds 1 --workers 1")
    assert found.versions["postgresql"].startswith("18")
    assert (tmp_path / "new" / "headline.svg").read_text(encoding="utf-8").startswith("<svg")
    assert "connections opened" in capsys.readouterr().out
    assert f"poolschool_bench_{os.getpid()}" not in databases(url)
    assert children() <= before


def test_real_scenarios(url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Named scenarios are played beside the pooled one, and each store's own counts are in the result."""
    before = children()
    plan = Plan(users=20, seconds=1.6, rounds=1, warm_up=0.2)
    assert bench(["unpooled"], False, plan, tmp_path, as_json=True) == 0
    printed = Scenarios.model_validate(json.loads(capsys.readouterr().out))
    found = Scenarios.model_validate_json((tmp_path / "scenarios.json").read_text(encoding="utf-8"))
    assert printed == found
    assert found.command == "poolschool bench unpooled --users 20 --seconds 1.6 --rounds 1"
    pooled, unpooled = found.scenarios
    assert pooled.pool is not None
    assert unpooled.pool is not None
    assert unpooled.answers is not None
    assert pooled.pool.opened <= 10 < unpooled.answers.requests <= unpooled.pool.opened
    assert (tmp_path / "scenarios.svg").read_text(encoding="utf-8").startswith("<svg")
    assert children() <= before


def test_without_pgbouncer_its_row_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Where PgBouncer is not installed, the other rows are measured, and its own names the packages."""
    monkeypatch.setattr(pgbouncer, "program", lambda: None)
    assert bench(["pgbouncer"], False, Plan(users=4, seconds=1, rounds=1, warm_up=0.1), None) == 0
    told = " ".join(capsys.readouterr().out.split())
    assert "Not measured. PgBouncer is not installed: `apt-get install pgbouncer`" in told


def test_through_pgbouncer(url: str) -> None:
    """Twelve clients get through PgBouncer on ten server connections, and it is gone afterwards; or it says what to install."""
    before = children()
    if pgbouncer.program() is None:
        with pytest.raises(UserMistake, match="apt-get install pgbouncer"), pgbouncer.bouncer(url):
            pass
        return
    with pgbouncer.bouncer(url) as through:
        clients = [
            psycopg.connect(through.replace("+psycopg", ""), autocommit=True, prepare_threshold=None) for _ in range(12)
        ]
        backends = {client.execute("SELECT pg_backend_pid()").fetchone()[0] for client in clients}  # type: ignore[index]
        assert len(backends) <= pgbouncer.SERVER_CONNECTIONS < len(clients)
        for client in clients:
            client.close()
    assert children() <= before


def test_a_wish_that_cannot_be_met_is_refused_at_once(tmp_path: Path) -> None:
    """A misspelt scenario, options of another measurement, a folder that cannot be: refused before anything is started."""
    with pytest.raises(UserMistake, match=r"There is no scenario 'leeking'. Choose from pooled, unpooled, "):
        bench(["leeking"], False, Plan(), None)
    with pytest.raises(UserMistake, match="not both"):
        bench(["burst"], True, Plan(), None)
    with pytest.raises(UserMistake, match="--flavour and --workers are the headline's"):
        bench(["burst"], False, SHORT, None)
    (tmp_path / "file").touch()
    with pytest.raises(UserMistake, match="cannot be written to"):
        bench([], False, SHORT, tmp_path / "file" / "inside")


def test_each_is_compared_with_the_pooled_one() -> None:
    """The pooled store is always played, first and once; without names all are played."""
    assert [one.name for one in chosen(["burst", "unpooled"])] == ["pooled", "unpooled", "burst"]
    assert [one.name for one in chosen(["pooled"])] == ["pooled"]
    assert len(chosen([])) == len(SCENARIOS) >= 10


def shown(table: object) -> str:
    """Print a table as a wide terminal shows it."""
    console = Console(width=200, record=True, file=open(os.devnull, "w"))  # noqa: SIM115, PTH123
    console.print(table)
    console.file.close()
    return console.export_text()


def test_the_scenarios_tables() -> None:
    """Ratios are those of each round to the pooled store's, errors have their texts, what is left out says why."""
    text = shown(scenario_figures.report(measured.scenarios()))
    row = next(line for line in text.splitlines() if "undersized" in line)
    assert [part.strip() for part in row.split("│")[1:-1]] == [
        "undersized", "100", "0.75 (0.50 – 1.00)", "200", "12.5 (10.0 – 15.0)", "50.0%",
    ]  # fmt: skip
    assert "200 × 503: All connections are in use." in text
    assert "pgbouncer: behind a PgBouncer.\n  Not measured. PgBouncer is not installed." in text
    assert "The shoppers cost" in text


def test_the_headlines_tables_name_what_eats_the_rest() -> None:
    """Each part's milliseconds are the difference to the line above it."""
    text = shown(headline_figures.report(measured.headline()))
    ceiling = [[part.strip() for part in line.split("│")[1:-1]] for line in text.splitlines() if "│" in line][-5:]
    assert ceiling == [
        ["shoppers, HTTP, FastAPI", "2,000", "0.50", "0.50"],
        ["+ a thread per request", "1,000", "1.00", "0.50"],
        ["+ query, driver and its pool", "500", "2.00", "1.00"],
        ["+ SQLAlchemy, pydantic: the store", "400", "2.50", "0.50"],
        ["the query in a loop, alone", "5,000", "0.20", ""],
    ]
    assert "With a pool the p95 is 40.0 times shorter; round by round" in text
    assert "load average before: 0.2" in text
    assert "Fewer than 200 answers: the ratios say little." in text


@pytest.fixture
def long_bench(url: str) -> Iterator["subprocess.Popen[str]"]:
    """Give a bench of some minutes, at a moment when both stores and the shoppers run."""
    assert url
    with subprocess.Popen(
        [sys.executable, "-c", LONG], stdout=subprocess.PIPE, text=True, start_new_session=os.name == "posix"
    ) as process:
        give_up = time.monotonic() + 60
        while len(parts_of(process.pid)) < 3:  # two stores and the shoppers
            assert time.monotonic() < give_up
            time.sleep(0.05)
        time.sleep(1)  # well into a round, whatever it does there
        yield process
        process.kill()


def parts_of(pid: int) -> list[psutil.Process]:
    """Find the processes that a bench has started."""
    return [
        child
        for child in psutil.Process(pid).children(recursive=True)
        if "-m poolschool.store." in " ".join(_words(child))
    ]


def _words(process: psutil.Process) -> list[str]:
    try:
        return process.cmdline()
    except psutil.Error:
        return []


@pytest.mark.skipif(os.name != "posix", reason="Ctrl-C reaches a group of processes only on POSIX")
def test_ctrl_c_leaves_nothing(url: str, long_bench: "subprocess.Popen[str]") -> None:
    """Ctrl-C ends the bench with a sentence; its processes and its database are gone."""
    parts = parts_of(long_bench.pid)
    os.killpg(long_bench.pid, signal.SIGINT)
    told, _ = long_bench.communicate(timeout=30)
    assert long_bench.returncode == 130
    assert "Nothing is left running, and nothing was written." in told
    assert not any(part.is_running() for part in parts)
    assert f"poolschool_bench_{long_bench.pid}" not in databases(url)  # another test's may be there


def test_a_killed_bench_takes_its_parts_along(long_bench: "subprocess.Popen[str]") -> None:
    """After `kill -9` of the bench its stores and shoppers end by themselves, in the midst of a round."""
    parts = parts_of(long_bench.pid)
    long_bench.kill()
    _, alive = psutil.wait_procs(parts, timeout=30)
    assert alive == []


def test_a_file_in_the_place_of_the_folder_is_told_at_once(tmp_path: Path) -> None:
    """`--output` that names a file is refused before anything is measured."""
    (tmp_path / "taken").touch()
    with pytest.raises(UserMistake, match=r"taken is a file\. Name a folder"):
        bench([], False, SHORT, tmp_path / "taken")


def test_a_round_is_summed_up() -> None:
    """Percentiles and answers per second are those of the answers as expected; errors are counted by their text."""
    one = round_result(range(1, 102), {"503": 2}, seconds=10, connections=3, cpu=0.103)
    assert (one.p50, one.p95, one.p99, one.throughput, one.answers) == (51, 96, 100, 10.1, 101)
    assert (one.errors, one.client_ms) == ({"503": 2}, 10.0)


def test_a_round_without_answers_is_one_too() -> None:
    """If nobody got an answer there are no percentiles, and no crash."""
    one = round_result([], {"503": 2}, seconds=1, connections=0, cpu=0)
    assert (one.p95, one.throughput, one.answers) == (0, 0, 0)


def test_rounds_are_summed_up_by_their_medians() -> None:
    """One slow round does not move the figures; answers, errors and connections add up."""
    rounds = [round_result([ms, ms], {"503": 1}, seconds=1, connections=2, cpu=0) for ms in (1, 2, 90)]
    found = summary(rounds)
    assert (found.p95.median, found.p95.least, found.p95.most) == (2, 1, 90)
    assert (found.answers, found.connections, found.errors) == (6, 6, {"503": 3})
