"""Questions about `borrow_and_return` with many versions: each public function makes one from draws of its own."""

from poolschool.quiz.english import agree

POOL = """
class Pool:
    def __init__(self):
        self.opened, self.idle = 0, []

    def checkout(self):
        if not self.idle:
            self.opened += 1
            return self.opened
        return self.idle.pop()

    def checkin(self, connection):
        self.idle.append(connection)

pool = Pool()
in_use = [pool.checkout() for _ in range({first})]
for place in {returned}:
    pool.checkin(in_use[place])
print([pool.checkout() for _ in range({again})], pool.opened)
"""


def clients(draw):
    """Ask how many clients the database sees, and so how many threads wait, when a crowd asks a pool at once."""
    size, overflow = draw.whole(2, 9), draw.whole(1, 9)
    cap = size + overflow
    crowd = cap + draw.whole(3, 40)
    return {
        "type": "number",
        "prompt": f"An engine has `pool_size={size}, max_overflow={overflow}`. {crowd} threads ask for a connection at the "
        "same moment, and each that gets one keeps it. How many threads wait, in the application, without being a client "
        "of the database?",
        "value": crowd - cap,
        "unit": "threads",
        "solution": [
            f"The pool may have {size} + {overflow} = {cap} connections open: so many clients does the database see.",
            f"The other {crowd} − {cap} = {crowd - cap} threads wait for the pool.",
        ],
        "answer": f"{crowd - cap} threads",
        "check": f"Clients and waiting threads are all of them: {cap} + {crowd - cap} = {crowd}.",
        "mistakes": ["Believing that a pool is no limit.", "Forgetting the overflow."],
        "wrong": [
            {
                "value": 0,
                "why": f"The pool is a limit: no more than {cap} are clients of the database.",
                "belief": "pool_only_saves",
            },
            {
                "value": crowd - size,
                "why": f"{overflow} more {agree(overflow, 'gets', 'get')} a connection as overflow.",
                "belief": "overflow_forgotten",
            },
            {
                "value": crowd - 1,
                "why": f"One connection is not for all: {cap} are in use at once.",
                "belief": "one_connection_for_all",
            },
        ],
        "given": {"pool_size": size, "max_overflow": overflow, "crowd": crowd},
    }


def handed_out(draw):
    """Ask which connections a list pool hands out after some were returned, one of them twice."""
    first = draw.whole(2, 5)
    order = draw.some_of(range(first), draw.whole(2, first))
    twice = draw.one_of(order)
    returned = [*order, twice]
    again = len(returned) + draw.whole(0, 2)
    got, opened = _play(first, returned, again)
    noticed = _play(first, order, again)
    fair = _play(first, returned, again, from_the_front=True)
    new = list(range(first + 1, first + again + 1))
    number = twice + 1
    return {
        "type": "output",
        "prompt": "This pool has no lock, and only one thread uses it. What does the program print?",
        "program": POOL.format(first=first, returned=returned, again=again),
        "prints": f"{got} {opened}",
        "solution": [
            f"Connections 1 to {first} are opened.",
            f"Returned are {_list(place + 1 for place in returned)}: connection {number} twice. The list takes them all.",
            f"`pop()` takes from the end of the list; when it is empty, a connection is opened: {got}.",
            f"Connection {number} is handed out twice.",
        ],
        "answer": f"{got} {opened}",
        "check": f"{len(returned)} entries are in the list, for {len(order)} connections.",
        "mistakes": ["Believing that the pool notices the second return.", "Taking from the front of the list."],
        "wrong": [
            {
                "prints": f"{noticed[0]} {noticed[1]}",
                "why": f"Nothing notices that connection {number} is in the list already.",
                "belief": "return_twice",
            },
            {
                "prints": f"{fair[0]} {fair[1]}",
                "why": f"`pop()` takes the last entry, which is connection {returned[-1] + 1}.",
                "belief": "first_come_first_served",
            },
            {
                "prints": f"{new} {new[-1]}",
                "why": f"{len(returned)} entries are idle: they are handed out before anything is opened.",
                "belief": "new_each_time",
            },
        ],
        "given": {"first": first, "returned": returned, "again": again},
    }


def _play(first, returned, again, *, from_the_front=False):
    """Give what is handed out after so many returns, and how many were opened in all."""
    idle, got, opened = [place + 1 for place in returned], [], first
    for _ in range(again):
        if idle:
            got.append(idle.pop(0 if from_the_front else -1))
        else:
            opened += 1
            got.append(opened)
    return got, opened


def _list(numbers):
    return ", ".join(map(str, numbers))
