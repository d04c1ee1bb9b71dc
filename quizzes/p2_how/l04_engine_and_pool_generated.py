"""Questions about `engine_and_pool` with many versions: each public function makes one from draws of its own."""

from poolschool.quiz.english import agree

STATUS = """
from sqlalchemy import create_engine

engine = create_engine("sqlite:///store.db", pool_size={pool_size}, max_overflow={max_overflow})
borrowed = [engine.connect() for _ in range({lent})]
for connection in borrowed[:{back}]:
    connection.close()
{prints}
"""


def cap(draw):
    """Ask how many connections one engine can have open at once, by `pool_size` and `max_overflow`."""
    size = draw.whole(2, 20)
    overflow = draw.one_of([number for number in (2, 3, 4, 5, 8, 10, 15, 20) if number != size])
    return {
        "type": "number",
        "prompt": f"The store makes one engine with `create_engine(DATABASE_URL, pool_size={size}, "
        f"max_overflow={overflow})`. How many connections can it have open at once?",
        "value": size + overflow,
        "unit": "connections",
        "solution": [
            f"`pool_size={size}` is what is kept, `max_overflow={overflow}` what may come on top.",
            f"{size} + {overflow} = {size + overflow}. Whoever comes next waits.",
        ],
        "answer": f"{size + overflow} connections",
        "check": f"The error text says both numbers: `QueuePool limit of size {size} overflow {overflow} reached`.",
        "mistakes": ["Stopping at `pool_size`.", "Taking `max_overflow` for the total."],
        "wrong": [
            {"value": size, "why": f"{size} are kept. {overflow} more may be open.", "belief": "overflow_forgotten"},
            {
                "value": overflow,
                "why": f"The {overflow} come on top of the {size} that are kept.",
                "belief": "overflow_is_the_total",
            },
        ],
        "given": {"pool_size": size, "max_overflow": overflow},
    }


def worker_budget(draw):
    """Ask how many connections all workers of a store can have open together."""
    workers, size = draw.whole(2, 8), draw.whole(2, 10)
    overflow = draw.one_of([number for number in range(1, 11) if number != size])
    each = size + overflow
    return {
        "type": "number",
        "prompt": f"The store runs with `uvicorn --workers {workers}`. Its module makes one engine with "
        f"`pool_size={size}, max_overflow={overflow}`. How many connections must the database be ready to grant?",
        "value": workers * each,
        "unit": "connections",
        "solution": [
            "Each worker is a process with an engine and a pool of its own.",
            f"One engine can have {size} + {overflow} = {each} connections open.",
            f"{workers} × {each} = {workers * each}.",
        ],
        "answer": f"{workers * each} connections",
        "check": f"workers × (`pool_size` + `max_overflow`) = {workers} × {each}.",
        "mistakes": ["Counting one pool for all workers.", "Counting `pool_size` only."],
        "wrong": [
            {
                "value": each,
                "why": f"That is one worker of {workers}: processes share no pool.",
                "belief": "one_pool_for_all_workers",
            },
            {
                "value": workers * size,
                "why": f"That is what {workers} workers keep. In a rush each opens {overflow} more.",
                "belief": "overflow_forgotten",
            },
            {
                "value": workers * overflow,
                "why": f"The {overflow} of each worker {agree(overflow, 'comes', 'come')} on top of the {size} that it keeps.",
                "belief": "overflow_is_the_total",
            },
        ],
        "given": {"workers": workers, "pool_size": size, "max_overflow": overflow},
    }


def fits_the_database(draw):
    """Ask for the largest `max_overflow` with which all workers together stay within what the database grants."""
    granted, reserved = draw.one_of([40, 50, 60, 80, 100]), draw.one_of([3, 5, 10])
    workers, size = draw.whole(2, 6), draw.whole(2, 4)
    share = (granted - reserved) // workers
    best = share - size
    return {
        "type": "number",
        "prompt": f"The database has `max_connections={granted}`, of which {reserved} are kept for others. The store runs "
        f"{workers} workers, and each makes an engine with `pool_size={size}`. What is the largest `max_overflow` with "
        "which the store never asks for more than it may have?",
        "value": best,
        "solution": [
            f"{granted} − {reserved} = {granted - reserved} connections are left for the store.",
            f"{granted - reserved} ÷ {workers} workers: each may have {share} open, rounded down.",
            f"{size} of them are `pool_size`, so {share} − {size} = {best} may come on top.",
        ],
        "answer": f"`max_overflow={best}`",
        "check": f"{workers} × ({size} + {best}) = {workers * share}, which is not more than {granted - reserved}; "
        f"with one more it is {workers * (share + 1)}.",
        "mistakes": [
            "Taking the share for the overflow.",
            "Giving one pool everything.",
            "Forgetting what is reserved.",
        ],
        "wrong": [
            {
                "value": share,
                "why": f"{share} is what a worker may have open in all; {size} of them are `pool_size`.",
                "belief": "overflow_is_the_total",
            },
            {
                "value": granted - reserved - size,
                "why": f"That would be right for one worker. There are {workers}, each with a pool of its own.",
                "belief": "one_pool_for_all_workers",
            },
            {
                "value": granted // workers - size,
                "why": f"The {reserved} connections that are kept for others are not the store's.",
                "belief": "reserve_forgotten",
            },
        ],
        "given": {
            "granted": granted - reserved,
            "workers": workers,
            "pool_size": size,
            "max_overflow": best,
        },
    }


