"""How a confined worker speaks: nobody but the judge says a verdict, and none while something of the judge is changed.

    say      every message but what was refused and the picture of a pool: only from the main thread, with no frame of the learner's on its stack
    ask      at each statement of a checker: is what the checker uses still what it was?
    watch    more to look at before each verdict;  watch_names: at each statement

All are wrapped in C: what they hold (the key among it) hangs on no frame that a learner's code can walk to.
"""

import json
import os
import sys
import threading
from collections.abc import Callable
from multiprocessing.connection import Connection
from types import FrameType
from typing import NamedTuple, NoReturn

from poolschool.confined.guard import Refused
from poolschool.confined.integrity import Changed
from poolschool.confined.taken_away import hidden
from poolschool.grading.message import Message, speaker

JUDGED = ("verdict", "unimportable", "done")
SAID_BY_ALL = ("refused", "noticed", "tampered", "pool")  # a picture that is made up harms nobody
MADE_TO_SPEAK = "the judge was made to speak"


class Voice(NamedTuple):
    """What a confined worker speaks and asks with."""

    say: Callable[[Message], None]
    ask: Callable[[], None]
    watch: Callable[[Changed], None]
    watch_names: Callable[[Changed], None]
    refuse: Callable[[str], NoReturn]


def voice(pipe: Connection, key: list[bytes], untouched: Changed, trusted: tuple[str, ...]) -> Voice:
    """Take the key away and make a voice; `trusted` is how the names of files begin whose code is not the learner's."""
    raw, end, frame_at, inside = speaker(pipe, key), os._exit, sys._getframe, threading.get_ident
    lock, main, read = threading.RLock(), threading.get_ident(), str.__str__
    ours = (*trusted, "<frozen ")
    dumps, loads = json.dumps, json.loads
    at_verdicts, at_statements = [untouched], list[Changed]()

    def tampered(what: str) -> None:
        with lock:
            raw(("tampered", what))
        end(1)

    def compare(watched: list[Changed]) -> None:
        for changed in watched:
            if what := changed():
                tampered(what)

    def alone() -> None:
        """End if code of the learner's is running below: nobody but the judge may speak, or add what is compared."""
        frame: FrameType | None = frame_at(1)
        while frame is not None:
            name, below = read(frame.f_code.co_filename), frame.f_back
            # multiprocessing starts a process by a line of code without a file.
            if not name.startswith(ours) and (name != "<string>" or below is not None):
                tampered(MADE_TO_SPEAK)
            frame = below
        if inside() != main:
            tampered(MADE_TO_SPEAK)

    def say(message: Message) -> None:
        if message[0] not in SAID_BY_ALL:
            alone()
            if message[0] in JUDGED:
                text = dumps(message)  # what is compared may be the learner's, and must not change what is said
                compare(at_verdicts)
                message = tuple(loads(text))
        with lock:
            raw(message)

    def watch(changed: Changed) -> None:
        alone()
        at_verdicts.append(changed)

    def watch_names(changed: Changed) -> None:
        alone()
        at_statements.append(changed)

    def ask() -> None:
        compare(at_statements)

    def refuse(what: str) -> NoReturn:
        with lock:
            raw(("refused", what))
        raise Refused(f"{what} is not allowed while an answer is graded")

    return Voice(hidden(say), hidden(ask), hidden(watch), hidden(watch_names), hidden(refuse))
