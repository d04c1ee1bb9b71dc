"""What a quiz prints in the terminal: the question as asked, and what there is to say after an answer."""

from collections.abc import Mapping
from string import ascii_lowercase

from markdown_it import MarkdownIt
from rich.console import Console
from rich.markdown import Markdown
from rich.padding import Padding
from rich.rule import Rule
from rich.syntax import Syntax
from rich.table import Table

from poolschool.course.beliefs import Belief
from poolschool.quiz.marking import Marking, Remark
from poolschool.quiz.parts import arrange, parts, reasons, source, unit
from poolschool.quiz.questions import ChooseAll, Order, Output, Question

_KINDS = {"right": "Right. ", "wrong": "Wrong. ", "missing": "Missing. "}


class Sheet:
    """Prints questions, verdicts and worked solutions."""

    def __init__(self, console: Console, beliefs: Mapping[str, Belief]) -> None:
        self.console = console
        self._beliefs = beliefs

    def ask(self, question: Question, seed: int, title: str) -> None:
        """Print a question with its options or steps in the order of the seed."""
        self.console.print()
        self.console.print(Rule(title))
        self.console.print(_markdown(question.prompt))
        if code := source(question):
            self.console.print(Padding(Syntax(code, "python", background_color="default"), (1, 0, 1, 2)))
        texts = parts(question)
        for letter, part in zip(ascii_lowercase, arrange(question, seed), strict=False):
            self._row(f"{letter})", texts[part])
        if unit(question):
            self.console.print(f"(in {unit(question)})", markup=False)

    def explain(self, question: Question, marking: Marking) -> None:
        """Print the verdict with its reasons, and the worked solution after a miss."""
        word, style = ("Right.", "bold green") if marking.right else ("Not right.", "bold red")
        self.console.print(word, style=style)
        for remark in marking.remarks:
            self._say(question, remark)
        if marking.right:
            self.console.print(_markdown(f"**Quick check:** {question.check}"))
        else:
            self._solve(question)

    def _say(self, question: Question, remark: Remark) -> None:
        if remark.text:
            self.console.print(remark.text, markup=False)
        if remark.part is None:
            return
        reason = reasons(question)[remark.part]
        about = f"“{reason.about}” " if isinstance(question, ChooseAll | Order) else ""
        kind = _KINDS.get(remark.kind, "") if isinstance(question, ChooseAll) else ""
        self.console.print(_markdown(f"{kind}{about}{reason.why}"))
        if reason.belief in self._beliefs:
            self.console.print(_markdown(f"*{self._beliefs[reason.belief].truth}*"))

    def _solve(self, question: Question) -> None:
        self.console.print()
        self.console.print("Worked solution", style="bold")
        for number, step in enumerate(question.solution, start=1):
            self._row(f"{number}.", step)
        self.console.print(_markdown(f"**Final answer:** {question.answer}"))
        if isinstance(question, Output):
            self.console.print(Padding(question.prints, (0, 0, 0, 2)), markup=False)
        self.console.print(_markdown(f"**Quick check:** {question.check}"))
        self.console.print("Common mistakes:", style="bold")
        for mistake in question.mistakes:
            self._row("-", mistake)

    def _row(self, mark: str, text: str) -> None:
        grid = Table.grid(padding=(0, 1))
        grid.add_row(f"  {mark}", _markdown(text))
        self.console.print(grid)


def _markdown(text: str) -> Markdown:
    """Render Markdown; raw HTML is text here as well, where rich would drop it."""
    rendered = Markdown("")
    rendered.parsed = MarkdownIt("commonmark", {"html": False}).parse(text)
    return rendered
