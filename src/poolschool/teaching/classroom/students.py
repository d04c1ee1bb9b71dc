"""Who is in the class, and whom a text, a file or a folder names.

A student's `key` is what they call themselves when they hand in: a login, an e-mail address, a number. An identifier that fits
two people identifies nobody.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from poolschool.teaching.classroom.identity import compact_forms, fold, name_words, text_of_name
from poolschool.teaching.classroom.lms_names import lms_name, spans

# How much a hint in a name is worth, the best first: a full name or an address, a login among other words, a number of the
# LMS's own (in its own exports only), another number.
NAME, LOGIN, LMS_ID, NUMBER = range(4)
SHORTEST_NUMBER = 4  # digits of a number among other words that is not that of a week or a task


@dataclass(frozen=True)
class Student:
    """One student. `ids` are all by which they may be known, `row` the line of the list as it was read.

    `lms_id` is Canvas's own number, which counts in its own column and in the names of its downloads only.
    """

    key: str
    name: str
    email: str = ""
    ids: tuple[str, ...] = ()
    row: dict[str, str] = field(default_factory=dict, hash=False, compare=False)
    login: str = ""
    number: str = ""
    lms_id: str = ""
    line: int = 0

    def __str__(self) -> str:
        return self.name if self.name == self.key else f"{self.name} ({self.key})"


Students = tuple[Student, ...]


class Roster:
    """The students in the order of the list. `source` is canvas, moodle or own; `notes` is what to know of the list."""

    def __init__(self, students: Students, *, source: str = "own", notes: Iterable[str] = ()) -> None:
        self.students = students
        self.source = source
        self._by_id = _index((student, (student.key, *student.ids)) for student in students)
        self._by_name = _index((student, (student.name,)) for student in students)
        self._by_words = _index((student, (" ".join(name_words(student.name)),)) for student in students)
        self._by_compact = _index((student, compact_forms(student.name)) for student in students)
        self._by_lms_id = _index((student, (student.lms_id,)) for student in students)
        self._by_digits = _index(
            (student, (known.lstrip("0") for known in student.ids if known.isdecimal())) for student in students
        )
        self.notes = (*notes, *self._shared())

    def candidates(self, text: str) -> Students:
        """Give everybody whom a text may mean: by key, e-mail, number or full name; more than one means nobody."""
        plain = fold(text)
        if not plain:
            return ()
        if exact := _unique((*self._by_id.get(plain, ()), *self._by_name.get(plain, ()))):
            return exact
        if named := self._by_words.get(" ".join(name_words(plain)), ()):
            return named
        # A spreadsheet removes the zeros in front of a number.
        return self._by_digits.get(plain.lstrip("0"), ()) if plain.isdecimal() else ()

    def find(self, text: str) -> Student | None:
        """Find the only student whom a text names."""
        students = self.candidates(text)
        return students[0] if len(students) == 1 else None

    def candidates_in(self, parts: Sequence[str]) -> Students:
        """Give everybody whom the names of folders and files may mean, those of an LMS's download or one's own.

        The best kind of hint decides: a full name outranks a number. If hints of one kind name different people,
        all of them are given.
        """
        hints: dict[int, list[Students]] = {}
        for depth, part in enumerate(parts):
            for rank, students in self._hints(text_of_name(part), outermost=not depth):
                hints.setdefault(rank, []).append(students)
        chosen: Students = ()
        for rank in sorted(hints):
            for students in hints[rank]:
                common = tuple(student for student in chosen if student in students) if chosen else students
                if common:
                    chosen = common
                elif rank == min(hints):
                    return _unique(student for several in hints[rank] for student in several)
        return chosen

    def find_in(self, place: Path) -> Student | None:
        """Find the only student whom the names of a folder or file mean."""
        students = self.candidates_in(place.parts[-3:])
        return students[0] if len(students) == 1 else None

    def _hints(self, part: str, *, outermost: bool) -> list[tuple[int, Students]]:
        """Say whom one name means, with the rank of each hint; what others named is the outermost of several names."""
        made_by = lms_name(part)
        if made_by is None:
            return self._own_hints(part, outermost=outermost)
        hints = [(NAME, self.candidates(made_by.who) or self._by_compact.get(fold(made_by.who), ()))]
        if made_by.lms == "canvas":
            hints.append((LMS_ID, self._by_lms_id.get(made_by.number, ())))
        if not hints[0][1]:
            hints += [hint for hint in self._own_hints(made_by.who) if hint[0] != NUMBER]
        hints += [(max(rank, LOGIN), students) for rank, students in self._own_hints(made_by.rest)]
        return [(rank, students) for rank, students in hints if students]

    def _own_hints(self, part: str, *, outermost: bool = False) -> list[tuple[int, Students]]:
        for whole in (part, Path(part).stem):
            plain = fold(whole)
            if plain and not plain.isdecimal() and (students := self.candidates(whole)):
                return [(NAME if outermost or "@" in plain or plain not in self._by_id else LOGIN, students)]
        text = fold(part)
        hints: list[tuple[int, Students]] = []
        taken: list[tuple[int, int]] = []
        for start, end in spans(text):
            if any(start >= begin and end <= last for begin, last in taken):
                continue  # within a longer piece that names somebody
            piece = text[start:end]
            if piece.isdecimal() and len(piece) < SHORTEST_NUMBER and piece != fold(Path(part).stem):
                continue
            if students := self._by_id.get(piece, ()) or self._by_piece(piece):
                taken.append((start, end))
                hints.append((self._rank(piece), students))
        return hints

    def _rank(self, piece: str) -> int:
        if piece.isdecimal():
            return NUMBER
        if piece in self._by_id:
            return NAME if "@" in piece else LOGIN
        return NAME if len(name_words(self._by_piece(piece)[0].name)) > 1 else LOGIN

    def _by_piece(self, piece: str) -> Students:
        name = " ".join(name_words(piece.replace("_", " ").replace("-", " ")))
        return (
            self._by_words.get(" ".join(name_words(piece)), ())
            or self._by_words.get(name, ())
            or self._by_compact.get(piece, ())
            or (self._by_digits.get(piece.lstrip("0"), ()) if piece.isdecimal() else ())
        )

    def _shared(self) -> Iterable[str]:
        for text in dict.fromkeys((*self._by_id, *self._by_name)):
            students = _unique((*self._by_id.get(text, ()), *self._by_name.get(text, ())))
            if len(students) > 1:
                yield f"“{text}” fits {people(students, lines=True)}, so it identifies nobody."


def people(students: Students, *, lines: bool = False) -> str:
    """List some students for a sentence."""
    words = [f"{student}, line {student.line}" if lines and student.line else str(student) for student in students[:5]]
    words += [f"{len(students) - 5} more"] if len(students) > 5 else []
    return f"{', '.join(words[:-1])} and {words[-1]}" if len(words) > 1 else "".join(words)


def _index(pairs: Iterable[tuple[Student, Iterable[str]]]) -> dict[str, Students]:
    index: dict[str, dict[Student, None]] = {}
    for student, texts in pairs:
        for text in texts:
            if plain := fold(text):
                index.setdefault(plain, {})[student] = None
    return {text: tuple(students) for text, students in index.items()}


def _unique(students: Iterable[Student]) -> Students:
    return tuple(dict.fromkeys(students))
