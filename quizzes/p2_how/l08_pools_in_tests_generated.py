"""Questions about `pools_in_tests` with many versions: each public function makes one from draws of its own."""

from poolschool.quiz.english import count

MODES = {
    "create_savepoint": 'Session(connection, join_transaction_mode="create_savepoint")',
    "conditional_savepoint": "Session(connection)",
    "none": "Session(engine)",
}


def left_by_a_test(draw):
    """Ask how many rows the next test finds, by the session's way of joining a transaction and by what the test does."""
    mode = draw.one_of(["create_savepoint", "conditional_savepoint", "conditional_savepoint", "none"])
    steps = ["commit", *draw.some_of(["commit", "rollback", "commit", "rollback"], 2), "rollback", "commit"]
    steps += ["commit"] * draw.whole(0, 2)
    thing = draw.one_of(["sofa", "chair", "lamp", "table", "mirror", "desk", "stool"])
    commits = steps.count("commit")
    first = steps.index("rollback")
    later = steps[first:].count("commit")
    left = {"create_savepoint": 0, "conditional_savepoint": later, "none": commits}[mode]
    why = {
        "create_savepoint": "Each commit only releases a savepoint. The outer transaction is rolled back, and all of them with it.",
        "conditional_savepoint": f"The first rollback, at {thing} {first + 1}, ends the outer transaction. "
        f"The {count(later, 'commit')} after it {'is' if later == 1 else 'are'} real.",
        "none": "There is no outer transaction: each commit is one, and the rollback at the end undoes none of them.",
    }[mode]
    wrong = {
        commits: ("With an outer transaction, not every commit is real.", "join_mode_by_default"),
        0: ("A rollback at the end undoes no commit that was real.", "rollback_undoes_a_commit"),
        len(steps): ("What the test itself has rolled back is gone in any case.", "close_commits"),
    }
    return {
        "type": "number",
        "prompt": f"The table is empty. A test gets `session = {MODES[mode]}`, with `outer = connection.begin()` before it where there is a "
        f"`connection`. It adds {len(steps)} {thing}s, one after the other, and ends each time with: {', '.join(steps)}. When it has ended, the fixture "
        "rolls back what it can: `session.rollback()`, and `outer.rollback()` if `outer` is still active. How many "
        f"{thing}s does the next test find?",
        "value": left,
        "unit": f"{thing}s",
        "solution": [why, f"The next test finds {count(left, thing)}."],
        "answer": count(left, thing),
        "check": f"All commits together: {commits}. Those after the first rollback: {later}.",
        "mistakes": [
            "Trusting a rollback to undo a commit.",
            "Forgetting what the first rollback does to the outer transaction.",
        ],
        "wrong": [
            {"value": value, "why": says, "belief": belief} for value, (says, belief) in wrong.items() if value != left
        ],
        "given": {"mode": mode, "steps": steps},
    }


def first_red_test(draw):
    """Ask which test of a suite fails first if every so-manieth keeps its connection and nobody looks."""
    size, overflow, every = draw.whole(2, 6), draw.whole(1, 4), draw.whole(2, 6)
    cap = size + overflow
    last = cap * every
    return {
        "type": "number",
        "prompt": f"A suite runs its tests one after the other on one engine with `pool_size={size}, max_overflow={overflow}, pool_timeout=1`. "
        f"Each test takes one connection. Tests {every}, {2 * every}, {3 * every} and so on keep theirs, and no fixture looks. "
        "What is the number of the first test that fails?",
        "value": last + 1,
        "solution": [
            f"The engine has {size} + {overflow} = {cap} connections.",
            f"The last of them goes in test {last}, which passes: {cap} × {every} = {last}.",
            f"In test {last + 1} there is none left. It fails, though it keeps nothing.",
        ],
        "answer": f"test {last + 1}",
        "check": f"Up to test {last}, {cap} tests have kept a connection.",
        "mistakes": ["Expecting the test that leaks to fail.", "Stopping at `pool_size`."],
        "wrong": [
            {"value": every, "why": "It keeps its connection and passes.", "belief": "leak_stays_green"},
            {"value": last, "why": "It gets the last connection, and passes.", "belief": "last_one_fails"},
            {
                "value": size * every + 1,
                "why": f"{overflow} more can be opened on top of `pool_size`.",
                "belief": "overflow_forgotten",
            },
        ],
        "given": {"size": size, "overflow": overflow, "every": every},
    }
