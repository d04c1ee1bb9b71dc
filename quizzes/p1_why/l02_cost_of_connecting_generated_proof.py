"""The answer key of the generated questions of `cost_of_connecting`, executed: every version, on a real engine."""

from contextlib import ExitStack

from sqlalchemy import NullPool, create_engine, event, text


def test_share_of_connecting(versions):
    """A clock that connecting and querying move on gives this share.

    The engine really opens a connection and really asks; SQLAlchemy's events move the clock by the question's times, since
    no machine opens a connection in exactly so many milliseconds.
    """
    for given, question in versions:
        clock = {"connecting": 0, "queries": 0}
        engine = create_engine("sqlite:///store.db", poolclass=NullPool)

        def connects(*_, clock=clock, given=given):
            clock["connecting"] += given["connecting"]

        def asks(*_, clock=clock, given=given):
            clock["queries"] += given["query"]

        event.listen(engine, "do_connect", connects)
        event.listen(engine, "before_cursor_execute", asks)
        with engine.connect() as connection:
            for _ in range(given["queries"]):
                connection.execute(text("SELECT 1"))
        share = 100 * clock["connecting"] / sum(clock.values())
        assert abs(share - question.value) <= question.tolerance
        assert all(abs(share - wrong.value) > question.tolerance for wrong in question.wrong)


def test_connecting_saved(versions):
    """Two real engines answer the same requests; the connections that one opens less, times the question's milliseconds."""
    for given, question in versions:
        opened = []
        for settings in ({"poolclass": NullPool}, {"pool_size": given["crowd"], "max_overflow": 0}):
            engine = create_engine("sqlite:///store.db", **settings)
            opened.append(0)

            def connects(*_, opened=opened):
                opened[-1] += 1

            event.listen(engine, "connect", connects)
            for _ in range(given["rounds"]):
                with ExitStack() as crowd:
                    for _ in range(given["crowd"]):
                        crowd.enter_context(engine.connect())
            engine.dispose()
        assert (opened[0] - opened[1]) * given["connecting"] == question.value
