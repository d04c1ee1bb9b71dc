"""The answer key of the generated questions of `poolers`, executed."""

from itertools import chain

from pooler import Pooler
from sqlalchemy import create_engine, text

# What psycopg prepares is no `PREPARE` in SQL. Its plans are counted by the server.
PLANS = "SELECT coalesce(sum(generic_plans + custom_plans), 0) FROM pg_prepared_statements WHERE NOT from_sql"
OPEN = "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'poolers quiz' AND state = 'idle in transaction'"


def test_held_sessions(versions, postgres_url):
    """Real clients of a pooler that do this have so many transactions open on the server: every version."""
    look = create_engine(postgres_url, isolation_level="AUTOCOMMIT").connect()
    arguments = {"prepare_threshold": None, "application_name": "poolers quiz"}
    with Pooler(postgres_url, size=8) as pooler:
        engine = create_engine(pooler.url, pool_size=20, pool_pre_ping=True, connect_args=arguments)
        for connection in [engine.connect() for _ in range(20)]:
            connection.close()
        for given, question in versions:
            taken = {kind: [engine.connect() for _ in range(given[kind])] for kind in given}
            for connection in taken["committed"]:
                connection.execute(text("SELECT 1"))
                connection.commit()
            for connection in taken["reading"]:
                connection.execute(text("SELECT 1"))
            for connection in taken["writing"]:
                connection.execute(text("SELECT pg_current_xact_id()"))
            assert look.scalar(text(OPEN)) == question.value
            for connection in chain.from_iterable(taken.values()):
                connection.close()
        engine.dispose()
    look.close()
    look.engine.dispose()


def test_prepared_runs(versions, postgres_url):
    """A real psycopg uses a name on the server so often: every version."""
    engine = create_engine(postgres_url, pool_size=1)
    for given, question in versions:
        with engine.connect() as connection:
            connection.connection.dbapi_connection.prepare_threshold = given["threshold"]
            for _ in range(given["runs"]):
                connection.execute(text("SELECT 7"))
                connection.commit()
            connection.connection.dbapi_connection.prepare_threshold = None
            assert connection.scalar(text(PLANS)) == question.value
        # The rollback of close() has let psycopg forget, and it says so to the server.
    engine.dispose()
