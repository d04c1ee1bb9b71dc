"""Questions about `poolers` with many versions: each public function makes one from draws of its own."""


def held_sessions(draw):
    """Ask how many connections of the pooler are in use, by what the clients are doing."""
    reading, writing = draw.whole(2, 4), draw.whole(2, 4)
    committed, pinged = draw.whole(2, 6), draw.whole(2, 6)
    value, clients = reading + writing, reading + writing + committed + pinged
    return {
        "type": "number",
        "prompt": f"{clients} connections of a pool with `pool_pre_ping=True` are checked out, behind a pooler in transaction mode that has 8 connections "
        f"to the server. {reading} have read and not ended their transaction, {writing} have written and not committed, {committed} have committed, "
        f"and {pinged} have done nothing since their checkout. How many of the pooler's 8 are in use?",
        "value": value,
        "unit": "connections",
        "solution": [
            "A transaction has one from its first statement to its end.",
            f"Open are those of {reading} readers and {writing} writers: {value}.",
            "A commit has ended its transaction, and the ping ran in autocommit.",
        ],
        "answer": f"{value} connections",
        "check": f"{8 - value} more transactions can begin at once." if value < 7 else "Count the open transactions only.",
        "mistakes": ["Counting checkouts.", "Forgetting the readers."],
        "wrong": [
            {"value": writing, "why": "A SELECT begins a transaction as well, and keeps it open.", "belief": "idle_transaction_is_idle"},
            {"value": min(8, clients), "why": "A checkout takes nothing from the pooler.", "belief": "checkout_takes_a_server"},
        ]
        + ([{"value": value + pinged, "why": "The ping leaves no transaction behind.", "belief": "ping_leaves_a_transaction"}]
           if value + pinged != min(8, clients) else []),
        "given": {"reading": reading, "writing": writing, "committed": committed, "pinged": pinged},
    }  # fmt: skip


def prepared_runs(draw):
    """Ask how often a query runs under a name on the server."""
    threshold = draw.whole(2, 9)
    runs = draw.whole(threshold + 2, threshold + 15)
    value = runs - threshold
    return {
        "type": "number",
        "prompt": f"psycopg with `prepare_threshold={threshold}`, no pooler. One connection runs the same query {runs} times, each time in a transaction "
        "of its own that it commits. How many of these executions use a statement that has a name on the server?",
        "value": value,
        "unit": "executions",
        "solution": [
            f"The threshold says how often a query is run before it is prepared: {threshold} times.",
            "The next execution prepares it and uses it, and so do all that follow.",
            f"{runs} − {threshold} = {value}.",
        ],
        "answer": f"{value} executions",
        "check": "`pg_prepared_statements` counts the plans that were used.",
        "mistakes": ["Counting from the execution that reaches the threshold.", "Leaving out the execution that prepares."],
        "wrong": [
            {"value": runs, "why": f"The first {threshold} are sent as they are.", "belief": "prepared_is_faster"},
            {"value": value + 1, "why": f"The query is sent as it is {threshold} times before it is prepared.", "belief": "prepared_is_faster"},
            {"value": 0, "why": "Commits do not make psycopg forget. A rollback would.", "belief": "session_is_mine"},
        ],
        "given": {"threshold": threshold, "runs": runs},
    }  # fmt: skip
