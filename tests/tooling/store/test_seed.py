"""Filling a database with the store's stock: nothing that is there is lost without a word."""

import os
import subprocess
import sys

import pytest
from sqlalchemy import NullPool, create_engine, func, select, text

from poolschool.database.running import running_url
from poolschool.measure.bench.database import own_database
from poolschool.store.tables import Product


def fill(url: str, *words: str) -> subprocess.CompletedProcess[str]:
    """Fill a database as an instructor would."""
    command = [sys.executable, "-m", "poolschool.store.seed", *words]
    environment = os.environ | {"STORE_DATABASE_URL": url}
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)


def test_tables_that_are_there_are_kept_unless_asked() -> None:
    """A second run refuses, names the tables and the way out; with --again they are made anew."""
    with own_database(running_url()) as ledger:  # seeded
        engine = create_engine(ledger.url, poolclass=NullPool)
        with engine.begin() as connection:
            connection.execute(text("DELETE FROM product WHERE name LIKE 'lamp%'"))
        refused = fill(ledger.url)
        assert refused.returncode != 0
        assert "add --again: their rows are lost then" in refused.stderr
        with engine.connect() as connection:
            assert connection.scalar(select(func.count()).select_from(Product)) == 9_000
        assert fill(ledger.url, "--again").returncode == 0
        with engine.connect() as connection:
            assert connection.scalar(select(func.count()).select_from(Product)) == 10_000


@pytest.mark.parametrize("url", ["postgresql+psycopg://nobody@127.0.0.1:1/store", "nonsense"])
def test_an_address_without_a_database_is_said_in_words(url: str) -> None:
    """Nothing listens there, or it is no address: one sentence and no traceback."""
    done = fill(url)
    assert done.returncode != 0
    assert done.stderr.startswith("STORE_DATABASE_URL leads to no database: ")
    assert "Traceback" not in done.stderr