def kept_after_a_rush(draw):
    """Ask how many connections stay open after a rush, by `pool_size`, `max_overflow` and the size of the rush."""
    size, overflow = draw.whole(2, 8), draw.whole(3, 12)
    rush = draw.whole(size + 1, size + overflow)
    extra = rush - size
    return {
        "type": "number",
        "prompt": f"A new engine has `pool_size={size}, max_overflow={overflow}`. {rush} requests hold a connection at the "
        "same time, and then all return theirs; nobody else asks. How many connections are open now?",
        "value": size,
        "unit": "connections",
        "solution": [
            f"At the height of the rush {rush} connections are open: {size} + {extra}.",
            f"The first {size} that are returned fill the idle places.",
            f"{extra} more {agree(extra, 'finds', 'find')} them full and {agree(extra, 'is', 'are')} closed.",
        ],
        "answer": f"{size} connections",
        "check": "Never more than `pool_size` are idle.",
        "mistakes": ["Believing that what was opened stays open.", "Believing that a return always closes."],
        "wrong": [
            {
                "value": rush,
                "why": f"Overflow connections are not kept: {extra} of the {rush} {agree(extra, 'was', 'were')} closed.",
                "belief": "overflow_is_kept",
            },
            {
                "value": extra,
                "why": f"That is how many {agree(extra, 'was', 'were')} closed: {extra}. {size} stay.",
                "belief": "overflow_is_kept",
            },
            {
                "value": 0,
                "why": f"The pool keeps {size} of them open for the next request.",
                "belief": "close_closes",
            },
        ],
        "given": {"pool_size": size, "max_overflow": overflow, "rush": rush},
    }


def counters(draw):
    """Ask what `overflow()`, `checkedout()` and `checkedin()` say after some loans and some returns."""
    loans = _Loans(draw)
    prints = "print(engine.pool.overflow(), engine.pool.checkedout(), engine.pool.checkedin())"
    return {
        "type": "output",
        "prompt": "`overflow()`, `checkedout()` and `checkedin()` are three of the four numbers of `pool.status()`. "
        "What does the program print?",
        "program": STATUS.format(**loans.settings, lent=loans.lent, back=loans.back, prints=prints),
        "prints": "{overflow} {out} {idle}".format(**loans.reading),
        "solution": loans.solution,
        "answer": "{overflow} {out} {idle}".format(**loans.reading),
        "check": loans.check,
        "mistakes": ["Letting the overflow begin at zero.", "Closing what is returned while others are in use."],
        "wrong": [
            {"prints": "{overflow} {out} {idle}".format(**reading), "why": why, "belief": belief}
            for reading, why, belief in loans.misreadings
        ],
    }


def status_line(draw):
    """Ask for the three numbers of `pool.status()` that are not a setting, after some loans and some returns."""
    loans = _Loans(draw)
    line = "`A = {idle}, B = {overflow}, C = {out}`"
    options = [{"text": line.format(**loans.settings | loans.reading), "right": True, "why": loans.solution[-1]}]
    for reading, why, belief in loans.misreadings:
        text = line.format(**loans.settings | reading)
        if all(text != option["text"] for option in options):
            options.append({"text": text, "why": why, "belief": belief})
    return {
        "type": "choice",
        "prompt": f"The program below prints `Pool size: {loans.size}  Connections in pool: A Current Overflow: B "
        "Current Checked out connections: C`, with a number for each letter. Which numbers are they?",
        "code": STATUS.format(**loans.settings, lent=loans.lent, back=loans.back, prints="print(engine.pool.status())"),
        "solution": loans.solution,
        "answer": "{idle} in the pool, overflow {overflow}, {out} in use".format(**loans.reading),
        "check": loans.check,
        "mistakes": ["Letting the overflow begin at zero.", "Closing what is returned while others are in use."],
        "option": options[:5],
    }


