"""The answer key of the generated questions of `leaks`, executed: every version, with the collector off."""

import contextlib
import gc
import io

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.exc import TimeoutError as PoolTimeout


@pytest.fixture(autouse=True)
def collector_off():
    """Keep the garbage collector away while a proof runs, and clear up after it; what was there before is left alone."""
    gc.collect()
    gc.freeze()
    gc.disable()
    yield
    gc.enable()
    gc.unfreeze()
    gc.collect()


def calls_until_empty(pool_size, max_overflow, every):
    """Call a function that leaks each time in `every`, until the pool has nothing left; return which call failed."""
    engine = create_engine("sqlite:///store.db", pool_size=pool_size, max_overflow=max_overflow, pool_timeout=0)
    call = 0
    try:
        while True:
            call += 1
            connection = engine.connect()
            connection.execute(text("SELECT 39"))
            if call % every:
                connection.close()
            del connection
    except PoolTimeout:
        return call
    finally:
        gc.collect()
        engine.dispose()


def test_which_call_fails(versions):
    """Of calls one after the other, this one finds the pool empty."""
    for given, question in versions:
        assert calls_until_empty(given["pool_size"], given["max_overflow"], given["every"]) == question.value


def test_minutes_until_empty(versions):
    """The search that finds nothing comes right after so many minutes' worth of searches.

    A minute is so many searches; the searches are real, the minutes are not waited for. A search that gives back changes
    nothing, so of those only one in ten is carried out.
    """
    for given, question in versions:
        every = given["every"] // 10
        failed = calls_until_empty(given["pool_size"], given["max_overflow"], every)
        assert (failed - 1) * 10 / given["searches"] == question.value


def test_still_lent(versions):
    """The program prints what the answer says, and none of the wrong outputs."""
    for _, question in versions:
        out, names = io.StringIO(), {}
        with contextlib.redirect_stdout(out):
            exec(question.program, names)  # noqa: S102 - a program of ours
        gc.collect()
        names["engine"].dispose()
        assert out.getvalue().strip() == question.prints
        assert question.prints not in {wrong.prints for wrong in question.wrong}
