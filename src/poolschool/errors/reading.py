"""A log as it is read: in UTF-8, whatever a shell wrote it in, up to its first end, its beginning kept."""

import codecs
from typing import BinaryIO

SAMPLE = 64_000  # bytes of the beginning, from which the nearest page is told where no error was found
_MARKS = ((codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"), (codecs.BOM_UTF8, "utf-8"))
_ENOUGH = 8  # bytes from which an encoding without a mark is told


class Reading:
    """What is read from a file; PowerShell's `>` writes UTF-16."""

    def __init__(self, file: BinaryIO) -> None:
        self.kept = b""
        self._file, self._ended = file, False
        self._decoder: codecs.IncrementalDecoder | None = None

    def read(self, size: int) -> bytes:
        """Give the next block, empty at the end; a terminal is asked no more once it has said that this was all."""
        block = b"" if self._ended else self._file.read(size)
        self._ended = self._ended or len(block) < size
        if not self.kept and (encoding := encoding_of(block)):
            self._decoder = codecs.getincrementaldecoder(encoding)("replace")
        if self._decoder:
            block = self._decoder.decode(block, final=self._ended).removeprefix("\ufeff").encode("utf-8", "replace")
        self.kept += block[: max(0, SAMPLE - len(self.kept))]
        return block


def encoding_of(beginning: bytes) -> str:
    """Say what a log is written in, by its mark or by where its bytes are zero; "" where nothing is to be done."""
    for mark, encoding in _MARKS:
        if beginning.startswith(mark):
            return encoding
    begin = beginning[:400]
    even, odd = begin[::2].count(0), begin[1::2].count(0)
    if len(begin) < _ENOUGH or max(even, odd) < len(begin) // 4:
        return ""
    return "utf-16-le" if odd > even else "utf-16-be"
