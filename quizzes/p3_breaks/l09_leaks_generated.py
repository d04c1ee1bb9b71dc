"""Questions about `leaks` with many versions: each public function makes one from draws of its own."""

from poolschool.quiz.english import agree, count

ENDINGS = {
    "connects_only": ("    connection = engine.connect()\n", False),
    "asks": ("    connection = engine.connect()\n    connection.execute(text('SELECT 1'))\n", True),
    "asks_and_commits": (
        "    connection = engine.connect()\n    connection.execute(text('SELECT 1'))\n    connection.commit()\n",
        False,
    ),
    "asks_and_deletes": (
        "    connection = engine.connect()\n    connection.execute(text('SELECT 1'))\n    del connection\n",
        True,
    ),
    "asks_and_closes": (
        "    connection = engine.connect()\n    connection.execute(text('SELECT 1'))\n    connection.close()\n",
        False,
    ),
    "asks_in_a_block": (
        "    with engine.connect() as connection:\n        connection.execute(text('SELECT 1'))\n",
        False,
    ),
}
PROGRAM = """
import gc
from sqlalchemy import create_engine, text

engine = create_engine("sqlite:///store.db", pool_size=5, max_overflow=0)
gc.disable()


{functions}
for use in ({names}):
    use()
    print(engine.pool.checkedout())
"""


def which_call_fails(draw):
    """Ask which call fails first if every so-many-th call forgets to close."""
    size, overflow, every = draw.whole(2, 8), draw.whole(2, 7), draw.one_of([1, 2, 3, 4, 5, 10])
    cap = size + overflow
    first = cap * every + 1
    which = "It forgets to close" if every == 1 else f"In every {_nth(every)} call it forgets to close"
    return {
        "type": "number",
        "prompt": f"`price_of` borrows and runs a query. {which}. The garbage collector is off, the engine has "
        f"`pool_size={size}, max_overflow={overflow}`, and nobody else uses it. `price_of` is called again and again, one "
        "call after the other. Which call is the first to fail?",
        "value": first,
        "unit": "calls, counted from 1",
        "solution": [
            f"The pool may open {size} + {overflow} = {cap} connections.",
            "Each call leaks one."
            if every == 1
            else f"One call in {every} leaks a connection; the others return theirs.",
            f"After {cap * every} calls all {cap} are gone, and call {first} finds none.",
        ],
        "answer": f"Call {first}.",
        "check": f"Call {cap * every} still answered: it got the last connection.",
        "mistakes": ["Counting `pool_size` alone.", "Naming the last call that answers."],
        "wrong": [
            {
                "value": size * every + 1,
                "why": f"After `pool_size` come {overflow} overflow connections, and they leak as well.",
                "belief": "overflow_forgotten",
            },
            {
                "value": cap * every,
                "why": "That call still gets the last connection, and answers.",
                "belief": "last_one_fails",
            },
            {
                "value": cap + 1,
                "why": f"Only every {_nth(every)} call leaks; the others return theirs.",
                "belief": "every_call_leaks",
            },
        ],
        "given": {"pool_size": size, "max_overflow": overflow, "every": every},
    }


def minutes_until_empty(draw):
    """Ask after how many minutes a slow leak has emptied the pool."""
    size, overflow = draw.whole(2, 9), draw.whole(1, 9)
    searches, times = draw.one_of([10, 20, 30, 40, 60]), draw.whole(2, 5)
    cap, every = size + overflow, searches * times
    return {
        "type": "number",
        "prompt": f"The store serves {searches} searches a minute, evenly. One search in {every} takes a way out on which its "
        f"connection is lost for good. The engine has `pool_size={size}, max_overflow={overflow}`. After how many minutes is "
        "the last connection lost?",
        "value": cap * times,
        "unit": "minutes",
        "solution": [
            f"One connection is lost every {every} ÷ {searches} = {times} minutes.",
            f"There are {size} + {overflow} = {cap} to lose.",
            f"{cap} × {times} = {cap * times} minutes.",
        ],
        "answer": f"{cap * times} minutes",
        "check": f"{cap * times} minutes are {cap * times * searches} searches, and {cap * times * searches} ÷ {every} = {cap}.",
        "mistakes": ["Counting `pool_size` alone.", "Waiting for somebody to take the connections back."],
        "wrong": [
            {
                "value": size * times,
                "why": f"Then {count(overflow, 'overflow connection')} {agree(overflow, 'is', 'are')} left to lose.",
                "belief": "overflow_forgotten",
            },
            {
                "value": overflow * times,
                "why": f"`max_overflow={overflow}` comes on top of the {size}.",
                "belief": "overflow_is_the_total",
            },
            {
                "value": times,
                "why": f"That is when the first is lost. {cap - 1} are left.",
                "belief": "one_leak_is_enough",
            },
        ],
        "given": {"pool_size": size, "max_overflow": overflow, "every": every, "searches": searches},
    }


def still_lent(draw):
    """Ask how many connections are in use after functions that forget to close, or do not."""
    names = draw.some_of(list(ENDINGS), 3)
    while not any(ENDINGS[name][1] for name in names):
        names = draw.some_of(list(ENDINGS), 3)
    lent, lines = 0, []
    for name in names:
        lent += ENDINGS[name][1]
        lines.append(lent)
    closing = {"asks_and_closes", "asks_in_a_block"}
    forgetful = [sum(other not in closing for other in names[: place + 1]) for place in range(3)]
    asking = [sum(other not in closing | {"connects_only"} for other in names[: place + 1]) for place in range(3)]
    deleted = [
        sum(ENDINGS[other][1] and other != "asks_and_deletes" for other in names[: place + 1]) for place in range(3)
    ]
    wrong = [
        (
            forgetful,
            "Python frees at once what is in no cycle: a connection without an open transaction.",
            "every_leak_shows",
        ),
        ([0, 0, 0], "A connection in an open transaction is in a cycle, and the collector is off.", "gc_will_close"),
        (
            asking,
            "A commit ends the transaction, and with it the cycle: that connection is freed at once.",
            "commit_gives_back",
        ),
        (deleted, "`del` removes a name; the transaction still refers to the connection.", "del_gives_back"),
        ([1, 2, 3], "Not every function leaves a loan behind.", "every_call_leaks"),
    ]
    return {
        "type": "output",
        "prompt": "The garbage collector is off. How many connections are in use after each call? What does the program print?",
        "program": PROGRAM.format(
            functions="\n\n".join(f"def {name}():\n{ENDINGS[name][0]}" for name in names), names=", ".join(names)
        ),
        "prints": "\n".join(map(str, lines)),
        "solution": [
            *(f"`{name}`: {_ending(name)}" for name in names),
            f"In use in the end: {lent}.",
        ],
        "answer": ", ".join(map(str, lines)),
        "check": "Count the functions that leave a transaction open and never close.",
        "mistakes": ["Believing that a forgotten connection is always lost.", "Believing that it is never lost."],
        "wrong": [{"prints": "\n".join(map(str, out)), "why": why, "belief": belief} for out, why, belief in wrong],
    }


def _ending(name):
    """Say what becomes of a function's connection."""
    if "clos" in name or "block" in name:
        return "it returns the connection."
    if ENDINGS[name][1]:
        return "its transaction is open, so connection and transaction refer to each other: it stays in use."
    return "no transaction is open, so nothing refers to the connection: Python frees it, and the pool has it back."


def _nth(number):
    """Name an ordinal."""
    return {2: "second", 3: "third"}.get(number, f"{number}th")
