"""A paper: chosen questions in an order, each with its points. What exports, assignments and scores have in common.

Paper ── Item  points · versions  one Question that was written, or several versions of a generated one
      ├─ seed                     the order of options and steps, and of the questions if they are shuffled
      └─ beliefs, pages           what to say of a wrong answer, and where the lesson shows it
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches

from poolschool.course.beliefs import Belief, load_beliefs
from poolschool.course.faults import UserMistake
from poolschool.course.lessons import Course, Lesson
from poolschool.course.source_text import control_character
from poolschool.quiz.generated import VERSIONS, Generated, generated_questions, version_for
from poolschool.quiz.questions import Question
from poolschool.quiz.reader import load_quiz
from poolschool.quiz.shuffle import permutation

GENERATED = "generated"  # `leaks.generated` asks for all generated questions of a lesson


@dataclass(frozen=True)
class Item:
    """A question on a paper, worth `points`. Of several `versions` each student gets one; `name` is that of all of them."""

    name: str
    versions: tuple[Question, ...]
    points: float
    lesson: Lesson

    @property
    def question(self) -> Question:
        """The question, or its first version."""
        return self.versions[0]


@dataclass(frozen=True)
class Paper:
    """Questions in their order. `id` names the paper in files, `pages` are addresses of lessons by topic."""

    id: str
    title: str
    seed: int
    items: tuple[Item, ...]
    beliefs: Mapping[str, Belief] = field(default_factory=dict, repr=False)
    pages: Mapping[str, str] = field(default_factory=dict, repr=False)

    def __post_init__(self) -> None:
        """Refuse a title or an address that would make an XML file that nobody reads."""
        for text in (self.title, *self.pages.values()):
            if name := control_character(text):
                raise UserMistake(f"A control character ({name}) stands in {text!r}. Remove it.")

    @property
    def points(self) -> float:
        """The points of all questions together."""
        return sum(item.points for item in self.items)

    def explain_belief(self, belief: str) -> tuple[str, str]:
        """Give the truth behind a wrong answer, as Markdown, and the address of the place that shows it; "" if not known."""
        found = self.beliefs.get(belief)
        if found is None:
            return "", ""
        return found.truth, found.address(self.pages)


class Bank:
    """Every question of the course, by name."""

    def __init__(self, course: Course) -> None:
        self.course = course
        self.beliefs = load_beliefs(course.root)
        self.written: dict[str, Question] = {}
        self.generated: dict[str, Generated] = {}
        self.lessons: dict[str, Lesson] = {}
        for lesson in course.lessons:
            for question in load_quiz(lesson.quiz, lesson.topic, beliefs=self.beliefs).questions:
                self.written[question.name], self.lessons[question.name] = question, lesson
            for generated in generated_questions(lesson).values():
                self.generated[generated.name], self.lessons[generated.name] = generated, lesson

    def names(self, wanted: Iterable[str]) -> list[str]:
        """Turn what somebody asks for into names of questions, each once, in the order asked for.

        `leaks` means the lesson's written questions, `leaks.generated` its generated ones, `leaks.five_zero` a single one.
        Raises UserMistake for a name that leads nowhere, with the nearest.
        """
        return list(dict.fromkeys(name for word in wanted for name in self._meant(word)))

    def _meant(self, word: str) -> list[str]:
        if word in self.lessons:
            return [word]
        topic, point, rest = word.partition(".")
        if point and rest != GENERATED:
            self.course.lesson(topic)
            near = get_close_matches(word, self.lessons, n=3, cutoff=0.5) or [
                name for name in self.lessons if name.startswith(f"{topic}.")
            ]
            raise UserMistake(f"There is no question {word!r}. Did you mean: {', '.join(near)}?")
        source = self.generated if rest == GENERATED else self.written
        topic = self.course.lesson(topic).topic
        found = [name for name in source if name.startswith(f"{topic}.")]
        if not found:
            raise UserMistake(f"The lesson {topic} has no generated questions. Name its written ones: {topic}.")
        return found

    def hash(self, name: str) -> str:
        """12 hex digits over what is asked and what is right, of a generated question over all its versions."""
        return self.generated[name].fingerprint if name in self.generated else self.written[name].content_hash

    def question(self, name: str, seed: int) -> Question:
        """Give a question; of a generated one the version that belongs to the seed."""
        if name in self.generated:
            return self.generated[name].version(version_for(seed, name))
        return self.written[name]

    def paper(
        self,
        names: Iterable[str],
        *,
        id: str,  # noqa: A002 - what it is
        title: str,
        seed: int = 0,
        points: Mapping[str, float] | float = 1.0,
        shuffle: bool = False,
        versions: int = 1,
        pages: Mapping[str, str] | None = None,
    ) -> Paper:
        """Put questions on a paper.

        `points` are for each question, or by name. With `shuffle` their order belongs to the seed, else it stays. Generated
        questions come in so many `versions`, the seed's own first and then those that follow it.
        """
        chosen = list(names)
        if shuffle:
            chosen = [chosen[place] for place in permutation(len(chosen), seed, id)]
        items = tuple(
            Item(
                name,
                self._versions(name, seed, versions),
                points if isinstance(points, int | float) else points[name],
                self.lessons[name],
            )
            for name in chosen
        )
        return Paper(id, title, seed, items, self.beliefs, pages or {})

    def _versions(self, name: str, seed: int, count: int) -> tuple[Question, ...]:
        if name not in self.generated:
            return (self.written[name],)
        first = version_for(seed, name)
        return tuple(self.generated[name].version((first + step) % VERSIONS) for step in range(min(count, VERSIONS)))
