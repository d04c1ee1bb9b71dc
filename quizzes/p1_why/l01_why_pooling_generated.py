"""Questions about `why_pooling` with many versions: each public function makes one from draws of its own."""

from poolschool.quiz.english import agree, count

SHOPPERS = ("Ada", "Grace", "Edsger", "Barbara", "Alan", "Radia", "Tony", "Frances")
LOOP = """
from sqlalchemy import NullPool, create_engine, event

engine = create_engine("sqlite:///store.db", {settings})
opened = []
event.listen(engine, "connect", lambda *_: opened.append(1))

for _ in range({rounds}):
    borrowed = [engine.connect() for _ in range({at_once})]
    for connection in borrowed:
        connection.close()
print(len(opened))
"""


def last_answer(draw):
    """Ask when the last of a crowd is served, by the pool's size and by how long each holds a connection."""
    size, hold, rounds = draw.whole(2, 10), draw.one_of([10, 20, 25, 50, 100]), draw.whole(2, 6)
    crowd = size * rounds - draw.whole(0, size - 1)
    before, after = (rounds - 1) * size, crowd - (rounds - 1) * size
    return {
        "type": "number",
        "prompt": f"An engine has `pool_size={size}, max_overflow=0`, and its connections are open already. {crowd} shoppers "
        f"search at the same moment, and each search holds a connection for {hold} ms. After how many milliseconds has the "
        "last of them its answer, if nothing else takes time?",
        "value": rounds * hold,
        "unit": "ms",
        "solution": [
            f"{size} searches run at once, the others wait.",
            f"{crowd} ÷ {size}, rounded up, is {rounds} rounds.",
            f"{rounds} × {hold} ms = {rounds * hold} ms.",
        ],
        "answer": f"{rounds * hold} ms",
        "check": f"After {count(rounds - 1, 'round')} {before} have their answer, {after} {agree(after, 'has', 'have')} not.",
        "mistakes": ["Letting all run at once.", "Letting one run after the other."],
        "wrong": [
            {
                "value": hold,
                "why": f"Only {size} of the {crowd} are served in the first {hold} ms. The pool opens no more for the others.",
                "belief": "new_each_time",
            },
            {
                "value": crowd * hold,
                "why": f"They do not go one by one: {size} are served at a time.",
                "belief": "one_connection_for_all",
            },
        ],
        "given": {"pool_size": size, "crowd": crowd, "hold": hold},
    }


def opened_by_a_day(draw):
    """Ask how many connections a day of loans opens: with a pool, with too small a pool, without one."""
    size, at_once = draw.whole(1, 6), draw.whole(2, 9)
    rounds = draw.one_of([10, 20, 50, 100])
    pooled = draw.whole(0, 3) > 0
    settings = f"pool_size={size}, max_overflow=10" if pooled else "poolclass=NullPool"
    extra = max(0, at_once - size)
    opened = at_once + (rounds - 1) * extra if pooled else rounds * at_once
    if not pooled:
        steps = [
            "`NullPool` keeps nothing: each loan opens a connection, and each return closes it.",
            f"{rounds} times {at_once} loans: {opened}.",
        ]
    elif extra:
        steps = [
            f"The first time {at_once} are opened. {size} of them {agree(size, 'is', 'are')} kept, and {extra} {agree(extra, 'is', 'are')} closed.",
            f"In each later round {size} {agree(size, 'is', 'are')} used again and {extra} {agree(extra, 'is', 'are')} opened: {at_once} + {rounds - 1} × {extra} = {opened}.",
        ]
    else:
        steps = [
            f"The first time {at_once} are opened, and all are kept: `pool_size` is {size}.",
            "From then on they are used again and again.",
        ]
    return {
        "type": "output",
        "prompt": "The program counts how many connections are opened. What does it print?",
        "program": LOOP.format(settings=settings, rounds=rounds, at_once=at_once),
        "prints": str(opened),
        "solution": steps,
        "answer": str(opened),
        "check": f"Between {at_once} (all are kept) and {rounds * at_once} (none is).",
        "mistakes": [
            "Counting a connection for each loan.",
            "Expecting that the pool opens its connections in advance.",
        ],
        "wrong": [
            {
                "prints": str(rounds * at_once),
                "why": f"That would be one for each loan. The pool keeps up to {count(size, 'connection')} for the next loan.",
                "belief": "new_each_time",
            },
            {
                "prints": str(at_once),
                "why": f"Without a pool nothing is kept from one round to the next: {at_once} are opened each time."
                if not pooled
                else f"Only {size} {agree(size, 'is', 'are')} kept: {extra} more {agree(extra, 'is', 'are')} opened in every round.",
                "belief": "overflow_is_kept" if pooled else "nullpool_is_a_limit",
            },
            {
                "prints": str(size) if pooled else "0",
                "why": f"The pool opens what is needed, when it is needed: {at_once} at once."
                if pooled
                else "`NullPool` opens connections all the same; it only keeps none.",
                "belief": "pool_is_eager" if pooled else "zero_means_off",
            },
            {
                "prints": str(size + 10 if pooled else 1),
                "why": f"That is the most that could be open. {at_once} are in use at once."
                if pooled
                else "A connection is closed when it is returned, so the next loan opens another.",
                "belief": "pool_is_eager" if pooled else "one_connection_for_all",
            },
        ],
    }


def who_gets_it(draw):
    """Ask in which order shoppers borrow, wait and return, with a pool of one or two."""
    size = draw.whole(1, 2)
    names = draw.some_of(SHOPPERS, size + 1)
    *first, waits = names
    leaver = draw.one_of(first)
    others = [name for name in first if name != leaver]
    steps = [
        {"text": "The engine is made: no connection is open.", "why": "The pool is lazy."},
        *(
            {"text": f"{name} borrows: connection {number} is opened.", "why": "None is idle, and the pool may grow."}
            for number, name in enumerate(first, start=1)
        ),
        {
            "text": f"{waits} asks and waits.",
            "why": f"All {size} that may be open are in use." if size > 1 else "It is in use.",
        },
        {
            "text": f"{leaver} returns a connection, and {waits} gets it.",
            "why": "Somebody waits for one, and nobody else asks.",
        },
        *(
            {"text": f"{name} returns a connection: it stays, idle.", "why": "An idle place is free."}
            for name in others
        ),
        {
            "text": f"{waits} returns a connection{', as the last' if others else ', and it stays, idle'}.",
            "why": "An idle place is free.",
        },
    ]
    borrow = (
        f"{first[0]} borrows first and keeps the connection"
        if size == 1
        else f"{' and '.join(first)} borrow in this order and keep what they have"
    )
    story = f"first {leaver}" + "".join(f", then {name}" for name in others) + f", then {waits}"
    return {
        "type": "order",
        "prompt": f"A new engine has `pool_size={size}, max_overflow=0`. {borrow}, {waits} comes next; then "
        f"they return: {story}. Put what happens in order.",
        "solution": [
            f"Nothing is open at first. {size} may be opened, and {size} {'is' if size == 1 else 'are'}.",
            f"{waits} waits until {leaver} returns one, and gets that very connection.",
            "Nothing is closed: what is returned is kept.",
        ],
        "answer": " ".join(step["text"] for step in steps),
        "check": f"{size} opened in all, none closed.",
        "mistakes": ["Opening connections in advance.", "Closing a connection that is returned while somebody waits."],
        "step": steps,
        "given": {"pool_size": size, "first": first, "leaver": leaver},
    }
