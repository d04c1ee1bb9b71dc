"""Questions about `the_store` with many versions: each public function makes one from draws of its own."""


def left_by_payments(draw):
    """Ask how many connections are left for others while payments hold theirs."""
    rate, seconds = draw.whole(1, 6), draw.whole(2, 8)
    taken = rate * seconds
    size, overflow = draw.whole(5, 12), taken + draw.whole(1, 20)
    value = size + overflow - taken
    return {
        "type": "number",
        "prompt": f"Every second {rate} order{'s' * (rate > 1)} {'are' if rate > 1 else 'is'} placed, evenly, and each holds its connection while the payment service takes {seconds} s. "
        f"The engine has `pool_size={size}, max_overflow={overflow}`. Payments have been slow for a while. How many connections do they leave for the others?",
        "value": value,
        "unit": "connections",
        "solution": [
            f"Little's law: {rate} per second × {seconds} s = {taken} are in use by payments at any time.",
            f"{size} + {overflow} = {size + overflow} may be open, so {size + overflow} - {taken} = {value} are left.",
            "Ended before the payment, the transactions leave all of them.",
        ],
        "answer": f"{value} connections",
        "check": f"Let {rate} per second come for a minute, each for {seconds} s, and count.",
        "mistakes": ["Leaving the time of the payment out.", "Leaving the overflow out."],
        "wrong": [
            {
                "value": size + overflow - rate,
                "why": f"Each is held for {seconds} s: those of the seconds before are in use, too.",
                "belief": "query_time_is_hold_time",
            },
            {
                "value": max(0, size - taken),
                "why": f"The overflow may be opened as well: {overflow} more.",
                "belief": "overflow_forgotten",
            },
        ],
        "given": {"rate": rate, "seconds": seconds, "size": size, "overflow": overflow},
    }


def minutes_until_full(draw):
    """Ask after how many minutes a leak has taken the whole pool."""
    each, minutes = draw.whole(2, 6), draw.whole(3, 12)
    total = each * minutes
    size = draw.whole(2, total - each)
    overflow = total - size
    return {
        "type": "number",
        "prompt": f"A page leaks its connection when a product is missing, and {each} shoppers a minute follow a dead link to it. The engine has `pool_size={size}, max_overflow={overflow}`, "
        "and something keeps the leaked connections from being collected. After how many minutes is no connection left?",
        "value": minutes,
        "unit": "minutes",
        "solution": [
            f"{size} + {overflow} = {total} connections may be open.",
            f"{total} ÷ {each} a minute = {minutes} minutes.",
            "A larger pool has more minutes, and the same end.",
        ],
        "answer": f"{minutes} minutes",
        "check": "Leaked connections are never returned, so nothing is added.",
        "mistakes": ["Leaving the overflow out.", "Counting on the collector."],
        "wrong": [
            {
                "value": -(-size // each),
                "why": f"The overflow is used as well: {overflow} more.",
                "belief": "overflow_forgotten",
            },
            {
                "value": 2 * minutes,
                "why": f"Nothing is collected: all {each} of each minute stay in use.",
                "belief": "gc_will_close",
            },
        ],
        "given": {"each": each, "size": size, "overflow": overflow},
    }
