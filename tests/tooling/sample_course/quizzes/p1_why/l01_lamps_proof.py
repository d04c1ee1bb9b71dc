"""The answer key of `lamps`, executed."""

import pytest


def test_lent():
    """What is given back stands on the shelf again."""
    shelf = ["lamp"]
    lamp = shelf.pop()
    shelf.append(lamp)
    assert shelf == ["lamp"]


@pytest.mark.parametrize("lent", [4, 5])
def test_waits(lent):
    """One is free as soon as fewer are lent than owned."""
    assert (5 - lent > 0) == (lent < 5)


def test_prints():
    """The last of two lamps goes first."""
    lamps = ["desk", "floor"]
    assert lamps.pop() == "floor"
    assert len(lamps) == 1


def test_one_loan():
    """A lamp cannot be given back twice."""
    shelf, lent = [], {"lamp"}
    shelf.append(lent.pop())
    with pytest.raises(KeyError):
        lent.pop()
