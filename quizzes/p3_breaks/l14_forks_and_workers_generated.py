"""Questions about `forks_and_workers` with many versions: each public function makes one from draws of its own."""

from poolschool.quiz.english import agree


def _tell_apart(*numbers):
    """Say whether no two mistakes lead to one number: then a wrong answer tells which it was."""
    return len(set(numbers)) == len(numbers)


def deploy_sessions(draw):
    """Ask how many connections all workers may have open during a deploy."""
    while True:
        hosts, workers, surge = draw.whole(2, 5), draw.whole(2, 6), draw.one_of([1, 2])
        size, overflow, reports = draw.whole(3, 8), draw.one_of([2, 4, 5, 10]), draw.one_of([1, 2])
        each = size + overflow + reports
        everybody = (hosts + surge) * workers
        value = everybody * each
        quiet, one_engine, kept = hosts * workers * each, everybody * (size + overflow), everybody * (size + reports)
        if _tell_apart(value, quiet, one_engine, kept, each):
            break
    wrong = [
        {
            "value": quiet,
            "why": f"During the deploy {surge} more {agree(surge, 'host is', 'hosts are')} there, with all of {agree(surge, 'its', 'their')} workers.",
            "belief": "deploy_replaces_at_once",
        },
        {
            "value": one_engine,
            "why": "The engine for the reports has a pool of its own, in every worker.",
            "belief": "second_pool_is_free",
        },
        {
            "value": kept,
            "why": f"In a rush each shop engine opens {overflow} more than it keeps.",
            "belief": "overflow_forgotten",
        },
        {"value": each, "why": f"That is one worker of {everybody}.", "belief": "one_pool_for_all_workers"},
    ]
    return {
        "type": "number",
        "prompt": f"The store runs on {hosts} hosts with {workers} workers each. Every worker has one engine for the shop, `pool_size={size}, "
        f"max_overflow={overflow}`, and one for reports, `pool_size={reports}, max_overflow=0`. A deploy starts {surge} new "
        f"{agree(surge, 'host', 'hosts')} before it ends the first old one. How many connections may all of them have open at the worst moment?",
        "value": value,
        "unit": "connections",
        "solution": [
            f"One worker: {size} + {overflow} + {reports} = {each}.",
            f"At the worst moment: ({hosts} + {surge}) × {workers} = {everybody} workers.",
            f"{everybody} × {each} = {value}.",
        ],
        "answer": f"{value} connections",
        "check": "hosts and surge together, times workers, times all engines of a worker.",
        "mistakes": ["Leaving out the new hosts.", "Leaving out the second engine or the overflow."],
        "wrong": wrong,
        "given": {"processes": everybody, "size": size, "overflow": overflow, "reports": reports},
    }


def largest_share(draw):
    """Ask for the largest `pool_size` with which all workers fit into the database through a deploy."""
    while True:
        granted, reserved, others = draw.one_of([100, 150, 200, 300]), draw.one_of([3, 5, 10]), draw.whole(4, 12)
        hosts, workers = draw.whole(2, 4), draw.whole(2, 4)
        room = granted - reserved - others
        everybody = (hosts + 1) * workers
        value = room // everybody
        quiet, all_granted, one_host = room // (hosts * workers), granted // everybody, room // workers
        if _tell_apart(value, quiet, all_granted, one_host):
            break
    wrong = {
        quiet: ("During the deploy one host more is there.", "deploy_replaces_at_once"),
        all_granted: ("The reserve and the other programs need theirs.", "reserve_forgotten"),
        one_host: ("Every host has so many workers, and all use one database.", "one_pool_for_all_workers"),
    }
    return {
        "type": "number",
        "prompt": f"`max_connections` is {granted}. PostgreSQL keeps {reserved} of them in reserve, and other programs use up to {others}. The store runs on {hosts} hosts "
        f"with {workers} workers each and one engine in each worker, `max_overflow=0`. A deploy starts 1 new host before it ends an old one. What is the largest "
        "`pool_size` with which nobody is refused, whatever happens?",
        "value": value,
        "unit": "connections",
        "solution": [
            f"For the store: {granted} − {reserved} − {others} = {room}.",
            f"At the worst moment: ({hosts} + 1) × {workers} = {everybody} workers.",
            f"{room} ÷ {everybody}, rounded down, is {value}.",
        ],
        "answer": f"`pool_size={value}`",
        "check": f"{everybody} × {value} = {everybody * value}, which fits into {room}; {everybody} × {value + 1} = {everybody * (value + 1)} does not.",
        "mistakes": ["Rounding up.", "Dividing by the workers of a quiet day."],
        "wrong": [{"value": number, "why": why, "belief": belief} for number, (why, belief) in wrong.items()],
        "given": {"room": room, "hosts": hosts, "workers": workers},
    }