def refused(draw):
    """Ask how many of a crowd fail with a TimeoutError while all connections are held."""
    size, overflow, timeout = draw.whole(2, 8), draw.whole(1, 8), draw.one_of([1, 2, 3, 5])
    crowd = size + overflow + draw.whole(2, 15)
    failed = crowd - size - overflow
    return {
        "type": "number",
        "prompt": f"An engine has `pool_size={size}, max_overflow={overflow}, pool_timeout={timeout}`. {crowd} requests ask "
        "for a connection at the same moment, and each that gets one keeps it for a minute. How many end with a "
        "`TimeoutError`?",
        "value": failed,
        "unit": "requests",
        "solution": [
            f"{size} + {overflow} = {size + overflow} requests get a connection at once.",
            f"The others wait. Nobody returns one within {timeout} s, so {crowd} − {size + overflow} = {failed} give up.",
        ],
        "answer": f"{failed} requests",
        "check": f"Served and refused are all of them: {size + overflow} + {failed} = {crowd}.",
        "mistakes": ["Forgetting the overflow.", "Letting the waiting ones wait for ever."],
        "wrong": [
            {
                "value": crowd - size,
                "why": f"{overflow} more {agree(overflow, 'gets', 'get')} a connection as overflow.",
                "belief": "overflow_forgotten",
            },
            {
                "value": 0,
                "why": f"They wait, but not for ever: `pool_timeout={timeout}` ends it.",
                "belief": "waits_for_ever",
            },
            {
                "value": crowd,
                "why": f"A full pool costs only those who wait in vain: {size + overflow} were served.",
                "belief": "full_pool_crashes",
            },
        ],
        "given": {"pool_size": size, "max_overflow": overflow, "crowd": crowd},
    }


def waits_or_fails(draw):
    """Ask what becomes of a request that finds the pool empty, by `pool_timeout` and by when somebody returns a connection."""
    timeout, back = draw.one_of(
        [(2, 5), (2, 20), (3, 8), (5, 2), (5, 12), (10, 3), (10, 25), (20, 4), (30, 6), (30, 45)]
    )
    size, overflow = draw.whole(2, 9), draw.whole(0, 6)
    in_time = back < timeout
    words = draw.one_of(["A search", "A shopper's request", "An order", "A price list"])
    got = f"It waits {back} s and then gets that connection."
    failed = f"It waits {timeout} s and then fails with a `TimeoutError`."
    options = [
        {
            "text": "It fails at once, because the pool is empty.",
            "why": f"It waits first, for up to `pool_timeout`, {timeout} s.",
            "belief": "full_pool_crashes",
        },
        {
            "text": f"After {timeout} s the pool takes a connection from a request that has one, and lends it on.",
            "why": "A pool never takes a loan back. `pool_timeout` bounds the waiting, not the loan.",
            "belief": "app_closes_later",
        },
    ]
    right = {"text": got if in_time else failed, "right": True}
    if in_time:
        right["why"] = f"Yes. {back} s is sooner than {timeout} s."
        other = f"A connection was returned after {back} s, before its patience of {timeout} s was at an end."
        options += [right, {"text": failed, "why": other, "belief": "full_pool_crashes"}]
    else:
        right["why"] = (
            f"Yes. It gives up after {timeout} s; the connection that is returned {back - timeout} s later is for others."
        )
        other = f"It does not wait that long: after {timeout} s it has failed."
        options += [{"text": got, "why": other, "belief": "waits_for_ever"}, right]
    return {
        "type": "choice",
        "prompt": f"An engine has `pool_size={size}, max_overflow={overflow}, pool_timeout={timeout}`, and all of its "
        f"connections are in use. {words} asks for one. The first is returned {back} s later. What happens?",
        "solution": [
            f"Nothing is idle and nothing more may be opened, so it waits, for at most {timeout} s.",
            f"A connection is returned after {back} s: {'in time' if in_time else 'too late'}.",
        ],
        "answer": right["text"],
        "check": f"Compare the two times: {back} s and {timeout} s.",
        "mistakes": ["Taking a full pool for an error.", "Taking `pool_timeout` for the length of a loan."],
        "option": options,
        "given": {"pool_size": size, "max_overflow": overflow, "in_time": in_time, "timeout": timeout},
    }


