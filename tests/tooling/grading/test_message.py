"""Nothing that comes through a worker's pipe is believed unread: lines are signed, numbered, bounded and checked field by field."""

import json
import multiprocessing
import os
from collections.abc import Callable, Iterator
from dataclasses import asdict
from multiprocessing.connection import Connection
from pathlib import Path

import pytest

from poolschool.grading.message import MOST_BYTES, MOST_TEXT, Message, Reader, speaker
from poolschool.grading.pool_use import Borrower, PoolUse, plain
from poolschool.grading.signed import Forged, new_key
from poolschool.grading.verdict import Verdict

pytestmark = pytest.mark.skipif(os.name == "nt", reason="there whole messages come, and no bytes")
USE = plain(PoolUse(2, (Borrower(2, "Thread-1", 14, 12.0, 100.1, 0.0, "gave up"),)))
FIELDS = asdict(Verdict(1, "Open", "passed", seconds=0.25))


class Line:
    """Both ends of a pipe, and a key."""

    def __init__(self) -> None:
        self.key = new_key()
        ours: Connection
        ours, self.theirs = multiprocessing.Pipe(duplex=False)
        self.reader = Reader(ours, self.key, (1, 2))
        self.say = speaker(self.theirs, [self.key])

    def write(self, data: bytes) -> None:
        """Write as a learner's code could."""
        os.write(self.theirs.fileno(), data)

    def drained(self) -> None:
        """Read all that a pipe may hold."""
        for _ in range(3):
            self.reader.take()

    def heard(self, *messages: Message) -> list[Message]:
        """Say messages and give what is read."""
        for message in messages:
            self.say(message)
        return self.reader.take()


@pytest.fixture
def line() -> Iterator[Line]:
    """Give a fresh line."""
    it = Line()
    yield it
    it.theirs.close()
    it.reader.pipe.close()


def test_what_is_said_is_heard(line: Line) -> None:
    """Every message comes as it was said, a verdict as a Verdict."""
    said: list[Message] = [
        ("importing",),
        ("imported",),
        ("started", 2),
        ("raised", 2),
        ("refused", "reading x"),
        ("tampered", "x"),
    ]
    said += [("unimportable", {"called": "import x", "got": "\ud800"}), ("broken", {"trace": "…"}), ("done",)]
    assert line.heard(*said) == said
    assert line.heard(("pool", USE)) == [("pool", USE)]
    assert line.heard(("verdict", FIELDS | {"pool": USE}))[0][1].pool == USE
    assert line.heard(("verdict", FIELDS)) == [("verdict", Verdict(1, "Open", "passed", seconds=0.25))]


def test_the_key_is_taken_away() -> None:
    """Who gave the key has it no more."""
    ours, theirs = multiprocessing.Pipe(duplex=False)
    with ours, theirs:
        given = [new_key()]
        speaker(theirs, given)
        assert given == []


def test_long_words_are_cut_and_go_through(line: Line) -> None:
    """A verdict of megabytes comes as one line that is short enough, its other fields whole."""
    ((_, verdict),) = line.heard(("verdict", FIELDS | {"got": "\x00" * 10**6, "output": "é" * 10**6, "hint": "short"}))
    assert verdict.hint == "short"
    assert 100 < len(verdict.got) <= MOST_TEXT


def test_a_line_may_come_in_pieces(line: Line) -> None:
    """Half a line is waited for, and never with a blocking read."""
    line.say(("importing",))
    whole = os.read(line.reader.pipe.fileno(), 1000)
    line.write(whole[:10])
    assert line.reader.take() == []
    line.write(whole[10:])
    assert line.reader.take() == [("importing",)]


# What a learner's code could write, made from a line that was said.
FORGERIES: dict[str, Callable[[bytes], bytes]] = {
    "no signature": lambda _: b'["done"]\n',
    "another key": lambda _: b"0" * 32 + b' ["done"]\n',
    "said again": lambda said: said,
    "changed": lambda said: said.replace(b"importing", b"imported!"),
    "not ASCII": lambda _: b"\xff" * 40 + b"\n",
    "an empty line": lambda _: b"\n",
    "no end": lambda _: b"x" * (MOST_BYTES + 1),
    "a pickle": lambda _: b"\x80\x04\x95\x05\x00\x00\x00\x00\x00\x00\x00K\x01.\n",
}


@pytest.mark.parametrize("name", FORGERIES)
def test_a_forged_line_is_none(name: str, line: Line) -> None:
    """A line without the signature of this run and of its place is refused."""
    line.say(("importing",))
    said = os.read(line.reader.pipe.fileno(), 1000)
    line.write(said)
    assert line.reader.take() == [("importing",)]
    line.write(FORGERIES[name](said))
    with pytest.raises(Forged):
        line.drained()


@pytest.mark.parametrize(
    "message",
    [
        ("verdict", FIELDS | {"task": 3}),
        ("verdict", FIELDS | {"task": True}),
        ("verdict", FIELDS | {"status": "excellent"}),
        ("verdict", FIELDS | {"seconds": -1.0}),
        ("verdict", FIELDS | {"seconds": float("nan")}),
        ("verdict", FIELDS | {"got": ["a", "list"]}),
        ("verdict", FIELDS | {"more": "x"}),
        ("verdict", FIELDS | {"pool": "full"}),
        ("verdict", FIELDS | {"pool": {"asked": 1, "borrowers": [{"number": 1}]}}),
        ("pool", {"asked": -1, "borrowers": []}),
        ("pool", "full"),
        ("unimportable", {"pool": USE}),
        ("verdict", {"task": 1}),
        ("verdict", "passed"),
        ("unimportable", {"status": "passed"}),
        ("started", 3),
        ("started", "1"),
        ("done", 1),
        ("anything",),
        ("refused", 7),
    ],
)
def test_a_signed_line_of_another_form_is_refused_too(message: Message, line: Line) -> None:
    """Even a signed line is read field by field: its type, its range, and the tasks that were asked for."""
    with pytest.raises(Forged):
        line.heard(message)


def test_the_end_is_told(line: Line) -> None:
    """A pipe that was closed is an end, and no message."""
    line.theirs.close()
    with pytest.raises(EOFError):
        line.reader.take()


def test_nothing_is_unpickled() -> None:
    """The grader has no way to unpickle: neither module takes part in it."""
    import poolschool.grading.grader as grading
    import poolschool.grading.message as message
    import poolschool.grading.signed as signed

    for module in (grading, message, signed):
        source = Path(str(module.__file__)).read_text(encoding="utf-8")
        assert "pickle" not in source.replace("unpickled", "")
        assert ".recv()" not in source


def test_json_is_all_that_is_read(line: Line) -> None:
    """What is signed and no JSON never comes: the speaker writes JSON only."""
    line.say(("importing",))
    said = os.read(line.reader.pipe.fileno(), 1000)
    assert json.loads(said.partition(b" ")[2]) == ["importing"]
