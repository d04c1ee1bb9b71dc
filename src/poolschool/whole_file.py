"""Write a file as a whole or not at all: nobody ever finds half of one."""

import os
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
