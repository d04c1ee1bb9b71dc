"""A lesson whose checker has a fixture, a test client and counts connections; its answers, and what no check can look at."""

CHECKER = '''"""Add, and sell over HTTP."""
import l01_lamps as store
import pytest
from fastapi.testclient import TestClient
from poolschool.checks import Wrong, call, count_connections, expect


@pytest.fixture
def number():
    return 2


@pytest.mark.task(1, "Add", seconds=5, hint="Plus.")
def test_add(number):
    """add(2, 3) is 5."""
    expect(call(store.add, number, 3), 5, called="add(2, 3)", hint="Plus.")


@pytest.mark.task(2, "Sell", seconds=5, hint="A get.")
def test_sell(number):
    """Two requests borrow two times."""
    with count_connections() as seen, TestClient(call(store.create_app)) as shop:
        for _ in range(number):
            answer = shop.get("/price")
            expect(answer.json(), 5, called="GET /price", hint="Plus.")
    if seen.checkouts != 2:
        raise Wrong(called="GET /price", got=f"{seen.checkouts} loans", expected="2", hint="Borrow.")
'''
RIGHT = """from fastapi import FastAPI
from sqlalchemy import create_engine, text


def add(a, b):
    return a + b


def create_app():
    app = FastAPI()
    engine = create_engine("sqlite:///store.db")

    @app.get("/price")
    def price():
        with engine.connect() as connection:
            return connection.scalar(text("SELECT 5"))

    return app
"""
WRONG = """from fastapi import FastAPI


def add(a, b):
    in_add()
    return 0


def create_app():
    app = FastAPI()
    in_app()

    @app.get("/price")
    def price():
        in_price()
        return 0

    return app


def in_add(): pass
def in_app(): pass
def in_price(): pass


def frames():
    import sys
    frame = sys._getframe()
    while frame:
        yield frame
        frame = frame.f_back


def judge():
    for frame in frames():
        it = frame.f_locals.get("self")
        if hasattr(it, "ended") and hasattr(it, "problem"):
            return it


def item():
    for frame in frames():
        for name in ("item", "pyfuncitem"):
            if hasattr(frame.f_locals.get(name), "session"):
                return frame.f_locals[name]


"""
# What gives no result, for ever: named as the student's, in one verdict.
NEVER_JUDGED: dict[str, tuple[str, str]] = {
    "a repr of 400 MB": (
        "class R:\n    def __repr__(self): return 'x' * 400_000_000\ndef add(a, b): return R()\n", "xxx",
    ),
    "a repr that raises": (
        "class R:\n    def __repr__(self): return 1 / 0\ndef add(a, b): return R()\n", "whose repr() raises ZeroDivisionError",
    ),
    "a text of 60 MB": ("def add(a, b): return 'x' * 60_000_000\n", "xxx"),
    "an exception with a text of 60 MB": ("def add(a, b): raise ValueError('x' * 60_000_000)\n", "ValueError: xxx"),
    "a memory that is full in the check": (
        "kept = []\ndef add(a, b):\n    try:\n        while True: kept.append(bytearray(1_000_000))\n    except MemoryError: return 4\n", "",
    ),
}  # fmt: skip
# Added to the right answer; seen where connections are counted.
NOT_COUNTED: dict[str, tuple[str, str]] = {
    "listeners cleared": (
        ("from sqlalchemy import Pool\nreal = create_app\ndef create_app():\n"
        "    for listeners in Pool.dispatch.checkout._clslevel.values(): listeners.clear()\n    return real()\n"), "are gone",
    ),
    "listeners removed": (
        ("from sqlalchemy import Pool, event\nreal = create_app\ndef create_app():\n"
        "    for listener in list(Pool.dispatch.checkout._clslevel[Pool]): event.remove(Pool, 'checkout', listener)\n    return real()\n"),
        "are gone",
    ),
    "counts written": (
        ("import sys\nreal = create_app\ndef create_app():\n    frame = sys._getframe()\n    while frame:\n"
        "        if 'seen' in frame.f_locals: frame.f_locals['seen'].checkouts = 7\n        frame = frame.f_back\n    return real()\n"),
        "the counts were changed",
    ),
}  # fmt: skip
