"""`poolschool explain`: logs of every kind and size, counted in blocks; nothing that is no text stops it."""

import io
import json
import os
import re
import subprocess
import sys
import time
import tracemalloc
from pathlib import Path

import pytest
from learner_run import run_poolschool

from poolschool.course.lessons import find_root
from poolschool.errors.entry import load_entries
from poolschool.errors.log import AROUND, BLOCK, tally
from poolschool.errors.reading import Reading

ROOT = find_root(Path(__file__).parent)
ENTRIES = load_entries(ROOT)
LIMIT = b"2026-11-27T19:%02d:03Z web-1 ERROR QueuePool limit of size 5 overflow 10 reached, connection timed out, timeout 30.00\n"
FULL = b"Nov 27 20:01:07 db postgres[7]: FATAL:  sorry, too many clients already\n"


def counted(log: bytes) -> dict[str, tuple[int, str, str, int]]:
    """Give what is counted by page."""
    return {one.entry.id: (one.count, one.first, one.last, one.most) for one in tally(io.BytesIO(log), ENTRIES)}


def test_it_counts_by_error_and_minute() -> None:
    """How often, first and last, and the most in one minute, in both ways to write a time."""
    log = LIMIT % 2 + LIMIT % 2 + LIMIT % 5 + FULL
    assert counted(log) == {
        "queue_pool_limit": (3, "2026-11-27 19:02", "2026-11-27 19:05", 2),
        "too_many_clients": (1, "Nov 27 20:01", "Nov 27 20:01", 1),
    }


