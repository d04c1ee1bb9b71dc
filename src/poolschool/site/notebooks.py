r"""A lab's notebook as Markdown: what both builders make a page of.

    docs/labs/NAME.ipynb ─ Notebook ─> front matter + Markdown
       ├─ MkDocs     mkdocs-jupyter makes the notebook a page, notebook_hook.py gives it this text
       └─ Zensical   reads no notebooks: `write_pages` puts this text beside them, in a copy of the course

A code cell becomes a fence. Of its outputs a page shows Markdown, drawings (SVG, in the page, with the text that tells what
they show) and printed text; an output that says an error stops the build.
"""

import re
import shutil
import sys
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

from poolschool.course.faults import TREES, CourseFault, Fault
from poolschool.course.labs import FINDING, FOLDER, Lab, as_text, read_lab, read_notebook, source_text
from poolschool.course.lessons import find_root

WIDEST = 68  # columns of code
HIDDEN = "hide"  # the tag of a cell whose code is no part of the idea; its outputs are shown
_NOTEBOOK_LINK = re.compile(r"(?<![\w/])((?:\.\./)*(?:labs/)?lab\d_\w+)\.ipynb\b")


@dataclass(frozen=True)
class Notebook:
    """One notebook as it is committed, with its outputs."""

    path: Path

    @cached_property
    def lab(self) -> Lab:
        return read_lab(self.path)

    @cached_property
    def pieces(self) -> list[tuple[int, str]]:
        """The Markdown of the page, cell by cell, with the cells' numbers (from 1); raises CourseFault for what is no page."""
        pieces = []
        for number, cell in enumerate(read_notebook(self.path)["cells"], start=1):
            if cell["cell_type"] == "markdown":
                pieces.append((number, source_text(cell)))
            elif cell["cell_type"] == "code":
                pieces += [(number, piece) for piece in self._code(number, cell)]
        return pieces

    def markdown(self, *, beside_page: bool = False) -> str:
        """Give the page without its front matter; for download the notebook lies beside its source, or beside the page."""
        first, *others = (piece for _, piece in self.pieces)
        return "\n\n".join([first, self._about(beside_page=beside_page), *others]) + "\n"

    @property
    def front_matter(self) -> dict[str, str]:
        """What the page says of itself."""
        return {"title": self.lab.title, "description": self.lab.description}

    @property
    def wide_lines(self) -> list[tuple[int, str]]:
        """Find lines of code that are wider than a page, with the numbers of their cells."""
        cells = enumerate(read_notebook(self.path)["cells"], start=1)
        code = [(number, source_text(cell)) for number, cell in cells if cell["cell_type"] == "code"]
        return [(number, line) for number, source in code for line in source.splitlines() if len(line) > WIDEST]

    def in_cell(self, fault: Fault) -> Fault:
        """Name the cell of a fault, whose line is one of the page: that is what an author sees in Jupyter."""
        line = 0
        for place, text in enumerate([self.pieces[0], (0, self._about(beside_page=False)), *self.pieces[1:]]):
            number, piece = text
            line += piece.count("\n") + (2 if place else 1)
            if fault.line and fault.line <= line:
                return replace(fault, line=0, what=f"Cell {number}: {fault.what}")
        return replace(fault, line=0)

    def _about(self, *, beside_page: bool) -> str:
        """Say how to run it, below the title."""
        words, name = "Download the notebook", self.path.name
        # Beside the page, a link of Markdown would lead to the page itself.
        link = f'<a href="{name}" download>{words}</a>' if beside_page else f"[{words}]({name}){{ download }}"
        command = f"`poolschool lab {self.lab.name}`"
        return f"A lab of {self.lab.minutes} minutes. {link}, or run it on your machine: {command}\n{{ .ps-lab-run }}"

    def _code(self, number: int, cell: dict[str, Any]) -> list[str]:
        source = source_text(cell).rstrip()
        hidden = HIDDEN in cell["metadata"].get("tags", ()) or not source
        shown = [] if hidden else [f"```python\n{source}\n```"]
        return shown + [self._output(number, output) for output in cell["outputs"]]

    def _output(self, number: int, output: dict[str, Any]) -> str:
        kind = output["output_type"]
        if kind == "error":
            what = f"Cell {number} ended with {output.get('ename')}: {output.get('evalue')}."
            raise self._fault(what, "Fix the cell, and run the notebook again.")
        if kind == "stream":
            return f"```text\n{as_text(output['text']).rstrip()}\n```"
        data = output["data"]
        if "image/svg+xml" in data:
            return self._figure(number, as_text(data["image/svg+xml"]))
        if "text/markdown" in data:
            text = as_text(data["text/markdown"])
            is_finding = output["metadata"].get("poolschool") == FINDING
            return f"{text}\n{{ .ps-lab-finding }}" if is_finding else text
        if set(data) == {"text/plain"}:
            return f"```text\n{as_text(data['text/plain']).rstrip()}\n```"
        what = f"Cell {number} shows {', '.join(sorted(set(data) - {'text/plain'}))}, which a page does not take."
        raise self._fault(what, "Show Markdown, text, or a figure with measure.labs.show.")

    def _figure(self, number: int, svg: str) -> str:
        if 'role="img"' not in svg or not re.search(r'aria-label="[^"]{40,}"', svg):
            what = f"The figure of cell {number} does not say what it shows."
            raise self._fault(what, "Show it with measure.labs.show.figure, which asks for its finding.")
        # One line: Python-Markdown ends raw HTML at a blank line.
        drawing = " ".join(svg[svg.index("<svg") :].split()).replace("<svg ", "<svg data-search-exclude ", 1)
        return f'<figure class="ps-lab-figure">{drawing}</figure>'

    def _fault(self, what: str, way_out: str) -> CourseFault:
        return CourseFault([Fault(self.path, 0, what, way_out)])


def write_pages(course: Path) -> list[Path]:
    """Write the page of each lab into a copy of the course, and let nav and links lead there; for a builder that reads no notebooks."""
    pages = []
    for path in sorted((course / FOLDER).glob("*.ipynb")):
        notebook = Notebook(path)
        matter = "".join(f'{key}: "{value}"\n' for key, value in notebook.front_matter.items())
        pages.append(path.with_suffix(".md"))
        pages[-1].write_text(f"---\n{matter}---\n\n{notebook.markdown()}", encoding="utf-8")
    for path in (course / "mkdocs.yml", *(course / "docs").rglob("*.md")):
        text = path.read_text(encoding="utf-8")
        new = _NOTEBOOK_LINK.sub(r"\1.md", text) if path.suffix == ".yml" else _links_to_pages(text, path.stem)
        if new != text:
            path.write_text(new, encoding="utf-8")
    return pages


def _links_to_pages(text: str, page: str) -> str:
    """Change the links that lead to notebooks; that of a lab to its own is for download and stays."""

    def to_page(target: re.Match[str]) -> str:
        return target[0] if target[0] == f"{page}.ipynb" else _NOTEBOOK_LINK.sub(r"\1.md", target[0])

    return re.sub(r"(?<=\]\()[^()\s]+", to_page, text)


def copy_for_zensical(root: Path, to: Path) -> None:
    """Copy what a builder reads of the course at `root`, with the labs as Markdown; what was there before is replaced."""
    shutil.rmtree(to, ignore_errors=True)
    for tree in (*TREES, "src/poolschool/site/theme"):
        shutil.copytree(root / tree, to / tree, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(root / "mkdocs.yml", to / "mkdocs.yml")  # without the hook, of which Zensical knows nothing
    write_pages(to)


if __name__ == "__main__":
    copy_for_zensical(find_root(), Path(sys.argv[1]))
