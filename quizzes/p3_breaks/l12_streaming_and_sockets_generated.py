"""Questions about `streaming_and_sockets` with many versions: each public function makes one from draws of its own."""

from poolschool.quiz.english import agree, count

OFFSET = """
from sqlalchemy import create_engine, text

engine = create_engine("sqlite:///store.db")
PAGE = "SELECT id FROM orders ORDER BY id LIMIT {size} OFFSET {start}"

with engine.begin() as connection:
    connection.execute(text("DROP TABLE IF EXISTS orders"))
    connection.execute(text("CREATE TABLE orders (id INTEGER)"))
    for number in range(1, {many} + 1):
        order = {{"id": number}}
        add = text("INSERT INTO orders VALUES (:id)")
        connection.execute(add, order)
    for number in {deleted}:
        gone = text("DELETE FROM orders WHERE id = :id")
        connection.execute(gone, {{"id": number}})
    print(connection.scalars(text(PAGE)).all())
"""


def places_left(draw):
    """Ask how many requests more can have a connection beside readers and sockets."""
    size, overflow = draw.whole(4, 10), draw.whole(0, 6)
    most = size + overflow
    streams = draw.whole(1, most - 2)
    sockets = draw.whole(1, most - streams - 1)
    batches, fresh = draw.whole(2, 9), draw.whole(2, 9)
    value = most - streams - sockets
    return {
        "type": "number",
        "prompt": f"A pool has `pool_size={size}, max_overflow={overflow}`. All of these wait for their clients: {count(streams, 'reader')} of a stream that reads "
        f"with the request's session; {count(sockets, 'websocket')} with a session as a dependency, asked once each; {batches} websockets of the same kind that "
        f"have not asked yet, and {fresh} readers of a stream in batches by key, each in a session of its own. How many other requests can have a connection at the same time?",
        "value": value,
        "unit": "requests",
        "solution": [
            f"At most {size} + {overflow} = {most} connections are in use at once.",
            f"A stream with the request's session holds one until its last piece: {streams}.",
            f"A session takes a connection at its first query: sockets that have asked hold {sockets}, the others none.",
            "Batches in sessions of their own hold nothing while the client reads.",
            f"{most} − {streams} − {sockets} = {value}.",
        ],
        "answer": count(value, "request"),
        "check": "`pool.checkedout()` says how many are in use while all of them wait.",
        "mistakes": ["Counting sockets instead of sessions that have asked.", "Forgetting the overflow."],
        "wrong": [
            {"value": wrong, "why": why, "belief": belief}
            for wrong, (why, belief) in {
                most: ("Whoever waits in a transaction holds its connection.", "idle_holds_nothing"),
                most - streams: ("A socket that has asked once holds one too.", "idle_holds_nothing"),
                most - sockets: ("A stream with the request's session holds one too.", "over_at_return"),
                value - batches: ("A session that has not asked has no connection.", "session_is_a_connection"),
            }.items()
            if wrong >= 0
        ],
        "given": {
            "size": size,
            "overflow": overflow,
            "streams": streams,
            "sockets": sockets,
            "unasked": batches,
            "batches": fresh,
        },
    }


def statements_of_batches(draw):
    """Ask how many statements a stream in batches sends, by how its loop ends."""
    size = draw.one_of([50, 100, 200, 250, 500])
    full = draw.whole(3, 30)
    rest = draw.one_of([0, 0, 1, size // 2, size - 1])
    many, short = full * size + rest, draw.one_of([True, False])
    value = full + 1 if short else full + 1 + (rest > 0)
    ends = f"shorter than {size}" if short else "empty"
    return {
        "type": "number",
        "prompt": f"{many} orders are streamed in batches: `WHERE id > :last ORDER BY id LIMIT {size}`, each in a session of its own. The loop ends after a batch that is {ends}. "
        "Nothing is placed or deleted meanwhile. How many of these statements are sent?",
        "value": value,
        "unit": "statements",
        "solution": [
            f"{many} / {size} is {full}{f', and {rest} left over' if rest else ', and nothing left over'}: {full} full batches.",
            f"The next has {count(rest, 'order')}." if rest else "The next is empty.",
            "It is the short one that ends the loop."
            if short or not rest
            else "It is not empty, so one more is asked for.",
        ],
        "answer": count(value, "statement"),
        "check": "The loop knows that it is at the end only when it has seen the batch that says so.",
        "mistakes": ["Dividing only, without the batch that ends the loop.", "Counting one statement for each order."],
        "wrong": [
            {
                "value": value - 1,
                "why": "The batch that ends the loop has to be asked for too.",
                "belief": "batches_see_one_moment",
            },
            {
                "value": many,
                "why": f"One statement brings up to {size} orders.",
                "belief": "cursor_holds_nothing",
            },
        ],
        "given": {"many": many, "size": size, "short": short},
    }


def next_page(draw):
    """Ask what a page by OFFSET holds after some orders were deleted."""
    size, many = draw.whole(3, 5), draw.whole(16, 20)
    pages = draw.whole(1, 2)
    start = size * pages
    deleted = sorted({draw.whole(1, start) for _ in range(draw.whole(1, 2))})
    there = [number for number in range(1, many + 1) if number not in deleted]
    prints = there[start : start + size]
    skipped = [number for number in there[:start] if number > start]
    by_key = [number for number in there if number > start][:size]
    return {
        "type": "output",
        "prompt": f"An export has told orders 1 to {start} of {many}, by OFFSET. Then {agree(len(deleted), 'this one was', 'these were')} "
        f"deleted: {' and '.join(map(str, deleted))}. What does the program print as the next batch?",
        "program": OFFSET.format(size=size, start=start, many=many, deleted=deleted),
        "prints": str(prints),
        "solution": [
            f"There are {', '.join(map(str, there[: start + size]))}, and so on.",
            f"OFFSET {start} skips the first {start} of them, whichever they are.",
            f"In no batch: {' and '.join(map(str, skipped))}.",
        ],
        "answer": str(prints),
        "check": f"By key, `WHERE id > {start}`, the batch would be {by_key}.",
        "mistakes": ["Believing that OFFSET remembers where the last batch ended."],
        "wrong": [
            {
                "prints": str(by_key),
                "why": "OFFSET counts rows: of those that it skipped before, some are gone, and later ones moved into their places.",
                "belief": "offset_is_a_place",
            },
            {
                "prints": str(there[start - size : start]),
                "why": f"OFFSET {start} skips {start} rows that are there now; it goes back to none.",
                "belief": "batches_see_one_moment",
            },
        ],
        "given": {"skipped": skipped},
    }
