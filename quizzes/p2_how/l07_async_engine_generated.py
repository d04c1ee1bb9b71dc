"""Questions about `async_engine` with many versions: each public function makes one from draws of its own."""

from poolschool.quiz.english import agree, count

HANDLER = """
engine = create_engine(
    URL, pool_size={size}, max_overflow={overflow}, pool_timeout={timeout}
)


@app.get("/price")
async def price():
    with engine.connect() as connection:
        found = connection.scalar(PRICE)
        return found + await shipping()
"""
SEARCH = """
engine = create_async_engine(
    URL, pool_size={size}, max_overflow={overflow}
)


async def search(q):
    async with asyncio.timeout(1):
        async with engine.connect() as connection:
            return (await connection.execute(FIND, q)).all()
"""


def seconds_frozen(draw):
    """Ask for how long the process stands still when too many hold a sync connection across an await."""
    size, overflow, timeout = draw.whole(2, 6), draw.whole(1, 5), draw.one_of([2, 3, 4, 5, 10, 30])
    cap = size + overflow
    more = draw.whole(2, 9)
    wrong = [
        (timeout, "They do not wait together: each waits when the one before has failed.", "waiters_time_out_together"),
        (0, "`engine.connect()` has no `await`: while it waits, nothing else runs.", "sync_call_is_short"),
        (
            (more + overflow) * timeout,
            f"{count(overflow, 'connection')} {agree(overflow, 'comes', 'come')} on top of the {size} that are kept.",
            "overflow_forgotten",
        ),
    ]
    return {
        "type": "number",
        "prompt": f"{cap + more} requests for this price arrive in the same moment; `shipping` asks another service and takes "
        "50 ms. For how many seconds does nothing else run in the process, roughly?",
        "code": HANDLER.format(size=size, overflow=overflow, timeout=timeout),
        "value": more * timeout,
        "tolerance": 1,
        "unit": "seconds",
        "solution": [
            f"The pool has {size} + {overflow} = {cap} connections, so {cap + more} − {cap} = {more} requests find none.",
            "Each waits in `engine.connect()`, without `await`: the loop stands still, and nobody can return a connection.",
            f"They wait one after the other: {more} × {timeout} s = {more * timeout} s.",
        ],
        "answer": f"{more * timeout} seconds",
        "check": f"{more} requests fail, {timeout} s each.",
        "mistakes": ["Letting all of them wait at the same time.", "Counting `pool_size` alone."],
        "wrong": [{"value": value, "why": why, "belief": belief} for value, why, belief in wrong],
        "given": {"size": size, "overflow": overflow, "more": more, "timeout": timeout},
    }


def connections_lost(draw):
    """Ask how many connections a burst of cancelled searches costs, some of which still wait for the pool."""
    size, overflow, more = draw.whole(2, 7), draw.whole(1, 3), draw.whole(2, 8)
    cap = size + overflow
    searches = cap + more
    return {
        "type": "number",
        "prompt": f"The database stands still. {searches} searches arrive in the same moment, and after a second "
        "all of them are cancelled by this time-out. How many connections does the pool close?",
        "code": SEARCH.format(size=size, overflow=overflow),
        "value": cap,
        "unit": "connections",
        "solution": [
            f"{size} + {overflow} = {cap} searches have a connection, and their query is under way.",
            f"The other {more} {agree(more, 'waits', 'wait')} for the pool and {agree(more, 'has', 'have')} none to lose.",
            f"SQLAlchemy closes what a cancelled query was using, in whichever state it is: {cap}.",
        ],
        "answer": f"{cap} connections",
        "check": "Count the queries that were cancelled while they ran.",
        "mistakes": ["Counting those who wait for the pool.", "Believing that `async with` returns them as they were."],
        "wrong": [
            {
                "value": searches,
                "why": f"{count(more, 'search', 'searches')} of them still {agree(more, 'waits', 'wait')} for the pool: nothing is lost there.",
                "belief": "waiting_cancel_costs",
            },
            {
                "value": 0,
                "why": "SQLAlchemy cannot know in which state a cancelled query leaves them, and closes them.",
                "belief": "timeout_frees",
            },
            {
                "value": size,
                "why": f"{overflow} more may be open on top, with a query each.",
                "belief": "overflow_forgotten",
            },
        ],
        "given": {"size": size, "overflow": overflow, "more": more},
    }
