"""The interactive blocks of the lessons, as one Python-Markdown extension that MkDocs and Zensical both read.

    /// quiz | TOPIC        the lesson's questions
    /// exercise | TOPIC    what to mend, how to grade it, the worked solution folded
    /// proof | TOPIC.ID    the test behind an answer
    /// pool | SCENARIO     something to touch
    /// sizing              the sizing calculator
    /// agreement           simulator and real pools, compared
    /// live                around a fence: Python that runs in the page
    /// assigned            the frame of the assigned mode
    /// generated | TOPIC   the lesson's generated questions
    /// schedule            lessons, minutes, sessions
    /// beliefs | TOPIC     which wrong answers of a lesson show which belief
    /// course-map          parts and lessons, on the landing page

Before the first page is converted, all pages and quiz files are checked; faults stop the build, all at once.
"""

import re
from functools import lru_cache
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element, SubElement

from markdown.postprocessors import Postprocessor
from pymdownx.blocks import BlocksExtension
from pymdownx.blocks.block import Block

from poolschool.course.faults import CourseFault
from poolschool.course.lessons import Course, find_root, load_course
from poolschool.course.proofs import read_proofs
from poolschool.quiz.text import python
from poolschool.site.check import Found, check_pages, snapshot
from poolschool.site.course_map import map_html
from poolschool.site.exercise import exercise_html
from poolschool.site.figures.agreement import agreement_html
from poolschool.site.figures.scenarios import scenario_html
from poolschool.site.figures.sizing import sizing_html
from poolschool.site.quiz import quiz_html
from poolschool.site.quiz_generated import assigned_html, generated_html
from poolschool.site.quiz_proofs import proving
from poolschool.site.quiz_solution import BeliefLinks
from poolschool.site.schedule import beliefs_html, schedule_html

UP = "../../"  # from a lesson's page to the site's root
# Disabled until the script that answers a press has arrived.
LIVE_BAR = (
    '<div class="ps-live-bar">'
    + "".join(
        f'<button type="button" data-do="{word.lower()}" disabled>{word}</button>'
        for word in ("Run", "Stop", "Edit", "Reset")
    )
    + "</div>"
)


class CourseBlock(Block):  # type: ignore[misc]
    """A block that becomes HTML of ours, kept as it is by both builders."""

    ARGUMENT: bool | None = True

    def on_create(self, parent: Element) -> Element:
        """Put the HTML where the block stands."""
        element = SubElement(parent, "div", {"class": f"ps-block ps-block-{self.NAME}"})
        element.text = self.md.htmlStash.store(self.html(self.md.course, (self.argument or "").strip()))
        return element

    def html(self, course: Course, argument: str) -> str:
        """Give the block's HTML."""
        raise NotImplementedError


class QuizBlock(CourseBlock):
    """`/// quiz | TOPIC`."""

    NAME = "quiz"

    def html(self, course: Course, argument: str) -> str:
        """Render the lesson's quiz with its proofs."""
        lesson = course.lesson(argument)
        return quiz_html(
            self.md.found.quizzes[lesson.topic],
            proofs=read_proofs(lesson.proof),
            proving=proving(course, lesson),
            beliefs=self.md.found.beliefs,
            pages=_pages(course),
        )


class ExerciseBlock(CourseBlock):
    """`/// exercise | TOPIC`."""

    NAME = "exercise"

    def html(self, course: Course, argument: str) -> str:
        """Render the exercise's card."""
        lesson = course.lesson(argument)
        found = self.md.found
        return exercise_html(lesson, found.exercises[lesson.topic], beliefs=found.beliefs, pages=_pages(course))


class ProofBlock(CourseBlock):
    """`/// proof | TOPIC.ID`."""

    NAME = "proof"

    def html(self, course: Course, argument: str) -> str:
        """Show the source of one proof."""
        topic, _, question = argument.partition(".")
        return python(read_proofs(course.lesson(topic).proof)[question])


class LiveBlock(Block):  # type: ignore[misc]
    """`/// live` around a fence: readable as it is; docs/assets/live/live.js makes it run."""

    NAME = "live"
    ARGUMENT = False

    def on_create(self, parent: Element) -> Element:
        """Put the fence into a frame."""
        return SubElement(parent, "div", {"class": "ps-live"})

    def on_end(self, block: Element) -> None:
        """Put the buttons below the fence."""
        bar = SubElement(block, "div")
        bar.text = self.md.htmlStash.store(LIVE_BAR)


class PoolBlock(CourseBlock):
    """`/// pool | SCENARIO`."""

    NAME = "pool"

    def html(self, course: Course, argument: str) -> str:
        """Draw the scenario."""
        html = scenario_html(argument)
        style = _styled(self.md, course, "pool/pool.css")
        return style + (_styled(self.md, course, "simulator/sim.css") if "data-simulator" in html else "") + html


class CourseMapBlock(CourseBlock):
    """`/// course-map`."""

    NAME = "course-map"
    ARGUMENT = False

    def html(self, course: Course, _argument: str) -> str:
        """Draw the map of the course."""
        return map_html(course, self.md.found.quizzes)


class SizingBlock(CourseBlock):
    """`/// sizing`."""

    NAME = "sizing"
    ARGUMENT = False

    def html(self, course: Course, _argument: str) -> str:
        """Give the calculator's form."""
        return _styled(self.md, course, "sizing/sizing.css") + sizing_html()


