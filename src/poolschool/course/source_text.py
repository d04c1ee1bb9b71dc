"""Read a text file that an author wrote; a file that is no text is a fault with its place."""

import ast
import re
from pathlib import Path

from poolschool.course.faults import CourseFault, Fault, course_path

MOST_BYTES = 5_000_000  # the longest page of the course has 30 kB
# What XML, terminals and editors cannot show: C0 without tab and line ends, DEL, C1, halves of surrogate pairs, and what
# Unicode calls no character.
CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_UTF_8_BOM = b"\xef\xbb\xbf"
_UTF_16_BOMS = (b"\xff\xfe", b"\xfe\xff")


def read_source(path: Path) -> str:
    """Read a UTF-8 file, with or without a byte order mark, with any line ends; raise CourseFault if it is none."""
    place = course_path(path)
    if path.is_dir():
        raise CourseFault([Fault(place, 0, "This is a folder where a file must be.", "Rename it, and write the file.")])
    if path.exists() and not path.is_file():
        raise CourseFault([Fault(place, 0, "This is not a regular file.", "Replace it by a text file.")])
    try:
        with path.open("rb") as file:
            data = file.read(MOST_BYTES + 1)
    except FileNotFoundError:
        raise CourseFault([Fault(place, 0, "The file does not exist.", "Write it, or correct the name.")]) from None
    except OSError as error:
        what = f"The file cannot be read: {error.strerror}."
        raise CourseFault([Fault(place, 0, what, "Look at its permissions.")]) from None
    if len(data) > MOST_BYTES:
        what = f"The file is larger than {MOST_BYTES // 1_000_000} MB."
        raise CourseFault([Fault(place, 0, what, "Split it, or move data to a file of its own.")])
    return _text(data, place)


def control_character(text: str) -> str:
    """Name the first control character of a text, as U+001B; "" if there is none."""
    match = CONTROL.search(text)
    return f"U+{ord(match[0]):04X}" if match else ""


def control_characters(text: str) -> list[tuple[int, str]]:
    """Find control characters: the line of each, from 1, and its name (U+0007); at most one per line."""
    return [
        (number, f"U+{ord(match[0]):04X}")
        for number, line in enumerate(text.split("\n"), start=1)
        if (match := CONTROL.search(line))
    ]


def _text(data: bytes, place: Path) -> str:
    if data.startswith(_UTF_16_BOMS) or data.count(0) > len(data) / 4:
        raise CourseFault([Fault(place, 0, "The file is saved as UTF-16.", "Save it as UTF-8.")])
    try:
        text = data.removeprefix(_UTF_8_BOM).decode("utf-8")
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise CourseFault([Fault(place, line, "The file is not UTF-8 here.", "Save it as UTF-8.")]) from None
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if found := control_characters(text):
        raise CourseFault(
            Fault(place, line, f"A control character ({name}) stands here.", "Remove it.") for line, name in found
        )
    return text


def python_tree(text: str, path: Path) -> ast.Module:
    """Parse a Python file's text; raise CourseFault if it is not Python."""
    try:
        return ast.parse(text)
    except SyntaxError as error:
        fault = Fault(course_path(path), error.lineno or 0, f"This is not Python: {error.msg}.", "Correct this line.")
    except (RecursionError, MemoryError, ValueError):
        fault = Fault(course_path(path), 0, "This Python is nested too deeply to be read.", "Make it flatter.")
    raise CourseFault([fault])
