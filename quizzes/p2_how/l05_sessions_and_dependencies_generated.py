"""Questions about `sessions_and_dependencies` with many versions: each public function makes one from draws of its own."""

from poolschool.quiz.english import count

PROGRAM = """
from sqlalchemy import create_engine, text
from sqlalchemy.orm import Session

engine = create_engine("sqlite:///store.db")
in_use = engine.pool.checkedout
one = text("SELECT 1")

basket, shelf = Session(engine), Session(engine)
{steps}
"""


def in_use_by_step(draw):
    """Ask what `checkedout()` prints while two sessions query, commit, roll back and close."""
    while True:
        drawn = [
            (draw.one_of(["basket", "shelf"]), draw.one_of(["query", "query", "commit", "rollback", "close"]))
            for _ in range(6)
        ]
        held, kept, prints, always, never_back = set(), set(), [], [], []
        lines = []
        for name, step in drawn:
            (held.add if step == "query" else held.discard)(name)
            if step != "commit":
                (kept.add if step == "query" else kept.discard)(name)
            never_back.append(len(kept))
            prints.append(len(held))
            always.append(2)
            lines += [f"{name}.scalar(one)" if step == "query" else f"{name}.{step}()", "print(in_use())"]
        if len(set(prints)) >= 3 and prints not in (always, never_back):
            break
    shown = "\n".join(map(str, prints))
    return {
        "type": "output",
        "prompt": "Two sessions of one engine. The program prints how many connections are in use after each step. What does it print?",
        "program": PROGRAM.format(steps="\n".join(lines)),
        "prints": shown,
        "solution": [
            "A session that has no connection takes one at its next query; one that has a connection uses it.",
            "`commit()`, `rollback()` and `close()` return it, and change nothing for a session that has none.",
            f"Step by step: {', '.join(map(str, prints))}.",
        ],
        "answer": f"{', '.join(map(str, prints))}",
        "check": "The pool's events say the same: a `checkout` for each step up, a `checkin` for each step down.",
        "mistakes": [
            "Counting sessions instead of open transactions.",
            "Believing that a Session's `commit()` keeps its connection.",
        ],
        "wrong": [
            {
                "prints": "\n".join(map(str, always)),
                "why": "A Session takes a connection at its first query, and has none before it and after its transaction.",
                "belief": "session_is_a_connection",
            },
            {
                "prints": "\n".join(map(str, never_back)),
                "why": "That is what bare connections do. A Session's `commit()` returns its connection.",
                "belief": "commit_gives_back",
            },
        ],
    }


def line_after_yield(draw):
    """Ask how many connections are in use after a day of requests whose dependency closes in a plain line."""
    fine, missing, failing = draw.whole(3, 60), draw.whole(2, 9), draw.whole(1, 9)
    while failing == missing:
        failing = draw.whole(1, 9)
    lost = missing + failing
    return {
        "type": "number",
        "prompt": "A dependency makes a session, yields it, and closes it in the next line, without a block. Each endpoint runs a query. "
        f"The store answers {count(fine, 'request')} with 200, {missing} with 404 by `HTTPException`, and {failing} with 500 by an "
        "exception that nobody caught. The engine may open 30 connections, and the garbage collector is off. How many are in use now?",
        "value": lost,
        "unit": "connections",
        "solution": [
            "FastAPI throws the exception in at the `yield`, and the line after it is skipped.",
            f"That happens for the 404s and for the 500s alike: {missing} + {failing} = {lost}.",
            "After a 200 the line runs.",
        ],
        "answer": f"{count(lost, 'connection')}",
        "check": "With a block around the `yield` it is 0.",
        "mistakes": ["Taking an `HTTPException` for an ordinary answer.", "Counting all requests."],
        "wrong": [
            {
                "value": 0,
                "why": "The line after the `yield` runs only if nothing was raised.",
                "belief": "after_yield_always_runs",
            },
            {
                "value": failing,
                "why": f"An `HTTPException` is an exception too: it skips the line {missing} times.",
                "belief": "after_yield_always_runs",
            },
            {
                "value": fine + lost,
                "why": f"After each of the {fine} fine ones the line runs, and the session is closed.",
                "belief": "every_call_leaks",
            },
        ],
        "given": {"fine": fine, "missing": missing, "failing": failing},
    }


def held_until(draw):
    """Ask for how many milliseconds a request holds its connection, by what ends its transaction."""
    query, work, send, task = draw.whole(2, 30), draw.whole(2, 30), draw.whole(1, 30), draw.whole(100, 900)
    commits = draw.one_of([True, False])
    whole = query + work + send + task
    value = query if commits else whole
    ends = (
        "It commits right after the query."
        if commits
        else "Nothing commits, rolls back or closes before the block ends."
    )
    steps = (
        ["`commit()` returns the connection: what comes later holds nothing.", f"Only the query is within: {query} ms."]
        if commits
        else [
            "The block ends after the answer and after the background task.",
            f"{query} + {work} + {send} + {task} = {whole} ms.",
        ]
    )
    wrong = [
        {
            "value": query + work,
            "why": "The return of the endpoint ends no transaction."
            if not commits
            else "The commit ends the hold, not the return.",
            "belief": "returned_at_return",
        },
        {
            "value": whole if commits else query + work + send,
            "why": "The commit returned it long before the dependency's end."
            if commits
            else "The dependency ends after the background task.",
            "belief": "session_is_a_connection" if commits else "returned_at_return",
        },
    ]
    return {
        "type": "number",
        "prompt": "The dependency is `with Session(engine) as session: yield session`, in FastAPI 0.118 or later, with the default scope. The endpoint first runs a query of "
        f"{query} ms. {ends} Then it computes for {work} ms and returns. Sending the answer takes {send} ms, and the background task {task} ms. "
        "For how many milliseconds does the request hold a connection?",
        "value": value,
        "unit": "ms",
        "solution": ["The query takes a connection.", *steps],
        "answer": f"{value} ms",
        "check": f"At the start of the answer, `checkedout()` is {0 if commits else 1}.",
        "mistakes": ["Believing that a connection is returned with the answer."],
        "wrong": wrong,
        "given": {"commits": commits, "parts": {"query": query, "work": work, "send": send, "task": task}},
    }
