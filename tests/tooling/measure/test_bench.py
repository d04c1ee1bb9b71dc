"""The headline's measurement: honest counts, a file that can be read back, nothing left behind."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import psycopg
import pytest

from poolschool.course.faults import UserMistake
from poolschool.database.running import server
from poolschool.measure import bench
from poolschool.measure.bench_result import Headline, round_result, summary
from poolschool.store.app import POOL_SIZE

LONG = "import sys; from poolschool.measure.bench import bench; sys.exit(bench(2, 60, None))"


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


def test_a_real_measurement(
    url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """PostgreSQL counts one connection per request without a pool, and no more than the pool's size with it."""
    monkeypatch.setattr(bench, "ROUNDS", 1)
    monkeypatch.setattr(bench, "WARM_UP", 0.3)
    children = {process.pid for process in psutil.Process().children(recursive=True)}
    assert bench.bench(4, 1.0, tmp_path / "new") == 0
    found = Headline.model_validate_json((tmp_path / "new" / "headline.json").read_text(encoding="utf-8"))
    assert found.without_pool.connections == found.without_pool.requests > 0
    assert 1 <= found.with_pool.connections <= POOL_SIZE
    assert found.without_pool.errors == found.with_pool.errors == 0
    assert [one.pooled for one in found.rounds] == [False, True]
    assert found.users == 4
    assert found.versions["postgresql"].startswith("18")
    assert (tmp_path / "new" / "headline.svg").read_text(encoding="utf-8").startswith("<svg")
    assert "connections opened" in capsys.readouterr().out
    assert f"poolschool_bench_{os.getpid()}" not in databases(url)
    assert {process.pid for process in psutil.Process().children(recursive=True)} <= children


@pytest.fixture
def long_bench(url: str) -> Iterator["subprocess.Popen[str]"]:
    """Give a bench of some minutes, at a moment when both stores and the shoppers run."""
    assert url
    with subprocess.Popen(
        [sys.executable, "-c", LONG], stdout=subprocess.PIPE, text=True, start_new_session=os.name == "posix"
    ) as process:
        give_up = time.monotonic() + 60
        while len(parts_of(process.pid)) < 3:
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
        bench.bench(1, 1, tmp_path / "taken")


def test_a_round_is_summed_up() -> None:
    """Percentiles are those of the times; answers per second leave errors out."""
    one = round_result(pooled=True, times=range(1, 102), errors=1, seconds=10, connections=3, cpu=0.123)
    assert (one.p50, one.p95, one.p99, one.throughput, one.requests) == (51, 96, 100, 10.0, 101)


def test_rounds_are_summed_up_by_their_medians() -> None:
    """One slow round does not move the figures; requests and connections add up."""
    rounds = [round_result(pooled=True, times=[ms, ms], errors=0, seconds=1, connections=2, cpu=0) for ms in (1, 2, 90)]
    found = summary(rounds)
    assert (found.p95, found.requests, found.connections) == (2, 6, 6)
