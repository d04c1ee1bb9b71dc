"""The answer key of the generated questions of `pools_in_tests`, executed: every version, on the real library."""

import os
from contextlib import suppress

from sqlalchemy import create_engine, text
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm import Session


def test_left_by_a_test(versions, postgres_url):
    """The steps of each version, done on PostgreSQL, leave as many rows as the answer says."""
    table = f"sofas_{os.getpid()}"
    engine, left = create_engine(postgres_url), {}
    add, number = text(f"INSERT INTO {table} VALUES ('sofa')"), text(f"SELECT count(*) FROM {table}")  # noqa: S608
    with engine.begin() as connection:
        connection.execute(text(f"DROP TABLE IF EXISTS {table}"))
        connection.execute(text(f"CREATE TABLE {table} (name TEXT)"))
    for mode, *steps in sorted({(given["mode"], *given["steps"]) for given, _ in versions}):
        with engine.connect() as connection:
            outer = connection.begin()
            session = Session(engine) if mode == "none" else Session(connection, join_transaction_mode=mode)
            for step in steps:
                session.execute(add)
                getattr(session, step)()
            session.rollback()
            session.close()
            if outer.is_active:
                outer.rollback()
        with engine.begin() as connection:
            left[mode, *steps] = connection.scalar(number)
            connection.execute(text(f"DELETE FROM {table}"))  # noqa: S608
    with engine.begin() as connection:
        connection.execute(text(f"DROP TABLE {table}"))
    engine.dispose()
    for given, question in versions:
        assert left[given["mode"], *given["steps"]] == question.value
        assert question.value not in {wrong.value for wrong in question.wrong}


def test_first_red_test(versions):
    """The first checkout that fails is that of the test which the answer names."""
    for given, question in versions:
        engine = create_engine(
            "sqlite:///store.db", pool_size=given["size"], max_overflow=given["overflow"], pool_timeout=0
        )
        kept, test = [], 0
        with suppress(PoolTimeout):
            while test < 1000:
                test += 1
                connection = engine.connect()
                if test % given["every"]:
                    connection.close()
                else:
                    kept.append(connection)
        assert test == question.value
        assert test not in {wrong.value for wrong in question.wrong}
        for connection in kept:
            connection.close()
        engine.dispose()
