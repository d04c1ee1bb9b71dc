"""The answer key of the generated questions of `threads_and_the_cliff`, executed: each pair of numbers on FastAPI and a real pool."""

from contextlib import ExitStack, suppress

from bursts import burst, tutorial_store
from sqlalchemy import create_engine
from sqlalchemy.exc import TimeoutError as PoolTimeout


def test_standstill(versions):
    """The answer stands still with every thread and every connection taken, one request less is served, and so are the wrong answers below it.

    Versions of the same threads and connections are the same burst, which is sent once.
    """
    known = {}
    for given, question in versions:
        threads, size, overflow = given["threads"], given["pool_size"], given["max_overflow"]
        cliff = int(question.value)
        if (threads, size + overflow) not in known:
            engine = create_engine("sqlite:///store.db", pool_size=size, max_overflow=overflow)
            store = tutorial_store(engine)
            held = burst(store, cliff, engine, threads=threads).stood_still
            served = burst(store, cliff - 1, engine, threads=threads).all_answered
            known[threads, size + overflow] = held, served
            engine.dispose()
        assert known[threads, size + overflow] == ((threads, size + overflow, size + overflow), True)
        assert all(wrong.value < cliff for wrong in question.wrong)


def test_enough_for_all(versions):
    """With one less all hold one too few and nobody gets another; with the answer the first gets it and ends, and so do all."""
    for given, question in versions:
        times, each, least = given["times"], given["each"], int(question.value)
        for connections, ends in ((least - 1, False), (least, True)):
            engine = create_engine("sqlite:///store.db", pool_size=connections, max_overflow=0, pool_timeout=0)
            tasks = [ExitStack() for _ in range(times)]
            for task in tasks:
                for _ in range(each - 1):
                    task.enter_context(engine.connect())
            ended = 0
            for task in tasks:
                with suppress(PoolTimeout):
                    task.enter_context(engine.connect())
                    task.close()
                    ended += 1
            assert (ended == times) == ends
            assert ended in (0, times)
            for task in tasks:
                task.close()
            engine.dispose()
