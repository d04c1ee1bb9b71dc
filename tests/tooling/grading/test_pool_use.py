"""The use of a pool is plain data: read field by field, sorted out, said in sentences."""

from typing import Any

import pytest

from poolschool.grading.pool_use import (
    MOST_BORROWERS,
    Borrower,
    End,
    PoolUse,
    milliseconds,
    plain,
    read_pool_use,
    sentence,
    telling,
)


def borrower(number: int, end: End, *, line: int = 14, waited: float = 0.0, held: float = 0.0) -> Borrower:
    """Make one who asked 12 ms after the task began."""
    return Borrower(number, "MainThread", line, 12.0, waited, held, end)


ROW = plain(PoolUse(1, (borrower(1, "gave up", waited=100.0),)))["borrowers"][0]


def test_it_is_read_as_it_was_written() -> None:
    """What is written is read, a whole number for a float as well."""
    use = PoolUse(61, (borrower(3, "gave up", waited=100.1), borrower(4, "returned", held=5)))
    assert read_pool_use(plain(use)) == use
    assert read_pool_use(plain(PoolUse())) == PoolUse()


@pytest.mark.parametrize(
    "data",
    [
        None,
        [],
        {},
        {"asked": 0},
        {"asked": 0, "borrowers": [], "more": 1},
        {"asked": -1, "borrowers": []},
        {"asked": 10**30, "borrowers": []},
        {"asked": True, "borrowers": [ROW]},
        {"asked": 1, "borrowers": "none"},
        {"asked": 1, "borrowers": [ROW, ROW]},
        {"asked": 10**4, "borrowers": [ROW | {"number": n + 1} for n in range(MOST_BORROWERS + 1)]},
        {"asked": 1, "borrowers": ["gave up"]},
        {"asked": 1, "borrowers": [{"number": 1}]},
        {"asked": 1, "borrowers": [ROW | {"number": 2}]},
        {"asked": 1, "borrowers": [ROW | {"number": 0}]},
        {"asked": 1, "borrowers": [ROW | {"more": 1}]},
        {"asked": 1, "borrowers": [ROW | {"end": "excellent"}]},
        {"asked": 1, "borrowers": [ROW | {"name": "x" * 10**6}]},
        {"asked": 1, "borrowers": [ROW | {"name": 7}]},
        {"asked": 1, "borrowers": [ROW | {"line": 1.5}]},
        {"asked": 1, "borrowers": [ROW | {"line": "14"}]},
        {"asked": 1, "borrowers": [ROW | {"asked": float("nan")}]},
        {"asked": 1, "borrowers": [ROW | {"held": float("inf")}]},
        {"asked": 1, "borrowers": [ROW | {"held": 1e300}]},
        {"asked": 1, "borrowers": [ROW | {"waited": -1.0}]},
        {"asked": 1, "borrowers": [ROW | {"waited": True}]},
    ],
)
def test_nonsense_is_refused(data: Any) -> None:
    """Another field, type, order or bound is refused."""
    with pytest.raises(ValueError, match=r"form|pool|end"):
        read_pool_use(data)


def test_where_nothing_went_wrong_there_is_nothing_to_tell() -> None:
    """Borrowers who returned, a checker who keeps its own and a server that is away are no picture of a pool."""
    dull = [borrower(1, "returned", held=50), borrower(2, "not returned", line=0), borrower(3, "got none")]
    assert telling(3, dull) == PoolUse()
    for one in (borrower(4, "not returned"), borrower(4, "waits"), borrower(4, "gave up"), borrower(4, "returned", waited=2.0)):  # fmt: skip
        assert telling(4, [*dull, one]).borrowers == (*dull, one)


def test_both_sides_are_among_the_most_telling() -> None:
    """However many give up, those who keep connections are shown beside them, in the order of asking."""
    crowd = [borrower(number, "gave up", waited=100.0) for number in range(1, 300)]
    crowd += [borrower(number, "not returned", held=5.0) for number in range(300, 303)]
    crowd += [borrower(number, "returned", held=float(number)) for number in range(303, 400)]
    shown = telling(399, crowd)
    assert len(shown.borrowers) == MOST_BORROWERS
    assert {300, 301, 302, 399} <= {one.number for one in shown.borrowers}
    few = shown.most_telling(6)
    assert [one.end for one in few].count("not returned") == 2
    assert list(few) == sorted(few, key=lambda one: one.number)


@pytest.mark.parametrize(
    ("one", "said"),
    [
        (borrower(3, "gave up", waited=100.2), "at line 14, waited 100 ms, gave up"),
        (borrower(3, "returned", held=2.5), "at line 14, held a connection for 2.5 ms"),
        (borrower(3, "not returned", waited=7, held=12_000), "at line 14, waited 7 ms, held a connection for 12 s, never returned it"),
        (borrower(3, "waits", line=0, waited=4999), "outside of your file, waited 4999 ms, still waits"),
        (borrower(3, "got none"), "at line 14, got none"),
    ],
)  # fmt: skip
def test_a_sentence_says_it(one: Borrower, said: str) -> None:
    """Each end has its words."""
    assert sentence(one) == f"Request 3 asked at 12 ms {said}"


def test_times_are_written_short() -> None:
    """Below ten with a decimal, from ten seconds on in seconds."""
    assert [milliseconds(time) for time in (0, 0.5, 9.96, 10.5, 9999.4, 12_250)] == [
        "0 ms", "0.5 ms", "10 ms", "11 ms", "9999 ms", "12.3 s",
    ]  # fmt: skip
