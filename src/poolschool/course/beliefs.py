"""Beliefs: what people take for true and what is true; quizzes, checkers and lessons share one registry."""

from collections.abc import Mapping
from pathlib import Path

from pydantic import ValidationError

from poolschool.course.faults import CourseFault, Fault, course_path
from poolschool.course.toml_faults import faults_of, read_toml
from poolschool.course.toml_table import Name, Prose, TomlTable


class Belief(TomlTable):
    """A belief, the truth, and where the lesson puts it to the test: `anchor` is an id on the page of `lesson`."""

    not_written = frozenset({"id"})
    id: Name
    belief: Prose
    truth: Prose
    lesson: Name
    anchor: Prose

    def address(self, pages: Mapping[str, str]) -> str:
        """Give where the lesson puts it to the test; `pages` are addresses of lessons by topic. "" if the lesson has none."""
        return f"{pages[self.lesson]}#{self.anchor}" if self.lesson in pages else ""


def load_beliefs(root: Path) -> dict[str, Belief]:
    """Read quizzes/beliefs.toml of the course at `root`; raise CourseFault with every fault and its line."""
    path = root / "quizzes" / "beliefs.toml"
    data, places = read_toml(path)
    registry: dict[str, Belief] = {}
    faults: list[Fault] = []
    for name, table in data.items():
        if not isinstance(table, dict) or "id" in table:
            what = f"`{name}` is not a table of belief, truth, lesson and anchor."
            way_out = "Write it below a header: the name in brackets is the id."
            faults.append(Fault(course_path(path), places.line((name,)), what, way_out))
            continue
        try:
            registry[name] = Belief.model_validate({"id": name, **table})
        except ValidationError as error:
            faults += faults_of(error, path, places, inside=(name,))
    if faults:
        raise CourseFault(faults)
    return registry
