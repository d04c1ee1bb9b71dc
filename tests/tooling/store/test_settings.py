"""The store's settings come from the environment, and what is wrong there is told line by line."""

import pytest

from poolschool.store.app import make_app
from poolschool.store.settings import Settings


def test_they_are_read_from_the_environment() -> None:
    """Each setting is `STORE_` and its name; the rest of the environment is nobody's business."""
    found = Settings.from_environment(
        {"STORE_DATABASE_URL": "postgresql://x", "STORE_POOL_SIZE": "7", "STORE_POOLED": "false", "PATH": "/bin"}
    )
    assert (found.database_url, found.pool_size, found.pooled, found.max_overflow) == ("postgresql://x", 7, False, 10)


def test_every_wrong_one_is_named() -> None:
    """A misspelt name, a bad value and a missing address are told at once, each with its variable."""
    with pytest.raises(SystemExit) as told:
        Settings.from_environment({"STORE_POOLSIZE": "7", "STORE_POOL_TIMEOUT": "soon"})
    lines = str(told.value).splitlines()
    assert lines == [
        "STORE_DATABASE_URL: Field required.",
        "STORE_POOL_TIMEOUT: Input should be a valid number, unable to parse string as a number.",
        "STORE_POOLSIZE: there is no such setting.",
    ]


def test_an_unknown_fault_names_those_that_are_known() -> None:
    """`STORE_FAULT=leeks` ends the start with the list of faults."""
    with pytest.raises(SystemExit, match=r"STORE_FAULT: there is no fault 'leeks'. Choose from connects_each_time, "):
        make_app(Settings(database_url="postgresql+psycopg://x", fault="leeks"))
