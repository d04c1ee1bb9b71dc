"""Questions about `stale_connections` with many versions: each public function makes one from draws of its own."""


def restart_costs(draw):
    """Ask how many requests a restart costs, by what was idle and what was in use."""
    size, ping = draw.whole(5, 14), draw.one_of([True, False])
    in_use = draw.whole(2, size - 2)
    later = draw.whole(size + 1, 40)
    value = in_use
    first = "" if ping else " One of those in use notices first, and its error marks the whole pool."
    return {
        "type": "number",
        "prompt": f"A pool has `pool_size={size}, max_overflow=0`{', pool_pre_ping=True' if ping else ''}. {in_use} connections are in use and "
        f"{size - in_use} are idle when the database restarts. The requests that hold a connection run their next query; afterwards "
        f"{later} more requests come, one after the other. How many requests fail, in all?",
        "value": value,
        "unit": "requests",
        "solution": [
            f"Whoever has a connection in hand loses it: {in_use}.",
            f"The {size - in_use} idle ones are dead too.{first}",
            "The ping finds them at the checkout."
            if ping
            else "What was opened before that error is replaced at its next checkout, without a question.",
            f"Together {value}.",
        ],
        "answer": f"{value} requests",
        "check": f"Of the {later} later requests, none fails.",
        "mistakes": [
            "Counting the idle ones as well.",
            "Counting none, because of the ping." if ping else "Counting one more for the idle ones.",
        ],
        "wrong": [
            {
                "value": size,
                "why": f"The {size - in_use} idle ones are replaced before anybody uses them.",
                "belief": "one_error_for_each",
            },
            {
                "value": 0,
                "why": f"Nothing saves a connection that is in use: {in_use} requests have one in hand.",
                "belief": "ping_finds_everything",
            },
            {
                "value": in_use + 1,
                "why": "The idle ones cost no request: they were marked by the first error, or found by the ping.",
                "belief": "pool_knows_the_server",
            },
        ],
        "given": {"size": size, "ping": ping, "in_use": in_use, "later": later},
    }


def ping_share(draw):
    """Ask for the share that a ping adds to a request."""
    rate, trips = draw.whole(2, 30) * 10, draw.whole(3, 9)
    distance = draw.one_of([1, 2, 5, 10, 20])
    return {
        "type": "number",
        "prompt": f"A request sends {trips} messages to the database, waits {distance} ms for each answer, and nothing else takes time. The store answers {rate} "
        "requests a second. The driver is psycopg. What percentage does `pool_pre_ping=True` add to its time?",
        "value": round(100 / trips, 1),
        "unit": "percent",
        "tolerance": 0.5,
        "solution": [
            "With psycopg, a ping is one message more at each checkout, and one answer to wait for.",
            f"The request waits for {trips} answers: {trips} × {distance} = {trips * distance} ms. With the ping {trips + 1} × {distance} = {(trips + 1) * distance} ms.",
            f"{distance} of {trips * distance} ms is {round(100 / trips, 1)} percent, whatever the rate.",
        ],
        "answer": f"{round(100 / trips, 1)} percent",
        "check": f"One answer more than {trips}, at any distance.",
        "mistakes": ["Dividing by the answers with the ping.", "Looking for the rate in the answer."],
        "wrong": [
            {
                "value": 0,
                "why": "The ping waits for an answer at each checkout.",
                "belief": "price_of_a_ping",
            },
            {
                "value": 100,
                "why": f"That holds for a request that sends one message. This one sends {trips}.",
                "belief": "price_of_a_ping",
            },
        ],
        "given": {"trips": trips},
    }
