"""The quiz in the terminal: one question at a time, marked at once, the missed ones again if wanted."""

import secrets
import sys
from string import ascii_lowercase

from rich.console import Console
from rich.rule import Rule

from poolschool.course.beliefs import load_beliefs
from poolschool.course.lessons import load_course
from poolschool.learner.quiz_sheet import Sheet
from poolschool.quiz.marking import Answer, Marking, mark
from poolschool.quiz.parts import arrange
from poolschool.quiz.questions import Choice, Output, Question, output_lines
from poolschool.quiz.reader import load_quiz

_HELP = {
    "choice": "Type the letter of the right option, for example b",
    "choose_all": "Type the letters of all right options, for example a c",
    "number": "Type a number, with or without its unit, for example 20, 0.5 or 1904",
    "output": "Type what is printed, line by line, then an empty line (or a point alone, if it has empty lines itself)",
    "order": "Type the letters of the steps in their order, for example b a c",
}
_COMMANDS = "? shows this help, s skips the question, q leaves the quiz."


class _Left(Exception):
    """The reader leaves: by q, by Ctrl-C, or because the input ended."""


class _Skipped(Exception):
    """The reader skips a question."""


def run_quiz(topic: str, seed: int | None) -> int:
    """Ask the questions of a lesson; give 0 if all were answered right in the end, else 1. Without a seed draw one."""
    course = load_course()
    lesson = course.lesson(topic)
    beliefs = load_beliefs(course.root)
    quiz = load_quiz(lesson.quiz, lesson.topic)
    seed = secrets.randbelow(10_000) if seed is None else seed
    for stream in (sys.stdout, sys.stderr):  # an old Windows console has no sign for each of ours
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    console = Console(highlight=False)
    sheet = Sheet(console, beliefs)
    console.print(f"[bold]{quiz.title}[/bold]: {len(quiz.questions)} questions. {_COMMANDS}")
    console.print(f"The options are shuffled by --seed {seed}.", style="dim")

    right: set[str] = set()
    asked = quiz.questions
    try:
        while True:
            right |= _ask_all(sheet, asked, seed)
            console.print(Rule(f"{len(right)} of {len(quiz.questions)} right"))
            asked = tuple(question for question in quiz.questions if question.uid not in right)
            if not asked or _read(console, "Retry the missed ones? [y/n] ").strip().lower() not in ("y", "yes"):
                break
            seed += 1
    except _Left as left:
        right |= left.args[0] if left.args else set()
        console.print(f"\nYou left with {len(right)} of {len(quiz.questions)} right.")
    return 0 if len(right) == len(quiz.questions) else 1


def _ask_all(sheet: Sheet, questions: tuple[Question, ...], seed: int) -> set[str]:
    """Ask some questions; give the uids of those answered right. Leaving takes along what was right so far."""
    right: set[str] = set()
    for number, question in enumerate(questions, start=1):
        sheet.ask(question, seed, f"Question {number} of {len(questions)}")
        sheet.console.print(f"{_HELP[question.type]}.", style="dim")
        try:
            marking = _answer(sheet.console, question, arrange(question, seed))
        except _Skipped:
            sheet.console.print("Skipped.")
            continue
        except _Left:
            raise _Left(right) from None
        sheet.explain(question, marking)
        if marking.right:
            right.add(question.uid)
    return right


def _answer(console: Console, question: Question, order: list[int]) -> Marking:
    """Read until there is an answer that can be marked; what cannot be read is no attempt."""
    while True:
        marking = mark(question, _typed(console, question, order))
        if marking.counted:
            return marking
        console.print(marking.remarks[0].text, style="yellow")


def _typed(console: Console, question: Question, order: list[int]) -> Answer:
    """Read one answer and turn letters into the file's indexes; obey the commands, unless the program prints such a line."""
    commands = {"?", "q", "s"}.difference(output_lines(question.prints)[:1] if isinstance(question, Output) else ())
    while (command := (line := _read(console, "Your answer: ")).strip()) in commands:
        if command == "q":
            raise _Left
        if command == "s":
            raise _Skipped
        console.print(f"{_HELP[question.type]}. {_COMMANDS}")
    if isinstance(question, Output):
        return _lines(console, question, line)
    if question.type == "number":
        return line
    parts = _parts(line, order)
    if isinstance(question, Choice):
        return parts[0] if len(parts) == 1 else -1
    return parts


def _parts(line: str, order: list[int]) -> list[int]:
    """Read letters, apart or together, in brackets or with commas: "b a", "ba", "b), a)". Anything else gives []."""
    letters = [letter for letter in line.lower() if letter not in " \t,;.)("]
    known = ascii_lowercase[: len(order)]
    return [order[known.index(letter)] for letter in letters] if all(letter in known for letter in letters) else []


def _lines(console: Console, question: Output, first: str) -> str:
    """Read the rest of an output after its first line."""
    lines, end = [first], "." if "" in output_lines(question.prints) else ""
    while lines[-1].strip() != end:
        lines.append(_read(console, "           … "))
    return "\n".join(lines[:-1])


def _read(console: Console, prompt: str) -> str:
    """Read a line; the end of the input and Ctrl-C leave the quiz."""
    try:
        return console.input(prompt, markup=False)
    except (EOFError, KeyboardInterrupt):
        raise _Left from None
