"""Questions about `watching_the_pool` with many versions: each public function makes one from draws of its own."""


def who_is_pending(draw):
    """Ask for a number while requests wait, by the pool's limit and what was returned."""
    limit = draw.whole(2, 10)
    waiting = draw.whole(4, 12)
    returned = draw.whole(2, min(waiting - 2, limit))
    asked = limit + waiting
    name = draw.one_of(["pending_requests", "wait_time"])
    pending, recorded = waiting - returned, limit + returned
    value = pending if name == "pending_requests" else recorded
    what = "`pending_requests`" if name == "pending_requests" else "the count of `wait_time`"
    return {
        "type": "number",
        "prompt": f"A pool has `pool_size={limit}, max_overflow=0`, and a long time-out. {asked} requests ask at once, and whoever gets a "
        f"connection keeps it. Then {returned} connections are returned, and each is taken by somebody who waited. What is {what} now?",
        "value": value,
        "unit": "requests",
        "solution": [
            f"{limit} get a connection at once, so {asked} - {limit} = {waiting} wait.",
            f"{returned} of them get one: {waiting} - {returned} = {pending} wait on, and {limit} + {returned} = {recorded} have obtained one.",
            "Pending requests count who waits now; the wait time is recorded of those who have obtained a connection.",
        ],
        "answer": f"{value} requests",
        "check": f"Pending and recorded together are all who asked: {pending} + {recorded} = {asked}.",
        "mistakes": ["Counting those who wait in the wait time.", "Leaving out those who got one at once."],
        "wrong": [
            {
                "value": recorded if name == "pending_requests" else asked,
                "why": "Who has obtained a connection waits no more."
                if name == "pending_requests"
                else f"{pending} still wait: their waits are recorded when they are over.",
                "belief": "wait_time_tells_all",
            },
            {
                "value": waiting if name == "pending_requests" else returned,
                "why": f"{returned} of them have theirs by now."
                if name == "pending_requests"
                else f"The {limit} who got one at once have obtained it, too, after a very short wait.",
                "belief": "wait_time_tells_all",
            },
            {
                "value": asked if name == "pending_requests" else pending,
                "why": f"{recorded} of them have obtained one."
                if name == "pending_requests"
                else "These still wait: their waits are recorded when they are over.",
                "belief": "wait_time_tells_all",
            },
        ],
        "given": {"limit": limit, "asked": asked, "returned": returned, "name": name},
    }


def what_was_recorded(draw):
    """Ask how many uses are recorded, by leaks and connections still in use."""
    done, leaked, working = draw.whole(20, 90), draw.whole(2, 7), draw.whole(2, 7)
    total = done + leaked + working
    return {
        "type": "number",
        "prompt": f"Since its start a store has had {total} checkouts from a pool of 20. {leaked} of these connections have leaked and are kept from being "
        f"collected, {working} are at work now, and all others were returned. What is the count of `use_time`?",
        "value": done,
        "unit": "entries",
        "solution": [
            "A use is recorded when its connection is returned.",
            f"Of {total}, {leaked} have leaked and {working} are still at work: {total} - {leaked} - {working} = {done}.",
            f"The count of `wait_time` is {total}: the difference of {leaked + working} is what is in use, leaked or not.",
        ],
        "answer": f"{done} entries",
        "check": f"{done} + {leaked} + {working} = {total}.",
        "mistakes": ["Expecting the leaks as very long uses.", "Counting what is at work."],
        "wrong": [
            {
                "value": total,
                "why": f"{leaked + working} have not been returned, and nothing is recorded of them yet.",
                "belief": "use_time_shows_leaks",
            },
            {
                "value": done + leaked,
                "why": "A leak is never returned, so it is never recorded.",
                "belief": "use_time_shows_leaks",
            },
        ],
        "given": {"done": done, "leaked": leaked, "working": working},
    }
