"""Write a file as a whole or not at all: nobody ever finds half of one. And names that files can have."""

import hashlib
import os
import re
from pathlib import Path

from poolschool.faults import UserMistake


def write_whole(path: Path, content: bytes) -> None:
    """Write a file, with the folders that it needs; raise UserMistake if that is not possible."""
    half = path.with_name(f".{path.name}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        half.write_bytes(content)
        os.replace(half, path)  # noqa: PTH105 - over a file that is there, on every system
    except OSError as error:
        raise UserMistake(f"{path} cannot be written: {error.strerror}. Give another --output.") from None


def file_name(key: str) -> str:
    """Give a name for a student's files that every system can write, and no other student's key gives."""
    plain = re.sub(r"[^a-z0-9._@+-]", "_", key.lower())[:60].strip(".")
    return plain if plain and plain == key else f"{plain}-{hashlib.sha256(key.encode()).hexdigest()[:8]}"
