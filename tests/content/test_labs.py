"""Labs run: every notebook from its first cell to its last, with small sizes, on a real PostgreSQL; and what is committed is whole."""

import ast
import json
import re
from pathlib import Path

import pytest

from poolschool.course.labs import Lab, as_text, code_digest, load_labs, read_notebook, source_text
from poolschool.course.lessons import find_root, load_course
from poolschool.measure.labs.run import execute, findings
from poolschool.site.notebooks import Notebook

ROOT = find_root(Path(__file__).parent)
LABS = load_labs(ROOT)
EACH = pytest.mark.parametrize("lab", LABS, ids=lambda lab: lab.name)
ALT = re.compile(r'aria-label="([^"]+)"')
NUMBER = re.compile(r"\d")


def outputs(notebook: dict) -> list[tuple[int, list[str]]]:
    """Give, for each cell of code, its number and the kinds of its outputs."""
    cells = [(number, cell) for number, cell in enumerate(notebook["cells"]) if cell["cell_type"] == "code"]
    return [
        (number, ["+".join(sorted(one.get("data", [one["output_type"]]))) for one in cell["outputs"]])
        for number, cell in cells
    ]


@EACH
@pytest.mark.timeout(200)
def test_a_lab_runs(lab: Lab, tmp_path: Path) -> None:
    """With small sizes it shows what the committed run shows: as many findings, figures and tables in the same cells."""
    result = execute(lab, quick=True, folder=tmp_path)
    committed = read_notebook(lab.notebook)
    assert outputs(result) == outputs(committed)
    assert all(NUMBER.search(text) for text in findings(result))
    assert findings(result) != findings(committed)
    assert list(tmp_path.glob("[!.]*")) == []


@EACH
def test_a_committed_lab_is_whole(lab: Lab) -> None:
    """It names the machine, has a figure whose text tells its finding, and its outputs belong to its code."""
    notebook = read_notebook(lab.notebook)
    shown = [output for cell in notebook["cells"] for output in cell.get("outputs", ())]
    (machine,) = (
        as_text(one["data"]["text/markdown"]) for one in shown if one["metadata"].get("poolschool") == "machine"
    )
    assert re.match(
        r"Measured on \d{4}-\d\d-\d\d on a machine with \d+ cores? .*PostgreSQL \d+.*sqlalchemy 2\.", machine
    )
    figures = [as_text(one["data"]["image/svg+xml"]) for one in shown if "image/svg+xml" in one["data"]]
    said = " ".join(findings(notebook)).replace("**", "").replace("`", "")
    assert figures
    for figure in figures:
        alt = ALT.search(figure)[1].replace("&#10;", " ")
        assert alt.split(". ", 1)[1][:60].replace("&amp;", "&") in said
    assert notebook["metadata"]["poolschool"]["ran"] == code_digest(notebook)


@EACH
def test_every_claim_is_computed(lab: Lab) -> None:
    """Each finding is put together from values of the run; no cell hands over a sentence that is only text."""
    code = "\n".join(source_text(cell) for cell in read_notebook(lab.notebook)["cells"] if cell["cell_type"] == "code")
    flags = ast.PyCF_ONLY_AST | ast.PyCF_ALLOW_TOP_LEVEL_AWAIT
    calls = [node for node in ast.walk(compile(code, "lab", "exec", flags)) if isinstance(node, ast.Call)]
    by_name = {name: [call for call in calls if ast.unparse(call.func) == name] for name in ("say", "figure")}
    claims = [call.args[0] for call in by_name["say"]]
    claims += [word.value for call in by_name["figure"] for word in call.keywords if word.arg == "finding"]
    assert len(claims) >= len(by_name["figure"]) > 0
    for claim in claims:
        assert any(isinstance(node, ast.FormattedValue) for node in ast.walk(claim)), ast.unparse(claim)


@EACH
def test_a_lab_has_its_skeleton(lab: Lab) -> None:
    """The title, the question with a guess, and at the end what it does not show."""
    text = Notebook(lab.notebook).markdown()
    headings = re.findall(r"^## (.+)$", text, re.MULTILINE)
    assert text.startswith(f"# {lab.title}\n")
    assert headings[-1] == "What this does not show"
    first = text.partition("\n## ")[0]
    assert re.search(r"\*\*[^*]+\?\*\*", first)
    assert len(text[text.index("## What this does not show") :].split("\n- **")) >= 4


def test_each_lab_is_linked_from_its_lessons() -> None:
    """A lab names its lessons and links to them; each of them links to the lab."""
    course = load_course(ROOT)
    for lab in LABS:
        assert lab.lessons
        text = Notebook(lab.notebook).markdown()
        for lesson in map(course.lesson, lab.lessons):
            assert f"../{lesson.stem}.md" in text, (lab.name, lesson.topic)
            assert f"../labs/{lab.notebook.name}" in lesson.page.read_text(encoding="utf-8"), (lab.name, lesson.topic)


def test_there_are_six() -> None:
    """They are numbered from 1, their names are unique, and nothing else lies in their folder."""
    assert [lab.number for lab in LABS] == [1, 2, 3, 4, 5, 6]
    assert len({lab.name for lab in LABS}) == 6
    files = {path.name for path in (ROOT / "docs/labs").iterdir() if not path.name.startswith(".")}
    assert files == {"index.md", *(lab.notebook.name for lab in LABS)}


def test_a_notebook_holds_no_place_of_a_machine() -> None:
    """No path, account or address of the machine on which it was run is committed."""
    for lab in LABS:
        text = json.dumps(read_notebook(lab.notebook))
        assert not re.search(r"/home/|/tmp/|/work/|/root/|postgresql\+psycopg://\w+:|:\d{5}/", text)
