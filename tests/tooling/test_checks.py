"""What checkers import: it names calls, compares, and counts connections of every pool."""

from pathlib import Path

import pytest
from sqlalchemy import NullPool, create_engine, text

from poolschool.checks import CallNote, Wrong, call, count_connections, database_url, expect


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
    """A loan that nobody gives back is counted as out."""
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
