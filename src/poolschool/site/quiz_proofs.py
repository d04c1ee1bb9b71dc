"""Proofs that run in the page: what docs/assets/live/proof.js needs of a lesson's proofs."""

from dataclasses import dataclass, field

from poolschool.course.lessons import Course, Lesson
from poolschool.course.source_text import read_source
from poolschool.site.runs_in_page import proof_needs
from poolschool.site.script_json import script_json


@dataclass(frozen=True)
class Proving:
    """The proofs of one quiz as whole files, and what each needs that the page has not, by question id."""

    stem: str = ""
    proofs: str = ""
    conftest: str = ""
    needs: dict[str, str] = field(default_factory=dict)

    def offer(self, question: str) -> str:
        """Give the HTML that stands below a proof: a button, or the terminal's command and why."""
        command = f"pytest quizzes/{self.stem}_proof.py -k {question}"
        if question not in self.needs:
            return ""
        if lacks := self.needs[question]:
            return f'<p class="ps-note">It needs {lacks}, which a page does not have: <code>{command}</code></p>'
        return (
            f'<div class="ps-live-bar"><button type="button" data-prove="{question}" disabled>Run this proof</button>'
            f'<span class="ps-note" role="status">or in a terminal: <code>{command}</code></span></div>'
        )

    @property
    def data(self) -> str:
        """The JSON for the page, in its script element; nothing if no proof can run there."""
        if all(self.needs.values()):
            return ""
        text = script_json({"stem": self.stem, "proofs": self.proofs, "conftest": self.conftest})
        return f'<script type="application/json" class="quiz-proofs">{text}</script>\n'


def proving(course: Course, lesson: Lesson) -> Proving:
    """Read what a lesson's proofs consist of; nothing if it has none."""
    if not lesson.proof.is_file():
        return Proving()
    conftest = course.root / "quizzes" / "conftest.py"
    return Proving(
        lesson.stem,
        read_source(lesson.proof),
        read_source(conftest) if conftest.is_file() else "",
        proof_needs(lesson.proof),
    )
