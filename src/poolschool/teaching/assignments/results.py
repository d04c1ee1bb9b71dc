"""What becomes of each result file: whose it is, what it scores, whether it counts, and why not."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from poolschool.course.files import number_text
from poolschool.grading.words import printable
from poolschool.quiz.paper import Bank
from poolschool.teaching.assignments.assignment import Assignment
from poolschool.teaching.assignments.handed_in import BadResult, ResultPaper, read_result
from poolschool.teaching.assignments.owner import Owner, find_owner, is_uploader, uploader_of
from poolschool.teaching.assignments.result_files import ResultFile
from poolschool.teaching.assignments.scoring import Score, score
from poolschool.teaching.classroom.identity import fold, visible
from poolschool.teaching.classroom.students import Roster, Student


@dataclass
class Result:
    """What became of one file. `reason` is set for one that is not counted, `notes` is what to look at.

    `claimants` are those whose it may be, if that is for the instructor to decide; `uploader` is whom the LMS names.
    """

    place: str
    student: Student | None = None
    claimants: tuple[Student, ...] = ()
    in_list: bool = True
    uploader: str = ""
    by_place: bool = False
    when: datetime | None = None
    seconds: int = 0
    scores: list[Score] = field(default_factory=list)
    reason: str = ""
    notes: list[str] = field(default_factory=list)
    late: bool = False
    counts: bool = False

    @property
    def points(self) -> float:
        """The points of all questions."""
        return sum(one.points for one in self.scores)

    @property
    def outcome(self) -> str:
        """What became of the file, in a word."""
        if self.reason:
            return "problem"
        return ("late" if self.late else "counted") if self.counts else "superseded"

    @property
    def about(self) -> tuple[Student, ...]:
        """Those in whose line of the grade book the file is named."""
        return (self.student,) if self.student else self.claimants


class Collection:
    """Scores result files of one assignment; keeps of each what the grade book needs, and not the file."""

    def __init__(self, assignment: Assignment, bank: Bank, roster: Roster | None) -> None:
        self.assignment = assignment
        self.bank = bank
        self.roster = roster
        self._strangers: dict[str, Student] = {}

    def take(self, file: ResultFile) -> Result:
        """Read and score one file, whatever is in it."""
        result = Result(file.place, reason=file.problem, uploader=uploader_of(file.parts))
        try:
            paper = self._read(file, result)
            self._place(result, file, paper)
            if paper is not None:
                self._score(result, paper)
        except Exception as error:  # whatever it is, it concerns this file only
            result.scores = []
            result.reason = result.reason or f"The file cannot be scored: {type(error).__name__}. Look at it."
        result.reason = printable(result.reason)
        result.notes = [printable(note) for note in result.notes]
        return result

    def _read(self, file: ResultFile, result: Result) -> ResultPaper | None:
        if result.reason:
            return None
        try:
            return read_result(file.content)
        except BadResult as bad:
            result.reason = str(bad)
            return bad.paper

    def _place(self, result: Result, file: ResultFile, paper: ResultPaper | None) -> None:
        """Find whose it is and whether it is late."""
        if paper is not None:
            result.when, result.seconds = paper.when, paper.seconds
            if result.when is None:
                result.notes.append("the time of handing in cannot be read")
            elif self.assignment.due and result.when > self.assignment.due:
                result.late = True
                moment = f"{result.when.astimezone(UTC):%Y-%m-%d %H:%M}"
                result.notes.append(f"late: handed in {moment} UTC by the student's clock")
        owner = find_owner(self.roster, file.parts, paper) if self.roster else Owner()
        result.student, result.claimants, result.by_place = owner.student, owner.claimants, owner.by_place
        result.notes += [owner.note] if owner.note else []
        if owner.reason and paper is not None:
            result.reason = f"{owner.reason} {result.reason}".strip()
        if result.student is None and not result.claimants and paper is not None:
            self._stranger(result, paper)

    def _stranger(self, result: Result, paper: ResultPaper) -> None:
        key = printable(visible(paper.student))
        if not key:
            result.reason = result.reason or "The file does not say whose it is."
            return
        result.in_list = self.roster is None
        name = printable(visible(paper.name)) or key
        result.student = self._strangers.setdefault(fold(key), Student(key, name))

    def _score(self, result: Result, paper: ResultPaper) -> None:
        if paper.assignment != self.assignment.id:
            result.reason = result.reason or f"It answers another assignment: {printable(visible(paper.assignment))}."
            return
        if paper.digest != self.assignment.digest:
            result.notes.append("the link that was used is not that of this assignment's file")
        result.scores, notes = score(self.assignment.paper(self.bank, paper.student), paper)
        result.notes += notes
        if result.reason:
            result.notes.append(f"as it stands it would get {number_text(result.points)} points")


def settle(results: Sequence[Result], keep: str) -> None:
    """Of several sound files of one student let one count; name the others."""
    sound: dict[Student, list[Result]] = {}
    for result in results:
        if not result.reason and result.student is not None:
            sound.setdefault(result.student, []).append(result)
    for student, several in sound.items():
        theirs = _of_one_uploader(student, several)
        if not theirs:
            continue
        chosen = _chosen(theirs, keep)
        chosen.counts = True
        for other in theirs:
            if other is not chosen:
                other.notes.append(f"the same student's {Path(chosen.place).name} counts ({keep})")
        if len(theirs) > 1:
            chosen.notes.append(f"the {keep} of {len(theirs)}")


def _of_one_uploader(student: Student, results: list[Result]) -> list[Result]:
    """Leave those that the student handed in; if others claim to be theirs, name them, and let none of them count."""
    if len({result.uploader for result in results if result.uploader}) < 2:
        return results
    own = [result for result in results if result.by_place or is_uploader(student, result.uploader)]
    for result in results:
        if result not in own:
            result.reason = f"Several people handed in a file that says it is of {student}: decide whose this is."
    return own


def _chosen(results: list[Result], keep: str) -> Result:
    never = datetime.min.replace(tzinfo=UTC)
    ordered = sorted(results, key=lambda result: result.when or never)
    if keep == "first":
        return ordered[0]
    return max(reversed(ordered), key=lambda result: result.points) if keep == "best" else ordered[-1]
