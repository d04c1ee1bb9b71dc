"""What becomes of each result file: whose it is, what it scores, whether it counts, and why not."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from poolschool.course.files import number_text
from poolschool.quiz.paper import Bank
from poolschool.teaching.assignments.assignment import Assignment, known_as
from poolschool.teaching.assignments.handed_in import BadResult, HandedIn, read_handed_in
from poolschool.teaching.assignments.result_files import Found
from poolschool.teaching.assignments.scoring import Scored, score
from poolschool.teaching.classroom.roster import Roster, Student


@dataclass
class Result:
    """What became of one file. `reason` is set for one that is not counted, `notes` is what to look at."""

    place: str
    student: Student | None = None
    handed_in: HandedIn | None = None
    scored: list[Scored] = field(default_factory=list)
    reason: str = ""
    notes: list[str] = field(default_factory=list)
    late: bool = False
    counts: bool = False

    @property
    def points(self) -> float:
        """The points of all questions."""
        return sum(one.points for one in self.scored)

    @property
    def outcome(self) -> str:
        """What became of the file, in a word."""
        if self.reason:
            return "problem"
        return ("late" if self.late else "counted") if self.counts else "superseded"


class Collection:
    """Scores result files of one assignment."""

    def __init__(self, assignment: Assignment, bank: Bank, roster: Roster | None) -> None:
        self.assignment = assignment
        self.bank = bank
        self.roster = roster
        self._strangers: dict[str, Student] = {}

    def take(self, found: Found) -> Result:
        """Read and score one file."""
        result = Result(found.place, reason=found.problem)
        if result.reason:
            return result
        try:
            result.handed_in = read_handed_in(found.content)
        except BadResult as bad:
            result.reason, result.handed_in = str(bad), bad.paper
        if result.handed_in is None:
            result.student = self._by_place(found.place)
            return result
        self._place(result, result.handed_in)
        if result.handed_in.assignment != self.assignment.id:
            result.reason = result.reason or f"It answers another assignment: {result.handed_in.assignment}."
            return result
        if result.handed_in.digest != self.assignment.digest:
            result.notes.append("the link that was used is not that of this assignment's file")
        paper = self.assignment.paper(self.bank, result.handed_in.student)
        result.scored, notes = score(paper, result.handed_in)
        result.notes += notes
        if result.reason:
            result.notes.append(f"as it stands it would get {number_text(result.points)} points")
        return result

    def _place(self, result: Result, handed_in: HandedIn) -> None:
        """Find whose it is and whether it is late."""
        when = handed_in.when
        if when is None:
            result.notes.append("the time of handing in cannot be read")
        elif self.assignment.due and when > self.assignment.due:
            result.late = True
            result.notes.append(f"late: handed in {when.astimezone(UTC):%Y-%m-%d %H:%M} UTC by the student's clock")
        if self.roster is None:
            result.student = self._stranger(handed_in)
        elif (known := self.roster.find(handed_in.student)) is not None:
            result.student = known
        elif (known := self._by_place(result.place)) is not None:
            result.student = known
            result.notes.append(f"matched by the file's name; the student wrote “{handed_in.student}”")
        else:
            result.student = self._stranger(handed_in)
            result.reason = result.reason or f"Nobody in the list is known as “{handed_in.student}”."

    def _stranger(self, handed_in: HandedIn) -> Student:
        key = known_as(handed_in.student)
        return self._strangers.setdefault(key, Student(handed_in.student.strip(), handed_in.name or handed_in.student))

    def _by_place(self, place: str) -> Student | None:
        return self.roster.find_in(Path(place)) if self.roster else None


def settle(results: Sequence[Result], keep: str) -> None:
    """Of several sound files of one student let one count; name the others."""
    sound: dict[str, list[Result]] = {}
    for result in results:
        if not result.reason and result.student is not None:
            sound.setdefault(known_as(result.student.key), []).append(result)
    for several in sound.values():
        chosen = _chosen(several, keep)
        chosen.counts = True
        for other in several:
            if other is not chosen:
                other.notes.append(f"the same student's {Path(chosen.place).name} counts ({keep})")
        if len(several) > 1:
            chosen.notes.append(f"the {keep} of {len(several)}")


def _chosen(results: list[Result], keep: str) -> Result:
    never = datetime.min.replace(tzinfo=UTC)
    ordered = sorted(results, key=lambda result: (result.handed_in.when if result.handed_in else None) or never)
    if keep == "first":
        return ordered[0]
    return max(reversed(ordered), key=lambda result: result.points) if keep == "best" else ordered[-1]
