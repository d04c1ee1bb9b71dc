"""Questions about `sizing` with many versions: each public function makes one from draws of its own."""

from poolschool.quiz.english import agree


def busy_by_rate(draw):
    """Ask how many connections are busy on average, by rate, query time and the handler's other work."""
    rate, busy = draw.one_of([50, 100, 200, 250, 500]), draw.whole(2, 12)
    hold = busy * 1000 / rate  # milliseconds
    query = draw.whole(1, 3) * hold / 4
    rest = hold - query
    return {
        "type": "number",
        "prompt": f"A store serves {rate} requests per second. Each takes a connection, queries for {query:g} ms, does other work for {rest:g} ms and then "
        "returns the connection. How many connections are busy on average?",
        "value": busy,
        "unit": "connections",
        "solution": [
            f"Held for {query:g} + {rest:g} = {hold:g} ms.",
            f"{rate} × {hold / 1000:g} s = {busy}.",
        ],
        "answer": f"{busy} connections",
        "check": f"In one second the requests hold connections for {rate} × {hold / 1000:g} = {busy} seconds in all.",
        "mistakes": ["Counting the query only.", "Taking requests per second for requests at the same time."],
        "wrong": [
            {
                "value": rate * query / 1000,
                "why": "A connection is held to its return, with the other work.",
                "belief": "query_time_is_hold_time",
            },
            {
                "value": rate,
                "why": f"So many come in a second, and each is there for {hold:g} ms of it.",
                "belief": "one_for_each_request",
            },
        ],
        "given": {"rate": rate, "held": hold / 1000},
    }


def last_of_a_rush(draw):
    """Ask how long the last of a rush waits."""
    size, rounds, hold = draw.whole(3, 9), draw.whole(2, 6), draw.one_of([10, 20, 50, 100])
    extra = draw.whole(1, size - 1)
    number = size * rounds + extra
    value = rounds * hold
    return {
        "type": "number",
        "prompt": f"On average hardly any connection is busy. Then a job asks {number} times at once. The pool has `pool_size={size}, max_overflow=0`, each "
        f"request holds its connection for {hold} ms, and whoever asked first is served first. How many milliseconds does the last one wait?",
        "value": value,
        "unit": "ms",
        "solution": [
            f"{size} are served at a time, so {number} need {rounds} full rounds and one more with {extra}.",
            f"The last {agree(extra, 'one waits', 'ones wait')} for {rounds} rounds of {hold} ms: {value} ms.",
        ],
        "answer": f"{value} ms",
        "check": f"After {value} ms, {size} × {rounds} = {size * rounds} of {number} have returned their connection.",
        "mistakes": ["Counting its own round as waiting.", "Asking the average, which knows nothing of the job."],
        "wrong": [
            {
                "value": value + hold,
                "why": "In the last round they hold a connection: that is no waiting.",
                "belief": "query_time_is_hold_time",
            },
            {
                "value": 0,
                "why": "The average is low, and they all come at once.",
                "belief": "formula_knows_bursts",
            },
            {
                "value": (number - 1) * hold,
                "why": f"{size} are served at the same time, not one after the other.",
                "belief": "one_connection_for_all",
            },
        ],
        "given": {"number": number, "size": size, "hold": hold / 1000},
    }


def opened_in_rushes(draw):
    """Ask how many connections a pool opens in rushes, with little kept."""
    size, more, rushes = draw.whole(1, 5), draw.whole(2, 6), draw.whole(3, 9)
    overflow, crowd = draw.one_of([10, 20, 50]), size + more
    value = crowd + (rushes - 1) * more
    return {
        "type": "number",
        "prompt": f"A pool has `pool_size={size}, max_overflow={overflow}` and has opened nothing yet. {rushes} times, {crowd} requests come at once and all return "
        "their connections before the next rush. How many connections are opened in all?",
        "value": value,
        "unit": "connections",
        "solution": [
            f"The first rush opens {crowd}. On return {size} {agree(size, 'is', 'are')} kept and {more} are closed.",
            f"Each of the other {rushes - 1} rushes opens {more} anew: {crowd} + {rushes - 1} × {more} = {value}.",
        ],
        "answer": f"{value} connections",
        "check": f"With `pool_size={crowd}` it would have been {crowd}.",
        "mistakes": ["Believing that what was opened once stays open."],
        "wrong": [
            {
                "value": crowd,
                "why": f"Only {size} {agree(size, 'is', 'are')} kept; the others are opened anew in each rush.",
                "belief": "overflow_is_kept",
            },
            {
                "value": crowd * rushes,
                "why": f"`pool_size` {agree(size, 'connection is', 'connections are')} kept and used again: {size}.",
                "belief": "overflow_goes_first",
            },
            {
                "value": size + overflow,
                "why": "That is the limit. Only what somebody asks for is opened.",
                "belief": "pool_is_eager",
            },
        ],
        "given": {"size": size, "overflow": overflow, "crowd": crowd, "rushes": rushes},
    }
