"""What checkers import: it names calls, compares, and counts connections of every pool."""

import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from threading import current_thread
from types import ModuleType

import pytest
from sqlalchemy import AssertionPool, NullPool, StaticPool, create_engine, text

from poolschool.checks import (
    CallNote,
    Wrong,
    advance_clock,
    between_steps,
    borrow,
    call,
    call_elsewhere,
    count_connections,
    database_url,
    describe,
    expect,
    expect_type,
    movable_clocks,
)


@pytest.fixture
def url(tmp_path: Path) -> str:
    """Give the address of an empty database file."""
    return f"sqlite:///{tmp_path / 'store.db'}"


def search(term: str, limit: int = 10) -> list[str]:
    """Stand for a learner's function."""
    return [term] * limit


def test_a_call_is_remembered() -> None:
    """`call` gives back what the function gives, and remembers the call as one would write it."""
    assert call(search, "lamp", limit=2) == ["lamp", "lamp"]
    assert CallNote.text == "search('lamp', limit=2)"


def test_an_address_is_not_shown() -> None:
    """A database's address, which may hold a password, is shown as `url`; a long argument is cut."""
    call(search, "postgresql://ada:secret@localhost/store", limit=1)
    assert CallNote.text == "search(url, limit=1)"
    call(search, "x" * 100)
    assert len(CallNote.text) < 60


def test_expect_compares_and_says() -> None:
    """Equal values pass; others raise Wrong, which shows both as Python does."""
    expect(5, 5, called="add(2, 3)", hint="Plus.")
    with pytest.raises(Wrong) as caught:
        expect("5", 5, called="add(2, 3)", hint="Plus.", belief="text_is_number")
    wrong = caught.value
    assert (wrong.called, wrong.got, wrong.expected) == ("add(2, 3)", "'5'", "5")
    assert (wrong.hint, wrong.belief) == ("Plus.", "text_is_number")


def test_connections_of_a_pool_are_counted(url: str) -> None:
    """One connection lent twice is opened once; two at once are two."""
    with count_connections() as seen:
        engine = create_engine(url)
        for _ in range(2):
            with engine.connect() as connection:
                connection.execute(text("SELECT 1"))
        assert (seen.opened, seen.checkouts, seen.checkins, seen.checked_out) == (1, 2, 2, 0)
        with engine.connect(), engine.connect():
            assert (seen.checked_out, seen.open_now) == (2, 2)
        engine.dispose()
    assert (seen.opened, seen.closed, seen.most_open, seen.most_checked_out) == (2, 2, 2, 2)
    assert seen.events[:2] == ["connect", "checkout"]


def test_connections_without_a_pool_are_counted(url: str) -> None:
    """With NullPool every loan opens and closes."""
    with count_connections() as seen:
        engine = create_engine(url, poolclass=NullPool)
        for _ in range(3):
            engine.connect().close()
    assert (seen.opened, seen.closed, seen.open_now, seen.checked_out) == (3, 3, 0, 0)


def test_a_forgotten_connection_is_still_out(url: str) -> None:
    """A loan that nobody returns is counted as in use."""
    engine = create_engine(url)
    with count_connections() as seen:
        connection = engine.connect()
        assert seen.checked_out == 1
        connection.close()
    engine.dispose()


def test_an_invalidated_connection_is_given_back_and_closed(url: str) -> None:
    """Throwing a connection away closes it, and ends the loan."""
    engine = create_engine(url)
    with count_connections() as seen:
        with engine.connect() as connection:
            connection.invalidate()
        assert (seen.open_now, seen.checked_out) == (0, 0)
    engine.dispose()


def test_a_detached_connection_is_given_back_and_closed(url: str) -> None:
    """A connection taken out of its pool is closed when its borrower is done with it, and the loan has ended."""
    engine = create_engine(url)
    with count_connections() as seen:
        with engine.connect() as connection:
            connection.detach()
        assert (seen.open_now, seen.checked_out) == (0, 0)
    engine.dispose()


def test_counting_ends_with_its_block(url: str) -> None:
    """After the block nothing is counted any more, also when the block raised."""
    with pytest.raises(RuntimeError), count_connections() as seen:
        raise RuntimeError
    engine = create_engine(url)
    engine.connect().close()
    engine.dispose()
    assert seen.opened == 0


