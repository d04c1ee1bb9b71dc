"""Questions about `threads_and_the_cliff` with many versions: each public function makes one from draws of its own."""


def standstill(draw):
    """Ask for the smallest number of requests at once that stand still, by thread tokens and pool."""
    threads, size = draw.one_of([3, 4, 5, 6, 8, 10]), draw.whole(2, 4)
    overflow = draw.one_of([number for number in range(1, 4) if number != size])
    cap = size + overflow
    cliff = threads + cap
    options = [
        {
            "value": threads + size,
            "why": f"The overflow counts as well: {cap} requests can hold a connection.",
            "belief": "overflow_forgotten",
        },
        {
            "value": cap + 1,
            "why": "The first that finds all in use waits, and gets what is returned: a full pool is no standstill.",
            "belief": "full_pool_crashes",
        },
        {
            "value": cliff - 1,
            "why": f"Then at most {threads - 1} threads wait for a connection: one is free, and it resolves.",
            "belief": "tutorial_scales",
        },
    ]
    return {
        "type": "number",
        "prompt": f"A store as in FastAPI's tutorial (`def` endpoint, session dependency with `yield`, `response_model`) runs with "
        f"{threads} thread tokens and `create_engine(url, pool_size={size}, max_overflow={overflow})`. All requests of a burst are "
        "under way before the first query ends. What is the smallest number of requests at once that stand still?",
        "value": cliff,
        "unit": "requests",
        "solution": [
            f"{size} + {overflow} = {cap} requests can hold a connection while they wait for a thread.",
            f"{threads} requests can hold a thread while they wait for a connection.",
            f"{threads} + {cap} = {cliff}.",
        ],
        "answer": f"{cliff} requests",
        "check": f"With {cliff - 1}, at most {threads - 1} of the {threads} threads wait: one is left.",
        "mistakes": ["Forgetting the overflow.", "Taking a full pool for a standstill."],
        "wrong": [
            one for number, one in enumerate(options) if one["value"] not in [o["value"] for o in options[:number]]
        ],
        "given": {"threads": threads, "pool_size": size, "max_overflow": overflow},
    }


def enough_for_all(draw):
    """Ask how many connections a pool needs if requests hold some and take one more."""
    times, each = draw.whole(3, 12), draw.whole(2, 4)
    least = times * (each - 1) + 1
    who = draw.one_of(["exports", "reports", "imports", "stocktakings"])
    return {
        "type": "number",
        "prompt": f"{times} {who} may run at once. Each takes {each} connections one after another, and returns all of them at its end. "
        "Nothing else uses the engine. How many connections must the pool be able to open at least, so that they never wait for each other in a circle?",
        "value": least,
        "unit": "connections",
        "solution": [
            f"The worst moment: each of the {times} holds {each - 1} and wants one more.",
            f"{times} × ({each} − 1) = {least - 1} connections are held then. With one more, somebody gets it, ends, and returns {each}.",
            f"T × (C − 1) + 1 = {least}.",
        ],
        "answer": f"{least} connections",
        "check": f"With {least - 1} all {times} wait for one that nobody returns.",
        "mistakes": ["Counting all connections of everybody.", "Forgetting the one that is to spare."],
        "wrong": [
            {
                "value": least - 1,
                "why": "Then all of it may be held, and everybody waits for one more.",
                "belief": "two_connections",
            },
            {
                "value": times * each,
                "why": "That lets all take everything at the same moment. To get through one after another, one to spare is enough.",
                "belief": "two_connections",
            },
        ],
        "given": {"times": times, "each": each},
    }