class AgreementBlock(CourseBlock):
    """`/// agreement`."""

    NAME = "agreement"
    ARGUMENT = False

    def html(self, course: Course, _argument: str) -> str:
        """Show the last comparison."""
        return agreement_html(course.root / "docs/assets/simulator/simulator.json")


class AssignedBlock(CourseBlock):
    """`/// assigned`."""

    NAME = "assigned"
    ARGUMENT = False

    def html(self, course: Course, _argument: str) -> str:
        """Give the frame of the assigned mode."""
        return _styled(self.md, course, "assigned/assigned.css") + assigned_html(course.lessons)


class GeneratedBlock(CourseBlock):
    """`/// generated | TOPIC`."""

    NAME = "generated"

    def html(self, course: Course, argument: str) -> str:
        """Show the lesson's generated questions, one sample each, and carry all versions."""
        lesson = course.lesson(argument)
        return generated_html(lesson, BeliefLinks("", self.md.found.beliefs, _from_notes(course)))


class ScheduleBlock(CourseBlock):
    """`/// schedule`."""

    NAME = "schedule"
    ARGUMENT = False

    def html(self, course: Course, _argument: str) -> str:
        """Sum the lessons' minutes."""
        notes = {lesson.topic: f"../notes/{lesson.url}" for lesson in course.lessons}
        return schedule_html(course, _pages(course), notes)


class BeliefsBlock(CourseBlock):
    """`/// beliefs | TOPIC`."""

    NAME = "beliefs"

    def html(self, course: Course, argument: str) -> str:
        """Tell which wrong answers show which belief."""
        lesson, found = course.lesson(argument), self.md.found
        return beliefs_html(lesson, found.quizzes[lesson.topic], found.beliefs, _from_notes(course))


def _from_notes(course: Course) -> dict[str, str]:
    """Give the addresses of the lessons as seen from teaching notes: instructors/notes/PART/LESSON/."""
    return {topic: f"../../{address}" for topic, address in _pages(course).items()}


def _pages(course: Course) -> dict[str, str]:
    """Give the addresses of the lessons, as seen from a lesson's page."""
    return {lesson.topic: UP + lesson.url for lesson in course.lessons}


def _styled(md: Any, course: Course, name: str) -> str:
    """Give a style for the first block of a page that needs it, which nothing that is painted first should wait for."""
    had: set[str] = md.__dict__.setdefault("styles_given", set())
    path = course.root / "docs/assets" / name
    if name in had or not path.is_file():
        return ""
    had.add(name)
    return f"<style>\n{_tight(path.read_text(encoding='utf-8'))}</style>\n"


def _tight(css: str) -> str:
    """Leave out comments and blank lines: Python-Markdown ends raw HTML at a blank line."""
    lines = (line.strip() for line in re.sub(r"/\*.*?\*/", "", css, flags=re.DOTALL).splitlines())
    return "".join(f"{line}\n" for line in lines if line)


class ScrollsByKeyboard(Postprocessor):
    """Code and tables scroll sideways where they are wide, so they take the focus: not every browser sees to that."""

    def run(self, text: str) -> str:
        """Let fences and tables of one page take the focus."""
        text = text.replace("<pre><span></span><code", '<pre tabindex="0"><span></span><code')
        text = text.replace("<table>", '<div class="ps-wide" role="group" aria-label="Table" tabindex="0"><table>')
        return text.replace("</table>", "</table></div>")


class FewerElements(Postprocessor):
    """Most tokens of a program have no colour of their own here; without an element each, a page is laid out faster."""

    UNCOLOURED = re.compile(r'<span class="(?:n|o|p|w|nn|nv|vm)">([^<]*)</span>')

    def run(self, text: str) -> str:
        """Leave such tokens as plain text."""
        return self.UNCOLOURED.sub(r"\1", text)


class CourseExtension(BlocksExtension):  # type: ignore[misc]
    """Registers the blocks and checks the pages first."""

    def extendMarkdownBlocks(self, md: Any, block_mgr: Any) -> None:  # noqa: N802 - the library's name
        """Check the whole course, once per state of its files; then register."""
        root = find_root()
        md.course, md.found = _read(root, snapshot(root))
        md.postprocessors.register(ScrollsByKeyboard(md), "scrolls_by_keyboard", 0)
        md.postprocessors.register(FewerElements(md), "fewer_elements", -1)
        for block in (
            QuizBlock,
            ExerciseBlock,
            ProofBlock,
            LiveBlock,
            PoolBlock,
            SizingBlock,
            AgreementBlock,
            AssignedBlock,
            GeneratedBlock,
            ScheduleBlock,
            BeliefsBlock,
            CourseMapBlock,
        ):
            block_mgr.register(block, self.getConfigs())


@lru_cache(maxsize=1)
def _read(root: Path, _state: object) -> tuple[Course, Found]:
    """Check the whole course and give it with what the check has read; raise CourseFault with every fault."""
    found = Found()
    if faults := check_pages(root, found):
        raise CourseFault(faults)
    return load_course(root), found


def makeExtension(**options: Any) -> CourseExtension:  # noqa: N802 - the name that Python-Markdown asks for
    """Make the extension."""
    return CourseExtension(**options)
