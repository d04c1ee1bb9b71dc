"""Questions about `who_holds_it` with many versions: each public function makes one from draws of its own."""

from itertools import pairwise

from poolschool.quiz.english import count

LINES = ("shop.py:14", "orders.py:52", "reports.py:9", "stock.py:7", "basket.py:33")
REUSED = ["A connection that was returned is handed out again: the same record, entered anew."]
PROGRAM = """
from sqlalchemy import create_engine, event

engine = create_engine("sqlite:///store.db")
in_use = {{}}
event.listen(
    engine, "checkout",
    lambda _, record, __: in_use.update({{record: name}}),
)
event.listen(
    engine, "checkin", lambda _, record: in_use.pop(record, None)
)
taken = {{}}
for step in {steps}:
    name = step[1:]
    if step[0] == "+":
        taken[name] = engine.connect()
    else:
        taken.pop(name).close()
print(*in_use.values())
"""


def left_in_use(draw):
    """Ask what a detector lists after checkouts and checkins in some order."""
    names = draw.some_of(["search", "order", "report", "export", "refund"], 4)
    steps, in_use = [], []
    for name in names:
        steps.append(f"+{name}")
        in_use.append(name)
        if len(in_use) > 1 and draw.whole(0, 1):
            steps.append(f"-{in_use.pop(draw.whole(0, len(in_use) - 1))}")
    if len(in_use) == 4:
        steps.append(f"-{in_use.pop(1)}")
    by_place = list(names[: len(in_use)])
    wrong = [
        {
            "prints": f"\n{' '.join(names)}\n",
            "why": "What was returned is struck out at its checkin.",
            "belief": "watching_is_free",
        }
    ]
    last = names[len(names) - len(in_use) :]
    for others, why in (
        (by_place, "A checkin strikes out the connection that was returned, whichever it is, and not the latest."),
        (last, "A checkin strikes out the connection that was returned, whichever it is, and not the oldest."),
    ):
        text = f"\n{' '.join(others)}\n"
        if others != in_use and text not in [one["prints"] for one in wrong]:
            wrong.append({"prints": text, "why": why, "belief": "returned_in_order"})
    return {
        "type": "output",
        "prompt": "A detector notes who took each connection. `+` takes one, `-` returns it. What does the program print?",
        "program": PROGRAM.format(steps=_wrapped(steps)),
        "prints": f"\n{' '.join(in_use)}\n",
        "solution": [
            "Each `+` enters the record of the connection with a name, each `-` strikes that record out.",
            f"{count(len(in_use), 'entry', 'entries')} left, in the order of the checkouts: {', '.join(in_use)}.",
            *REUSED[: any(a[0] == "-" and b[0] == "+" for a, b in pairwise(steps))],
        ],
        "answer": " ".join(in_use),
        "check": f"{count(len(in_use), 'connection')} in use: {sum(s[0] == '+' for s in steps)} taken, {sum(s[0] == '-' for s in steps)} returned.",
        "mistakes": ["Striking out by place and not by connection."],
        "wrong": wrong,
        "given": {"program": PROGRAM.format(steps=_wrapped(steps))},
    }


def messages(draw):
    """Ask how many messages a detector writes that reports what is late once, and its return once more."""
    patience = draw.one_of([5, 10, 20, 30])
    slow, leaked, short = draw.whole(1, 6), draw.whole(1, 6), draw.whole(7, 60)
    right = 2 * slow + leaked
    return {
        "type": "number",
        "prompt": f"A detector looks every second. It reports a connection once when it has been in use for more than {patience} seconds, and "
        f"once more if it is returned after that. In one evening {count(short, 'request')} held a connection for {patience - 3} seconds, "
        f"{count(slow, 'report')} held one for {patience * 3} seconds, and {count(leaked, 'connection')} "
        f"{'was' if leaked == 1 else 'were'} never returned. How many messages are in the log?",
        "value": right,
        "unit": "messages",
        "solution": [
            f"Nothing is said of the {short}: {patience - 3} seconds are within its patience.",
            f"Each report is reported twice, late and returned: 2 × {slow} = {2 * slow}.",
            f"Each leak is reported once: {leaked}. Together {right}.",
        ],
        "answer": f"{right} messages",
        "check": f"Late ones without a second message: {leaked}. These are the leaks.",
        "mistakes": ["Counting a slow one once.", "Counting every request."],
        "wrong": [
            {
                "value": slow + leaked,
                "why": "A slow one writes a second message when it is returned after all.",
                "belief": "longest_holder_leaks",
            },
            {
                "value": 2 * (slow + leaked),
                "why": "A leaked one is never returned, so its second message never comes.",
                "belief": "app_closes_later",
            },
        ],
        "given": {"patience": patience, "slow": slow, "leaked": leaked, "short": short},
    }


def _wrapped(steps):
    """Give the steps as a list of at most four in a line."""
    lines = [", ".join(f'"{step}"' for step in steps[place : place + 4]) for place in range(0, len(steps), 4)]
    return "[\n    " + ",\n    ".join(lines) + ",\n]"
