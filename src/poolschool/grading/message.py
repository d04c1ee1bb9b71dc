"""What a worker may tell the grader, as a line of JSON: bounded, checked field by field, signed with the key of its run.

    ["importing"]  ["imported"]  ["started", 2]  ["verdict", {…every field of a Verdict…}]  ["done"]
    ["unimportable", {…fields…}]  ["broken", {…fields…}]          the fields of a Verdict that say why
    ["raised", 2]  ["refused", "opening …"]  ["tampered", "what was changed"]    only from a confined worker

A line is `SIGNATURE JSON`. The signature covers the line's number, so that no line can be repeated, left out or moved.
The worker's process also runs the learner's code: nothing that comes from there is unpickled, and nothing is believed unread.
"""

import hashlib
import json
import os
import secrets
import sys
from collections.abc import Callable, Collection
from dataclasses import fields
from multiprocessing.connection import Connection
from typing import Any, get_args

from poolschool.grading.verdict import Status, Verdict

MOST_BYTES = 60_000  # of one line; more than any verdict needs, less than a pipe holds
MOST_TEXT = 20_000  # characters of one field
KEY_BYTES = 32
SIGNATURE = 32  # hexadecimal digits

Message = tuple[Any, ...]
_TYPES: dict[str, type] = {field.name: field.type if isinstance(field.type, type) else str for field in fields(Verdict)}
_WHY = set(_TYPES) - {"task", "title", "status", "seconds"}
_WORDS = {"refused", "tampered"}
_PLAIN = {"importing", "imported", "done"}


class Forged(Exception):
    """A line that no worker of ours would send; its text says what is wrong with it."""


def new_key() -> bytes:
    """Make a key that nobody can guess."""
    return secrets.token_bytes(KEY_BYTES)


def speaker(pipe: Connection, key: list[bytes]) -> Callable[[Message], None]:
    """Take the key away and give a function that sends messages signed with it; nobody else can."""
    signed, number = hashlib.blake2b(key=key.pop(), digest_size=SIGNATURE // 2), 0

    def say(message: Message) -> None:
        nonlocal number
        body = json.dumps(_shortened(message)).encode()
        line = _signature(signed, number, body) + b" " + body + b"\n"
        number += 1
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
        self._signed = hashlib.blake2b(key=key, digest_size=SIGNATURE // 2)
        self._number = 0
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
        if not (found := os.read(self.pipe.fileno(), MOST_BYTES)):
            raise EOFError
        return found

    def _unpacked(self, line: bytes) -> Message:
        given, _, body = line.partition(b" ")
        if not secrets.compare_digest(given, _signature(self._signed, self._number, body)):
            raise Forged("a line without the signature of this run")
        self._number += 1
        match json.loads(body):
            case [str(name)] if name in _PLAIN:
                return (name,)
            case ["started" | "raised" as name, int(task)] if task in self.tasks:
                return name, task
            case ["verdict", dict(found)] if set(found) == set(_TYPES):
                return "verdict", self._verdict(found)
            case ["unimportable" | "broken" as name, dict(found)] if set(found) <= _WHY:
                return name, _checked(found)
            case [str(name), str(text)] if name in _WORDS and len(text) <= MOST_TEXT:
                return name, text
        raise Forged("a line of another form")

    def _verdict(self, found: dict[str, Any]) -> Verdict:
        verdict = Verdict(**_checked(found))
        if verdict.task not in self.tasks or verdict.status not in get_args(Status) or not 0 <= verdict.seconds < 1e6:
            raise Forged("a verdict that there cannot be")
        return verdict


def _signature(signed: "hashlib.blake2b", number: int, body: bytes) -> bytes:
    signing = signed.copy()
    signing.update(b"%d " % number + body)
    return signing.hexdigest().encode()


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


def _checked(found: dict[str, Any]) -> dict[str, Any]:
    """Give the fields with their types proved; a whole number serves as a float, as JSON writes it."""
    for name, value in found.items():
        kind = _TYPES[name]
        fits = type(value) is kind or (kind is float and type(value) is int)
        if not fits or (isinstance(value, str) and len(value) > MOST_TEXT):
            raise Forged(f"a field {name} of another form")
    return found
