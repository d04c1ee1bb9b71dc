"""Questions about `when_the_pool_is_full` with many versions: each public function makes one from draws of its own."""


def refused_at_the_door(draw):
    """Ask how many of a crowd are refused, by who is inside and who may wait."""
    inside, waiting = draw.whole(4, 20), draw.whole(5, 40)
    crowd = inside + waiting + draw.whole(10, 90)
    value = crowd - inside - waiting
    left = draw.whole(2, min(waiting, value) - 1)
    return {
        "type": "number",
        "prompt": f"A store lets {inside} requests in at a time and {waiting} more wait; the others are refused at once. {crowd} requests come in the same moment, "
        f"while a table is locked. {left} of those who wait are ended by a time-out, and nobody else comes. How many requests are refused?",
        "value": value,
        "unit": "requests",
        "solution": [
            f"{inside} are inside and {waiting} wait: there is room for {inside + waiting}.",
            f"{crowd} came in the same moment: {crowd} - {inside + waiting} = {value} found no room.",
            f"The {left} that ended made room later, and nobody came to use it.",
        ],
        "answer": f"{value} requests",
        "check": "Who is refused is decided when a request comes.",
        "mistakes": ["Forgetting those who are inside.", "Letting refused requests in when somebody leaves."],
        "wrong": [
            {
                "value": crowd - waiting,
                "why": f"The {inside} inside are not refused either.",
                "belief": "refusing_loses_shoppers",
            },
            {
                "value": value - left,
                "why": "A refused request is gone: it does not wait for room.",
                "belief": "refusing_loses_shoppers",
            },
            {
                "value": 0,
                "why": "The room to wait has an end; who comes beyond it is refused.",
                "belief": "refusing_loses_shoppers",
            },
        ],
        "given": {"inside": inside, "waiting": waiting, "crowd": crowd, "left": left},
    }


def timed_out_at_once(draw):
    """Ask how many of a crowd time out, by the pool's size and overflow."""
    size, overflow = draw.whole(2, 9), draw.whole(1, 8)
    crowd = size + overflow + draw.whole(2, 20)
    value = crowd - size - overflow
    return {
        "type": "number",
        "prompt": f"An engine has `pool_size={size}, max_overflow={overflow}, pool_timeout=1`. {crowd} threads take a connection in the same moment, and each keeps it "
        "for ten seconds. How many of them get a TimeoutError?",
        "value": value,
        "unit": "threads",
        "solution": [
            f"{size} + {overflow} = {size + overflow} connections may be in use.",
            f"{crowd} - {size + overflow} = {value} threads wait, and nothing is returned within their second.",
        ],
        "answer": f"{value} threads",
        "check": "Those who got one keep it for longer than anybody waits.",
        "mistakes": ["Leaving the overflow out.", "Counting the overflow twice."],
        "wrong": [
            {
                "value": crowd - size,
                "why": f"The overflow is open as well: {overflow} more.",
                "belief": "overflow_forgotten",
            },
            {
                "value": 0,
                "why": "The wait ends after one second, and each connection is in use for ten.",
                "belief": "hangs_for_ever",
            },
        ],
        "given": {"size": size, "overflow": overflow, "crowd": crowd},
    }