def test_the_address_of_the_lessons_postgresql(monkeypatch: pytest.MonkeyPatch) -> None:
    """A checker gets the address that the grader hands to its process."""
    monkeypatch.setenv("POOLSCHOOL_DATABASE_URL", "postgresql+psycopg://localhost/store")
    assert database_url() == "postgresql+psycopg://localhost/store"


def test_a_loan_that_is_kept_alive_is_returned_by_close_only(url: str) -> None:
    """Dropping the last name of a connection returns it, unless loans are kept alive; close() returns it always."""
    engine = create_engine(url)
    for keep_alive, left in ((False, 0), (True, 1)):
        with count_connections(keep_alive=keep_alive) as seen:
            engine.connect()
            assert seen.not_returned == left
            engine.connect().close()
            assert seen.not_returned == left
    assert engine.pool.checkedout() == 0  # what was kept alive is not kept beyond the block
    engine.dispose()


def test_a_detached_connection_is_not_returned(url: str) -> None:
    """A connection that was detached from its pool counts as not returned until it is closed."""
    engine = create_engine(url)
    with count_connections() as seen, engine.connect() as connection:
        connection.detach()
        assert (seen.checked_out, seen.not_returned) == (0, 1)
        connection.close()
        assert seen.not_returned == 0


def test_pools_and_disposals_are_counted(url: str) -> None:
    """Two engines are two pools; an engine that was disposed of goes on with another pool."""
    with count_connections() as seen:
        for _ in range(2):
            engine = create_engine(url)
            engine.connect().close()
            engine.connect().close()
        assert (len(seen.pools), seen.disposals) == (2, 0)
        engine.dispose()
        engine.connect().close()
        assert (len(seen.pools), seen.disposals) == (3, 1)


def test_borrowing_ends_where_the_pool_does(url: str) -> None:
    """`borrow` takes what a pool gives without waiting, and leaves its time-out as it was."""
    for options, most in (
        ({"pool_size": 2, "max_overflow": 1}, 3),
        ({"poolclass": NullPool}, 6),
        ({"poolclass": StaticPool}, 6),
        ({"poolclass": AssertionPool}, 1),
    ):
        engine = create_engine(url, **options)
        borrowed = borrow(engine, 6, called="engine")
        assert len(borrowed) == most
        for connection in borrowed:
            connection.close()
        engine.dispose()
    assert create_engine(url, pool_timeout=7).pool._timeout == 7
    with pytest.raises(Wrong, match="invalid keyword"):
        borrow(create_engine(url, connect_args={"connect_timeout": 2}), 1, called="engine")


def test_a_pool_is_described(url: str) -> None:
    """A pool with limits is described with them, another by its class alone."""
    assert describe(create_engine(url, pool_size=3).pool) == "QueuePool, pool_size 3, max_overflow 10"
    assert describe(create_engine(url, poolclass=NullPool).pool) == "NullPool"


def test_a_missing_return_is_said() -> None:
    """What is not of the type is refused; None comes with the hint at a missing return."""
    expect_type([], list, called="names()")
    with pytest.raises(Wrong) as caught:
        expect_type(None, list, called="names()")
    assert "return" in caught.value.hint


def test_a_call_elsewhere_is_in_another_thread() -> None:
    """`call_elsewhere` runs the function in a thread of its own, gives what it gives and raises what it raises."""
    assert call_elsewhere(current_thread) is not current_thread()
    with pytest.raises(ZeroDivisionError):
        call_elsewhere(divmod, 1, 0)


# A learner's module that keeps clocks in every way.
KEEPS_CLOCKS = """
import datetime as calendar
import time
from dataclasses import dataclass, field
from datetime import datetime
from time import monotonic, time_ns

@dataclass
class Checkout:
    since: float = field(default_factory=time.monotonic)

class Detector:
    clock = time.perf_counter

    def __init__(self, now=time.monotonic):
        self.now = now

def read(detector, clocks=(time.time, time.perf_counter_ns)):
    wall, ns = clocks
    return [
        Checkout().since, detector.now(), detector.clock(), wall(), ns() / 1e9, time.monotonic(), monotonic(),
        time_ns() / 1e9, datetime.now().timestamp(), calendar.datetime.now().timestamp(),
    ]
"""


