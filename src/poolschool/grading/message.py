"""What a worker may tell the grader, as a line of JSON: bounded, checked field by field, signed with the key of its run.

    ["importing"]  ["imported"]  ["started", 2]  ["verdict", {…every field of a Verdict…}]  ["done"]
    ["unimportable", {…fields…}]  ["broken", {…fields…}]          the fields of a Verdict that say why
    ["pool", {…}]                    what was seen of the pools until time ran out, as poolschool.grading.pool_use has it
    ["raised", 2]  ["refused", "opening …"]  ["noticed", "reading …"]  ["tampered", "what was changed"]
                                                                  only from a confined worker

How lines are signed says poolschool.grading.signed.
The worker's process also runs the learner's code: nothing that comes from there is unpickled, and nothing is believed unread.
"""

import json
import os
import sys
from collections.abc import Callable, Collection
from dataclasses import fields
from multiprocessing.connection import Connection
from typing import Any, get_args

from poolschool.grading.pool_use import plain, read_pool_use
from poolschool.grading.signed import SIGNATURE, Forged, Opener, signer
from poolschool.grading.verdict import Status, Verdict

MOST_BYTES = 60_000  # of one line; more than any verdict needs, less than a pipe holds
MOST_TEXT = 20_000  # characters of one field

Message = tuple[Any, ...]
_TYPES: dict[str, type] = {field.name: field.type if isinstance(field.type, type) else str for field in fields(Verdict)}
_WHY = set(_TYPES) - {"task", "title", "status", "seconds", "pool"}
_WORDS = {"refused", "noticed", "tampered"}
_PLAIN = {"importing", "imported", "done"}


def speaker(pipe: Connection, key: list[bytes]) -> Callable[[Message], None]:
    """Take the key away and give a function that sends messages signed with it; nobody else can."""
    sign = signer(key)

    def say(message: Message) -> None:
        line = sign(_shortened(message))
        if sys.platform == "win32":
            pipe.send_bytes(line)
            return
        while line:
            line = line[os.write(pipe.fileno(), line) :]

    return say


class Reader:
    """Reads the lines of one worker: never waits for the rest of a line, and never holds more than one."""

    def __init__(self, pipe: Connection, key: bytes, tasks: Collection[int]) -> None:
        self.pipe = pipe
        self.tasks = frozenset(tasks)
        self._opener = Opener(key)
        self._held = b""

    def take(self) -> list[Message]:
        """Read what is there and give the messages that are complete; raise EOFError at the end, Forged if it is not ours."""
        self._held += self._read()
        *lines, self._held = self._held.split(b"\n")
        if len(self._held) > MOST_BYTES:
            raise Forged("a line without an end")
        return [self._unpacked(line) for line in lines]

    def _read(self) -> bytes:
        if sys.platform == "win32":
            return self.pipe.recv_bytes(MOST_BYTES + 1)
        if not (piece := os.read(self.pipe.fileno(), MOST_BYTES)):
            raise EOFError
        return piece

    def _unpacked(self, line: bytes) -> Message:
        match self._opener.open(line):
            case [str(name)] if name in _PLAIN:
                return (name,)
            case ["started" | "raised" as name, int(task)] if task in self.tasks:
                return name, task
            case ["verdict", dict(content)] if set(content) == set(_TYPES):
                return "verdict", self._verdict(content)
            case ["unimportable" | "broken" as name, dict(content)] if set(content) <= _WHY:
                return name, _checked(content)
            case ["pool", content]:
                return "pool", _pool(content)
            case [str(name), str(text)] if name in _WORDS and len(text) <= MOST_TEXT:
                return name, text
        raise Forged("a line of another form")

    def _verdict(self, content: dict[str, Any]) -> Verdict:
        verdict = Verdict(**_checked(content | {"pool": ""}) | {"pool": _pool(content["pool"])})
        if verdict.task not in self.tasks or verdict.status not in get_args(Status) or not 0 <= verdict.seconds < 1e6:
            raise Forged("a verdict that there cannot be")
        return verdict


def _pool(content: object) -> dict[str, Any]:
    try:
        return plain(read_pool_use(content))
    except ValueError as nonsense:
        raise Forged(f"a use of a pool that there cannot be: {nonsense}") from None


def _shortened(message: Message) -> Message:
    """Cut texts that are too long for a field, and all of them further until the line is short enough."""
    room = MOST_TEXT
    while len(json.dumps(message := tuple(_cut(part, room) for part in message))) > MOST_BYTES - SIGNATURE - 2:
        room //= 2
    return message


def _cut(part: object, room: int) -> object:
    if isinstance(part, dict):
        return {key: _cut(value, room) for key, value in part.items()}
    return part[:room] if isinstance(part, str) else part


def _checked(content: dict[str, Any]) -> dict[str, Any]:
    """Give the fields with their types proved; a whole number serves as a float, as JSON writes it."""
    for name, value in content.items():
        kind = _TYPES[name]
        fits = type(value) is kind or (kind is float and type(value) is int)
        if not fits or (isinstance(value, str) and len(value) > MOST_TEXT):
            raise Forged(f"a field {name} of another form")
    return content
