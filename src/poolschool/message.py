"""What a worker may tell the grader, as a line of JSON: bounded, checked field by field, signed with the key of its run.

    ["importing"]  ["imported"]  ["started", 2]  ["verdict", {…fields of a Verdict…}]  ["done"]
    ["unimportable", {…fields…}]  ["broken", {…fields…}]          the fields of a Verdict that say why
    ["refused", "opening …"]  ["tampered", "what was touched"]    only from a confined worker

A line is `SIGNATURE JSON`. The signature covers the line's number, so that no line can be repeated, left out or moved.
The worker's process also runs the learner's code: nothing that comes from there is unpickled, and nothing is believed unread.
"""

import hashlib
import json
import secrets
from collections.abc import Collection
from dataclasses import fields
from typing import Any, get_args

from poolschool.verdict import Status, Verdict

MOST_BYTES = 60_000  # of one line; more than any verdict needs, less than a pipe holds
MOST_TEXT = 20_000  # characters of one field
KEY_BYTES = 32
SIGNATURE = 32  # hexadecimal digits

Message = tuple[Any, ...]
_TYPES: dict[str, type] = {
    field.name: {"int": int, "float": float, "str": str}.get(getattr(field.type, "__name__", ""), str)
    for field in fields(Verdict)
}
_WHY = set(_TYPES) - {"task", "title", "status", "seconds"}
_WORDS = {"refused", "tampered"}
_PLAIN = {"importing", "imported", "done"}


class Forged(Exception):
    """A line that no worker of ours would send; its text says what is wrong with it."""


def new_key() -> bytes:
    """Make a key that nobody can guess."""
    return secrets.token_bytes(KEY_BYTES)


def signature(key: bytes, number: int, body: bytes) -> bytes:
    """Sign the line of this number."""
    return hashlib.blake2b(b"%d " % number + body, key=key, digest_size=SIGNATURE // 2).hexdigest().encode()


def packed(key: bytes, number: int, message: Message) -> bytes:
    """Give the line of a message; texts that are too long are cut."""
    body = json.dumps(shortened(message)).encode()
    return signature(key, number, body) + b" " + body + b"\n"


def shortened(message: Message) -> Message:
    """Cut what would not go through: every text of a verdict to an equal share of the line."""
    name, *rest = message
    room = MOST_BYTES // 8
    while len(json.dumps([name, *rest])) > MOST_BYTES - SIGNATURE - 2:
        room //= 2
        rest = [
            {key: value[:room] if isinstance(value, str) else value for key, value in part.items()}
            if isinstance(part, dict)
            else part[:room]
            if isinstance(part, str)
            else part
            for part in rest
        ]
    return (name, *rest)


def unpacked(line: bytes, key: bytes, number: int, tasks: Collection[int]) -> Message:
    """Read the line of this number; raise Forged unless it is signed, well formed and of a task that was asked for."""
    given, _, body = line.rstrip(b"\n").partition(b" ")
    if not secrets.compare_digest(given, signature(key, number, body)):
        raise Forged("a line without the signature of this run")
    try:
        data = json.loads(body)
    except ValueError:
        raise Forged("a line that is not JSON") from None
    match data:
        case [str(name)] if name in _PLAIN:
            return (name,)
        case ["started", int(task)] if task in tasks and not isinstance(task, bool):
            return "started", task
        case ["verdict", dict(found)] if set(found) == set(_TYPES):
            return "verdict", _verdict(found, tasks)
        case ["unimportable" | "broken" as name, dict(found)] if set(found) <= _WHY:
            return name, _checked(found)
        case [str(name), str(text)] if name in _WORDS and len(text) <= MOST_TEXT:
            return name, text
    raise Forged("a line of another form")


def _verdict(found: dict[str, Any], tasks: Collection[int]) -> dict[str, Any]:
    checked = _checked(found)
    if checked["task"] not in tasks:
        raise Forged("a verdict on a task that was not asked for")
    if checked["status"] not in get_args(Status):
        raise Forged("a verdict that there is not")
    if not 0 <= checked["seconds"] < 1e6:
        raise Forged("a time that cannot be")
    return checked


def _checked(found: dict[str, Any]) -> dict[str, Any]:
    checked = {}
    for name, value in found.items():
        kind = _TYPES[name]
        if kind is float and type(value) is int:
            value = float(value)
        if type(value) is not kind or (kind is str and len(value) > MOST_TEXT):
            raise Forged(f"a field {name} that is no {kind.__name__} or too long")
        checked[name] = value
    return checked