@pytest.fixture
def clocks(tmp_path: Path) -> Iterator[ModuleType]:
    """Import that module as the judge does."""
    file = tmp_path / "keeps_clocks.py"
    file.write_text(KEEPS_CLOCKS, encoding="utf-8")
    spec = spec_from_file_location(file.stem, file)
    assert spec
    assert spec.loader
    module = module_from_spec(spec)
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(sys.modules, file.stem, module)
        with movable_clocks():
            spec.loader.exec_module(module)
        yield module


def test_every_clock_that_a_module_keeps_goes_ahead(clocks: ModuleType) -> None:
    """An hour later is an hour later for all of them, wherever they are kept; before and after the block they are right."""
    detector = clocks.Detector()
    for seconds in (0, 3600, 0, 60):
        before = clocks.read(detector)
        with advance_clock(clocks, seconds):
            later = clocks.read(detector)
        after = clocks.read(detector)
        ahead = [then - now for then, now in zip(later, before, strict=True)]
        assert all(seconds <= each < seconds + 30 for each in ahead), ahead
        assert all(0 <= then - now < 30 for then, now in zip(after, before, strict=True))


def test_the_clocks_of_others_are_left_alone(clocks: ModuleType) -> None:
    """What was bound elsewhere is not moved; after import and block the library's own clocks stand in their places."""
    real = time.monotonic, time.time, datetime
    own = time.monotonic
    with movable_clocks():
        pass
    with advance_clock(clocks, 3600):
        assert time.monotonic() - own() > 3500
    assert (time.monotonic, time.time, datetime) == real
    assert type(time.monotonic) is type(time.sleep)
    assert abs(datetime.now(UTC).timestamp() - time.time()) < 30


def test_a_movable_clock_counts_as_the_real_one(clocks: ModuleType) -> None:
    """A checker that asks which clock an answer measures by finds it among the real ones."""
    kept = clocks.Detector.clock
    assert kept is not time.perf_counter
    assert kept == time.perf_counter
    assert time.perf_counter == kept
    assert {time.perf_counter: "found"}[kept] == "found"
    assert kept != time.monotonic
    assert kept.__name__ == "perf_counter"


# A learner's module that walks through what others change: as it is, through a copy, and under a lock.
WALKS = """
from threading import Lock

notes, lock = {1: "a", 2: "b"}, Lock()

def change():
    with lock:
        notes.pop(3, None) or notes.update({3: "c"})

def walk():
    return [note for note in notes.values()]

def walk_through_a_copy():
    return [note for note in list(notes.values())]

def walk_locked():
    with lock:
        return [note for note in notes.values()]
"""


@pytest.mark.parametrize(("walk", "fails"), [("walk", True), ("walk_through_a_copy", False), ("walk_locked", False)])
def test_others_act_between_the_steps_of_an_answer(walk: str, fails: bool, tmp_path: Path) -> None:
    """What others change while it is walked through breaks the walk, every time; a copy and a lock keep it whole."""
    module = ModuleType("walks")
    module.__file__ = str(tmp_path / "walks.py")
    exec(compile(WALKS, module.__file__, "exec"), vars(module))  # noqa: S102 - our own text
    before = sys.gettrace()
    for _ in range(5):
        problem = None
        with between_steps(module, module.change) as step:
            sys.settrace(step)
            try:
                getattr(module, walk)()
            except RuntimeError as error:
                problem = error
            finally:
                sys.settrace(before)
        assert bool(problem) == fails, problem


def test_counting_in_many_threads_is_exact(tmp_path: Path) -> None:
    """Threads that interrupt each other in the middle of a note change no count, and nobody is accused of it."""
    engine = create_engine(f"sqlite:///{tmp_path / 'shop.db'}", pool_size=8)

    def shop(_: int) -> None:
        for _ in range(200):
            engine.connect().close()

    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)  # seconds
    try:
        with count_connections() as seen, ThreadPoolExecutor(8) as shoppers:
            list(shoppers.map(shop, range(8)))
    finally:
        sys.setswitchinterval(before)
        engine.dispose()
    assert seen.checkouts == seen.checkins == 8 * 200
