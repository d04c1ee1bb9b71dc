"""The labs as the tree tells them: notebooks in docs/labs, each with its question and the lessons that it belongs to.

    docs/labs/lab2_pool_size.ipynb     metadata["poolschool"]: title, description, question, minutes, lessons, quick, ran

The name (`pool_size`) is a lab's identity, the number only its place. `quick` holds the values with which the tests run it.
"""

import hashlib
import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from poolschool.course.faults import CourseFault, Fault, UserMistake

FOLDER = "docs/labs"
LAB_FILE = re.compile(r"lab(?P<number>\d)_(?P<name>[a-z_]+)")
FINDING = "finding"  # in the metadata of an output: a sentence computed from the data of its run
TEXTS = ("title", "description", "question")


@dataclass(frozen=True)
class Lab:
    """One notebook; `minutes` is what reading it takes, `lessons` are topics of the course."""

    notebook: Path
    number: int
    name: str
    title: str
    description: str
    question: str
    minutes: int
    lessons: tuple[str, ...]
    quick: dict[str, Any]

    @property
    def url(self) -> str:
        """The page's address relative to the site's root."""
        return f"labs/{self.notebook.stem}/"


def load_labs(root: Path) -> tuple[Lab, ...]:
    """Read all labs in their order; a course without any has none. Raise CourseFault with every fault of their metadata."""
    notebooks = sorted((root / FOLDER).glob("*.ipynb"))
    labs: list[Lab] = []
    faults: list[Fault] = []
    for notebook in notebooks:
        try:
            labs.append(read_lab(notebook))
        except CourseFault as problem:
            faults += problem.faults
    if faults:
        raise CourseFault(faults)
    return tuple(labs)


def read_lab(notebook: Path) -> Lab:
    """Read what a notebook says of itself."""
    file = LAB_FILE.fullmatch(notebook.stem)
    if file is None:
        raise _fault(notebook, "The name of the lab is not like lab1_name.ipynb.", "Rename the file.")
    known = read_notebook(notebook)["metadata"].get("poolschool")
    if not isinstance(known, dict):
        raise _fault(notebook, "The notebook has no metadata `poolschool`.", "Copy it from another lab and change it.")
    lacking = [key for key in TEXTS if not isinstance(known.get(key), str) or not known[key].strip()]
    lacking += [key for key, kind in (("minutes", int), ("lessons", list)) if not isinstance(known.get(key), kind)]
    if lacking:
        what = f"The metadata `poolschool` of the notebook has no {', '.join(lacking)}."
        raise _fault(notebook, what, "Write them: three texts, a whole number, a list of topics.")
    return Lab(
        notebook=notebook, number=int(file["number"]), name=file["name"], **{key: known[key] for key in TEXTS},
        minutes=known["minutes"], lessons=tuple(known["lessons"]), quick=dict(known.get("quick", {})),
    )  # fmt: skip


def read_notebook(notebook: Path) -> dict[str, Any]:
    """Read a notebook's JSON; raise CourseFault if it is none."""
    try:
        content = json.loads(notebook.read_text(encoding="utf-8"))
        if isinstance(content["cells"], list) and isinstance(content["metadata"], dict):
            return dict(content)
    except (OSError, ValueError, KeyError, TypeError):
        pass
    raise _fault(notebook, "The file is no notebook that can be read.", "Save it again with Jupyter, as nbformat 4.")


def code_digest(notebook: dict[str, Any]) -> str:
    """Digest the code of a notebook: its outputs belong to the code that it was run with (metadata `ran`)."""
    code = [source_text(cell) for cell in notebook["cells"] if cell["cell_type"] == "code"]
    return hashlib.sha256("\0".join(code).encode()).hexdigest()[:12]


def source_text(cell: dict[str, Any]) -> str:
    """Give a cell's source; files hold it as one text or as lines."""
    return as_text(cell.get("source", ""))


def as_text(text: str | list[str]) -> str:
    """Join what nbformat may have split into lines."""
    return text if isinstance(text, str) else "".join(text)


def find_lab(labs: Iterable[Lab], name: str) -> Lab:
    """Find a lab by name, number, file or address; raise UserMistake that names the nearest."""
    known = {lab.name: lab for lab in labs}
    plain = re.sub(r"[\s-]+", "_", name.replace("\\", "/").rstrip("/").rpartition("/")[2].strip().casefold())
    plain = plain.removesuffix(".ipynb")
    for lab in known.values():
        if plain in (lab.name, lab.notebook.stem, str(lab.number), f"lab{lab.number}"):
            return lab
    if not known:
        raise UserMistake(f"There is no lab {name!r}: this course has none.")
    near = get_close_matches(plain, known, n=3, cutoff=0.5) or known
    raise UserMistake(f"There is no lab {name!r}. Did you mean: {', '.join(near)}?")


def _fault(path: Path, what: str, way_out: str) -> CourseFault:
    return CourseFault([Fault(path, 0, what, way_out)])
