"""What the name of a folder or a file that an LMS made says of its student.

Moodle      Ada Lovelace_4021_assignsubmission_file_/…      4021 counts in this one assignment only
Canvas      lovelaceada_LATE_77_9001_l01_lamps.py           77 is Canvas's own `ID`, 9001 that of the upload
Blackboard  Pools_ada1815_attempt_2026-11-20-10-00-00_l01_lamps.py
"""

import re
from dataclasses import dataclass

from poolschool.teaching.classroom.identity import fold

_MOODLE = re.compile(r"(?P<who>.+)_(?P<number>\d+)_assignsubmission_(?:file|onlinetext)_?(?P<rest>.*)", re.IGNORECASE)
_CANVAS = re.compile(r"(?P<who>.+?)_(?:late_)?(?P<number>\d+)_\d+_(?P<rest>.+)", re.IGNORECASE)
_BLACKBOARD = re.compile(r".+?_(?P<who>[^_]+)_attempt_\d{4}(?:-\d\d){5}(?:_(?P<rest>.+)|\.\w+)?", re.IGNORECASE)
_BETWEEN = re.compile(r"[\s_\-.,;:()\[\]{}+@&'!~#=/\\]+")
_SIGNS = "+-@"
LEFT_BEHIND = {"__macosx", ".ds_store", "thumbs.db", "desktop.ini"}  # by systems, and handed in by nobody
MOST_WORDS = 24  # of a name that is looked at
LONGEST_SPAN = 8  # words of a name or an address


@dataclass(frozen=True)
class LmsName:
    """A name taken apart.

    `who` is what the LMS says of the student, `number` its own number ("" for none), `rest` the student's name for the file.
    """

    lms: str
    who: str
    number: str
    rest: str

    @property
    def uploader(self) -> str:
        """Tell one student of this LMS from the others: by the name, in Canvas by the student's number too."""
        return f"{self.lms} {fold(self.who)}" + (f" #{self.number}" if self.lms == "canvas" else "")


def lms_name(name: str) -> LmsName | None:
    """Take a name apart that an LMS made; None for another."""
    for lms, form in (("moodle", _MOODLE), ("blackboard", _BLACKBOARD), ("canvas", _CANVAS)):
        if parts := form.fullmatch(name):
            number = parts.groupdict().get("number") or ""
            return LmsName(lms, parts["who"], number, parts["rest"] or "")
    return None


def is_left_behind(name: str) -> bool:
    """Say whether a file or folder comes from macOS or Windows, and from no student."""
    return name.lower() in LEFT_BEHIND or name.startswith("._")


def spans(text: str) -> list[tuple[int, int]]:
    """Give the pieces of a text that may be somebody's name, login, address or number, from word to word, longest first."""
    words, start = [], 0
    for gap in [*_BETWEEN.finditer(text), None]:
        end = gap.start() if gap else len(text)
        if end > start:
            words.append((start, end))
        start = gap.end() if gap else end
    words = words[:MOST_WORDS]
    pieces = {
        (begin, last)
        for first, (start, _) in enumerate(words)
        for _, last in words[first : first + LONGEST_SPAN]
        # A login may begin with a sign that else stands between words.
        for begin in ((start - 1, start) if start and text[start - 1] in _SIGNS else (start,))
    }
    return sorted(pieces, key=lambda piece: (piece[0] - piece[1], piece))
