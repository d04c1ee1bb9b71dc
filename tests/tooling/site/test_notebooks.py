"""A notebook becomes a page: code, findings and drawings; what cannot be shown is an author's mistake."""

import json
from pathlib import Path
from typing import Any

import pytest
from fake_course import make_course

from poolschool.course.faults import CourseFault
from poolschool.course.lessons import load_course
from poolschool.site.check import check_pages
from poolschool.site.notebooks import Notebook, write_pages

MATTER = {"title": "A lab", "description": "What it measures.", "question": "How fast?", "minutes": 5, "lessons": []}
SVG = '<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-label="Two bars: the second is nine times as long as the first.">\n\n<path d="M0 0"/></svg>'


def code(source: str, *outputs: dict[str, Any], tags: tuple[str, ...] = ()) -> dict[str, Any]:
    """Make a cell of code."""
    return {"cell_type": "code", "metadata": {"tags": list(tags)}, "source": source, "outputs": list(outputs)}


def words(source: str) -> dict[str, Any]:
    """Make a cell of Markdown."""
    return {"cell_type": "markdown", "metadata": {}, "source": source}


def shown(metadata: dict[str, str] | None = None, **data: str) -> dict[str, Any]:
    """Make an output; `svg`, `markdown` and `plain` name its kinds."""
    kinds = {"svg": "image/svg+xml", "markdown": "text/markdown", "plain": "text/plain", "html": "text/html"}
    return {
        "output_type": "display_data",
        "metadata": metadata or {},
        "data": {kinds[name]: text for name, text in data.items()},
    }


def notebook(root: Path, *cells: dict[str, Any]) -> Notebook:
    """Write a lab into a course."""
    path = root / "docs/labs/lab1_lamps.ipynb"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps({"cells": list(cells), "metadata": {"poolschool": MATTER}}), encoding="utf-8")
    return Notebook(path)


def test_cells_become_a_page(tmp_path: Path) -> None:
    """Words stay words, code becomes a fence unless it is hidden, findings are marked, a drawing stands in one line."""
    lab = notebook(
        tmp_path,
        words("# A lab\n\nIs it?"),
        code("x = 1", {"output_type": "stream", "name": "stdout", "text": ["one\n"]}),
        code("draw()", shown(svg=SVG, plain="nine times"), shown({"poolschool": "finding"}, markdown="It is **9 ×**.", plain="9"), tags=("hide",)),
    )  # fmt: skip
    text = lab.markdown()
    assert text.startswith("# A lab\n\nIs it?\n\nA lab of 5 minutes. [Download the notebook](lab1_lamps.ipynb)")
    assert '<a href="lab1_lamps.ipynb" download>' in lab.markdown(beside_page=True)
    assert "```python\nx = 1\n```\n\n```text\none\n```" in text
    assert "draw()" not in text
    assert "It is **9 ×**.\n{ .ps-lab-finding }" in text
    drawing = next(line for line in text.splitlines() if "<svg" in line)
    assert drawing.startswith('<figure class="ps-lab-figure"><svg data-search-exclude ')
    assert drawing.endswith('<path d="M0 0"/></svg></figure>')


@pytest.mark.parametrize(
    ("output", "told"),
    [
        ({"output_type": "error", "ename": "KeyError", "evalue": "'lamp'"}, "Cell 2 ended with KeyError: 'lamp'. Fix the cell"),
        (shown(svg="<svg><path/></svg>", plain=""), "The figure of cell 2 does not say what it shows. Show it with"),
        (shown(html="<b>!</b>", plain="!"), "Cell 2 shows text/html, which a page does not take. Show Markdown"),
    ],
    ids=["error", "no text", "kind"],
)  # fmt: skip
def test_what_cannot_be_shown_is_a_fault(tmp_path: Path, output: dict[str, Any], told: str) -> None:
    """A cell that failed, a drawing without words, and HTML stop the build, with the cell's number."""
    lab = notebook(tmp_path, words("# A lab"), code("x", output))
    with pytest.raises(CourseFault) as fault:
        lab.markdown()
    assert f"lab1_lamps.ipynb: {told}" in str(fault.value)


def test_the_check_names_the_cell(tmp_path: Path) -> None:
    """A dead link, a skipped heading, a lesson that is not there and a wide line are told with the number of their cell."""
    root = make_course(tmp_path)
    notebook(
        root,
        words("# A lab\n\nSee [lamps](../p1_why/l01_lamps.md)."),
        code("y = " + "9" * 70),
        words("## Once\n\nSee [rugs](../p1_why/l01_rugs.md)."),
        words("#### Deep"),
    )
    (root / "docs/p1_why/l01_lamps.md").write_text(
        (root / "docs/p1_why/l01_lamps.md").read_text(encoding="utf-8") + "\n[lab](../labs/lab1_lamps.ipynb)\n", encoding="utf-8"
    )  # fmt: skip
    told = [str(fault) for fault in check_pages(root) if "labs/" in str(fault)]
    name = "docs/labs/lab1_lamps.ipynb"
    assert (
        f"{name}: Cell 3: The link ../p1_why/l01_rugs.md leads to no file of docs. Did you mean ../p1_why/l01_lamps.md?"
        in told
    )
    assert any(f"{name}: Cell 4: The heading 'Deep' skips a level." in one for one in told)
    assert any(f"{name}: Cell 2 has a line of 74 columns" in one for one in told)
    assert len(told) == 3
    MATTER["lessons"] = ["rugs"]
    try:
        notebook(root, words("# A lab"))
        assert f"{name}: There is no lesson 'rugs' that the lab belongs to." in "\n".join(map(str, check_pages(root)))
    finally:
        MATTER["lessons"] = []
    assert load_course(root).topics == ("lamps", "chairs")


def test_a_copy_for_a_builder_without_notebooks(tmp_path: Path) -> None:
    """Each lab gets a page, and nav and links of Markdown lead to it; the download still leads to the notebook."""
    root = make_course(tmp_path)
    notebook(root, words("# A lab\n\n[lamps](../p1_why/l01_lamps.md)"))
    (root / "mkdocs.yml").write_text("nav:\n  - labs/lab1_lamps.ipynb\n", encoding="utf-8")
    (root / "docs/index.md").write_text(
        "[A lab](labs/lab1_lamps.ipynb#once), `labs/lab1_lamps.ipynb`\n", encoding="utf-8"
    )
    (root / "docs/p1_why/l01_lamps.md").write_text("[A lab](../labs/lab1_lamps.ipynb)\n", encoding="utf-8")
    (page,) = write_pages(root)
    text = page.read_text(encoding="utf-8")
    assert text.startswith('---\ntitle: "A lab"\ndescription: "What it measures."\n---\n\n# A lab\n')
    assert "[Download the notebook](lab1_lamps.ipynb){ download }" in text
    assert "(../p1_why/l01_lamps.md)" in text
    assert (root / "mkdocs.yml").read_text(encoding="utf-8") == "nav:\n  - labs/lab1_lamps.md\n"
    assert (root / "docs/index.md").read_text(
        encoding="utf-8"
    ) == "[A lab](labs/lab1_lamps.md#once), `labs/lab1_lamps.ipynb`\n"
    assert (root / "docs/p1_why/l01_lamps.md").read_text(encoding="utf-8") == "[A lab](../labs/lab1_lamps.md)\n"
