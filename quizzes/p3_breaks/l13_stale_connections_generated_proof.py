"""The answer key of the generated questions of `stale_connections`, executed."""

from sqlalchemy import create_engine, event, text
from sqlalchemy.exc import DBAPIError


def failed(connection):
    """Run a query; tell whether the connection was lost."""
    try:
        connection.execute(text("SELECT 1"))
    except DBAPIError as error:
        return error.connection_invalidated
    return False


def test_restart_costs(versions):
    """Real pools whose connections are closed behind their back lose so many requests: every version."""
    for given, question in versions:
        engine = create_engine(
            "sqlite:///store.db", pool_size=given["size"], max_overflow=0, pool_pre_ping=given["ping"]
        )
        opened = []
        event.listen(engine, "connect", lambda raw, _, opened=opened: opened.append(raw))
        taken = [engine.connect() for _ in range(given["size"])]
        while len(taken) > given["in_use"]:
            taken.pop().close()
        for raw in opened:
            raw.close()
        lost = sum(map(failed, taken))
        for connection in taken:
            connection.close()
        for _ in range(given["later"]):
            with engine.connect() as connection:
                lost += failed(connection)
        engine.dispose()
        assert lost == question.value


def test_ping_share(versions):
    """A checkout asks exactly once, so its share follows from the request's own round trips."""
    pings = []
    engine = create_engine("sqlite:///store.db", pool_pre_ping=True)
    ping = engine.dialect.do_ping
    engine.dialect.do_ping = lambda raw: pings.append(raw) or ping(raw)
    for _ in range(11):  # the first opens a connection, which is not asked
        engine.connect().close()
    engine.dispose()
    assert len(pings) == 10
    for given, question in versions:
        assert abs(100 * len(pings) / 10 / given["trips"] - question.value) <= question.tolerance
