"""Lines of JSON that only one writer can write: signed with a key that both ends have, and numbered.

    SIGNATURE JSON

The signature covers the line's number, so that no line can be repeated, left out or moved. Nothing is unpickled.
"""

import hashlib
import json
import secrets
from collections.abc import Callable
from typing import Any

KEY_BYTES = 32
SIGNATURE = 32  # hexadecimal digits


class Forged(Exception):
    """A line that no writer of ours would write; its text says what is wrong with it."""


def new_key() -> bytes:
    """Make a key that nobody can guess."""
    return secrets.token_bytes(KEY_BYTES)


def signer(key: list[bytes]) -> Callable[[object], bytes]:
    """Take the key away and return a function that turns what JSON can hold into the next line."""
    signed, number = hashlib.blake2b(key=key.pop(), digest_size=SIGNATURE // 2), 0

    def line(content: object) -> bytes:
        nonlocal number
        body = json.dumps(content).encode()
        number += 1
        return _signature(signed, number - 1, body) + b" " + body + b"\n"

    return line


class Opener:
    """Opens the lines of one writer, each at its place."""

    def __init__(self, key: bytes) -> None:
        self._signed = hashlib.blake2b(key=key, digest_size=SIGNATURE // 2)
        self._number = 0

    def open(self, line: bytes) -> Any:
        """Return what a line holds; raise Forged, and wait for the same line still, if it is not the next of the writer's."""
        given, _, body = line.partition(b" ")
        if not secrets.compare_digest(given, _signature(self._signed, self._number, body)):
            raise Forged("a line without the signature of this run")
        self._number += 1
        return json.loads(body)


def _signature(signed: "hashlib.blake2b", number: int, body: bytes) -> bytes:
    signing = signed.copy()
    signing.update(b"%d " % number + body)
    return signing.hexdigest().encode()