def never_more_than(draw):
    """Ask which engines never have more than a granted number of connections open."""
    granted = draw.whole(6, 18)
    size = draw.whole(2, granted - 2)
    options = [
        _engine(f"pool_size={size}, max_overflow={granted - size}", size + granted - size, granted, ""),
        _engine(f"pool_size={granted}", granted + 10, granted, "overflow_forgotten"),
    ]
    more = [
        _engine(f"pool_size={granted}, max_overflow=0", granted, granted, ""),
        _engine(f"pool_size={size}, max_overflow={granted}", size + granted, granted, "overflow_is_the_total"),
        _engine(f"pool_size=0, max_overflow={granted}", None, granted, "zero_means_off"),
        _engine(f"pool_size={size}, max_overflow=-1", None, granted, "minus_one_means_none"),
        _engine("poolclass=NullPool", None, granted, "nullpool_is_a_limit"),
        _engine(f"pool_size={granted - size}, max_overflow={size - 1}", granted - 1, granted, ""),
    ]
    options += draw.some_of(more, 4)
    right = [option["text"] for option in options if option.get("right")]
    return {
        "type": "choose_all",
        "prompt": f"The database's owner grants one process {granted} connections and not one more. Which engines keep that "
        "promise, whatever the crowd? Choose all.",
        "solution": [
            "The cap is `pool_size + max_overflow`, and `max_overflow` is 10 unless you say otherwise.",
            "`pool_size=0` and `max_overflow=-1` lift the limit, and `NullPool` never had one.",
        ],
        "answer": " and ".join(right),
        "check": f"Ask each engine for {granted + 1}: {agree(len(right), 'this one refuses', 'these refuse')}.",
        "mistakes": [
            "Forgetting the default overflow.",
            "Taking the absence of a pool for the absence of connections.",
        ],
        "option": options,
        "given": {"granted": granted},
    }


class _Loans:
    """Loans from a new pool of which some are returned, what the pool then says, and how people misread it."""

    def __init__(self, draw):
        self.size, most = draw.whole(3, 8), draw.whole(2, 8)
        self.settings = {"pool_size": self.size, "max_overflow": most}
        self.lent = draw.whole(4, self.size + most)
        self.back = draw.whole(2, self.lent)
        self.idle = min(self.back, self.size)
        self.open = self.lent - (self.back - self.idle)
        self.out = self.lent - self.back
        self.reading = self._reading(self.open)

    def _reading(self, still_open):
        return {"overflow": still_open - self.size, "out": self.out, "idle": still_open - self.out}

    @property
    def solution(self):
        """The way to the numbers."""
        closed = self.lent - self.open
        kept = f"The pool keeps up to {self.size} idle ones, however many are in use: "
        kept += (
            f"{self.idle} are kept and {closed} {agree(closed, 'is', 'are')} closed."
            if closed
            else f"all {self.back} are kept."
        )
        return [
            f"{self.lent} loans opened {self.lent} connections, and {self.back} were returned: {self.out} {agree(self.out, 'is', 'are')} in use.",
            kept,
            f"{self.open} are open. Overflow is open minus `pool_size`: {self.open} − {self.size} = {self.open - self.size}.",
        ]

    @property
    def check(self):
        """The sum that must come out."""
        return f"In use + idle = open: {self.out} + {self.idle} = {self.open}, and {self.open} − {self.size} is the overflow."

    @property
    def misreadings(self):
        """Readings that are not this pool's, each with the reason and the belief that leads to it."""
        hasty = max(self.out, min(self.lent, self.size))
        told = [
            (
                self.reading | {"overflow": max(0, self.open - self.size)},
                f"The counter begins at −{self.size}, not at 0: {self.open} − {self.size} = {self.open - self.size}.",
                "overflow_starts_at_zero",
            ),
            (
                self._reading(hasty),
                f"One that is returned is closed only if {self.size} others are idle already, however many are in use.",
                "overflow_goes_first",
            ),
            (
                self._reading(self.lent),
                f"At most {self.size} are kept idle: {self.lent - self.open} of the {self.back} {agree(self.lent - self.open, 'was', 'were')} closed.",
                "overflow_is_kept",
            ),
            (
                self._reading(self.out),
                f"A return does not close what the pool keeps: {self.idle} are idle.",
                "close_closes",
            ),
            (
                self.reading | {"overflow": -self.open},
                f"The counter is open connections minus `pool_size`: {self.open} − {self.size} = {self.open - self.size}.",
                "overflow_starts_at_zero",
            ),
        ]
        return [(reading, why, belief) for reading, why, belief in told if reading != self.reading]


def _engine(settings, cap, granted, belief):
    """Make an option of one engine; `cap` is None where there is no limit."""
    text = f"`create_engine(url, {settings})`"
    if cap is not None and cap <= granted:
        return {"text": text, "right": True, "why": f"At most {cap} are open."}
    why = "There is no limit: as many as there are requests." if cap is None else f"Up to {cap} may be open."
    return {"text": text, "why": why, "belief": belief}