@pytest.mark.parametrize("before", [0, BLOCK - 40, BLOCK - AROUND - 40, 2 * BLOCK - AROUND, 3 * BLOCK - 5])
def test_each_is_counted_once_wherever_a_block_ends(before: int) -> None:
    """A text that lies across the end of a block, or near it, is neither lost nor counted twice."""
    noise = (b"INFO all is well\n" * (before // 17 + 1))[:before]
    assert counted(noise + b"\n" + LIMIT % 2 + noise + FULL)["queue_pool_limit"][0] == 1


def test_noise_and_broken_encodings_do_no_harm() -> None:
    """Random bytes, UTF-16 and half a character around a text."""
    log = os.urandom(200_000) + b"\xff\xfe\xc3\n" + LIMIT % 2 + "grün".encode("utf-16") + os.urandom(200_000)
    assert counted(log)["queue_pool_limit"][0] == 1


def test_memory_does_not_grow_with_the_log() -> None:
    """Eighty megabytes take no more than a few blocks."""

    class Endless:
        left = 80

        def read(self, _size: int, /) -> bytes:
            self.left -= 1
            return (LIMIT % 2) * 10 + b"INFO all is well\n" * (BLOCK // 17) if self.left >= 0 else b""

    tracemalloc.start()
    assert tally(Endless(), ENTRIES)[0].count == 800
    assert tracemalloc.get_traced_memory()[1] < 30 * BLOCK
    tracemalloc.stop()


def test_it_says_cause_and_consequence_in_words(tmp_path: Path) -> None:
    """The lost connection first, then what follows from it, each with its likeliest cause, its cure and its page."""
    log = tmp_path / "app.log"
    log.write_text(
        "Can't reconnect until invalid transaction is rolled back.\nserver closed the connection unexpectedly\n"
    )
    said = run_poolschool(ROOT, "explain", str(log))
    assert said.returncode == 0, said.stderr
    assert said.stdout.index("Server closed the connection") < said.stdout.index("It may only follow from")
    for word in (
        "Most likely",
        "Or            The server was restarted, or the process crashed; ",
        "How to tell",
        "Cure",
        "docs/reference/errors/server_closed.md",
    ):
        assert word in said.stdout
    told = json.loads(run_poolschool(ROOT, "explain", str(log), "--json").stdout)
    assert [one["id"] for one in told] == ["server_closed", "pending_rollback"]


def test_a_link_in_a_cure_keeps_its_address(tmp_path: Path) -> None:
    """A terminal shows no link: the file that it leads to stands behind its words, and is there."""
    log = tmp_path / "app.log"
    log.write_text((LIMIT % 2).decode())
    said = run_poolschool(ROOT, "explain", str(log)).stdout
    assert "Who holds it (docs/p3_breaks/l10_who_holds_it.md) names the line." in said
    for entry in ENTRIES:
        for cause in entry.causes:
            for file in re.findall(r"\((docs/[^)]+)\)", f"{cause.tell} {cause.cure}"):
                assert (ROOT / file).is_file(), (entry.id, file)


def test_what_comes_hours_later_is_no_cause(tmp_path: Path) -> None:
    """The night's errors were over when the morning's began: they stand first, and follow from nothing."""
    night, morning = (LIMIT % 2).decode(), "2026-11-28T07:00:00Z FATAL:  sorry, too many clients already\n"
    log = tmp_path / "app.log"
    log.write_text(night + morning)
    assert "It may only follow" not in run_poolschool(ROOT, "explain", str(log)).stdout
    log.write_text(night + morning + night.replace("27T19:02", "28T07:01"))
    assert "It may only follow" in run_poolschool(ROOT, "explain", str(log)).stdout


def test_what_is_about_something_else_is_said_to_be(tmp_path: Path) -> None:
    """Exit code 1, one sentence; the nearest page if it is near. A file that is not there is named."""
    log = tmp_path / "app.log"
    log.write_text("KeyError: 'DATABASE_URL'\n")
    done = run_poolschool(ROOT, "explain", str(log))
    assert (done.returncode, done.stdout) == (1, "Nothing here is about pools.\n")
    log.write_text(
        "the queue pool limit of this size and overflow was reached, and the connection timed out: timeout\n"
    )
    assert "Nearest: QueuePool limit reached" in run_poolschool(ROOT, "explain", str(log)).stdout
    (told,) = json.loads(run_poolschool(ROOT, "explain", str(log), "--json").stdout)
    assert (told["id"], told["count"], told["nearest"]) == ("queue_pool_limit", 0, True)
    lost = run_poolschool(ROOT, "explain", str(tmp_path / "lost.log"))
    assert lost.returncode == 2
    assert "lost.log cannot be read" in lost.stderr
    assert run_poolschool(ROOT, "explain").stdout == "Nothing here is about pools.\n"  # nothing is piped in


EXPLAIN = [sys.executable, "-c", "from poolschool.cli.app import main; main()", "explain"]


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-8-sig"])
def test_a_log_is_read_in_what_a_shell_has_written_it(encoding: str) -> None:
    """With a mark and without, over several blocks, an odd number of bytes in each."""
    lines = (LIMIT % 2).decode() + "INFO alles grün\n" * 100_000 + FULL.decode()
    log = io.BytesIO(lines.encode(encoding))
    assert {one.entry.id: one.count for one in tally(Reading(log), ENTRIES)} == {
        "queue_pool_limit": 1,
        "too_many_clients": 1,
    }


def test_a_beginning_said_over_and_over_is_read_in_its_length() -> None:
    """Half a megabyte of one text's beginning is no work; the text after it is found."""
    log = b'prepared statement "' * 25_000 + b"\n" * 1200 + b'prepared statement "s1" does not exist'
    began = time.process_time()
    assert counted(log)["prepared_statement"][0] == 1
    assert time.process_time() - began < 15  # seconds; it was more than a minute


def test_one_ctrl_d_ends_what_is_pasted() -> None:
    """A terminal is not asked a second time."""
    pty = pytest.importorskip("pty")
    ours, theirs = pty.openpty()
    with subprocess.Popen(EXPLAIN, cwd=ROOT, stdin=theirs, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as learner:
        assert learner.stdout
        assert learner.stderr
        assert b"Paste the error" in learner.stderr.readline()
        os.write(ours, b"sorry, too many clients already\n\x04")
        assert b"Too many clients" in learner.stdout.read()
        assert learner.wait(30) == 0
    os.close(ours)
    os.close(theirs)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no full disk to write to")
@pytest.mark.parametrize(
    ("redirection", "code", "words"),
    [("<&-", 2, "The standard input is closed."), ("> /dev/full", 2, "cannot be written"), ("| head -n 0", 0, "")],
)
def test_what_cannot_be_read_or_written_is_said_in_words(redirection: str, code: int, words: str) -> None:
    """Exit code 2, no traceback; a reader who goes is no mistake."""
    line = f"printf 'database is locked' | {{ exec {EXPLAIN[0]} -c '{EXPLAIN[2]}' explain - {redirection}; }}"
    done = subprocess.run(["bash", "-c", line], cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == code
    assert words in done.stderr
    assert "Traceback" not in done.stderr
    assert "Exception" not in done.stderr
    assert bool(done.stderr) == bool(words)


@pytest.mark.parametrize(
    "line", ["database is locked\n", "java.sql.SQLException: the connection is closed\n\tat a.b.C(D.java:1)\n"]
)
def test_a_log_of_nothing_else_is_read_in_its_length(line: str) -> None:
    """Ten thousand texts that others have too, each looked at with what stands around it, are a matter of seconds."""
    began = time.process_time()
    tally(io.BytesIO(line.encode() * 10_000), ENTRIES)
    assert time.process_time() - began < 15  # seconds; usually two or three
