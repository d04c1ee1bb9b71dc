"""Labs are read from their notebooks: what they say of themselves is held to its form, and found by any of its names."""

import json
from pathlib import Path

import pytest

from poolschool.course.faults import CourseFault, UserMistake
from poolschool.course.labs import find_lab, load_labs, source_text

MATTER = {"title": "A lab", "description": "What it measures.", "question": "How fast?", "minutes": 5, "lessons": []}


def write_lab(root: Path, name: str = "lab1_lamps", **matter: object) -> Path:
    """Write a notebook of one title into a course."""
    path = root / "docs/labs" / f"{name}.ipynb"
    path.parent.mkdir(parents=True, exist_ok=True)
    cells = [{"cell_type": "markdown", "metadata": {}, "source": ["# A lab\n", "\n", "Is it?"]}]
    notebook = {"cells": cells, "metadata": {"poolschool": MATTER | matter}, "nbformat": 4, "nbformat_minor": 5}
    path.write_text(json.dumps(notebook), encoding="utf-8")
    return path


def test_labs_are_read_in_their_order(tmp_path: Path) -> None:
    """The number is the order, the name the identity, and the address follows from the file."""
    write_lab(tmp_path, "lab2_chairs", quick={"TIMES": 1})
    write_lab(tmp_path)
    lamps, chairs = load_labs(tmp_path)
    assert (lamps.name, lamps.number, lamps.url) == ("lamps", 1, "labs/lab1_lamps/")
    assert (chairs.name, chairs.quick) == ("chairs", {"TIMES": 1})
    assert load_labs(tmp_path / "elsewhere") == ()


@pytest.mark.parametrize(
    "name", ["chairs", "CHAIRS", "2", "lab2", "lab2_chairs", "docs/labs/lab2_chairs.ipynb", "labs/lab2_chairs/"]
)
def test_a_lab_is_found_by_any_of_its_names(tmp_path: Path, name: str) -> None:
    """Name, number, file and address lead to the same lab."""
    write_lab(tmp_path)
    write_lab(tmp_path, "lab2_chairs")
    assert find_lab(load_labs(tmp_path), name).number == 2


@pytest.mark.parametrize(
    ("name", "said"), [("chair", "Did you mean: chairs?"), ("", "Did you mean: lamps, chairs?"), ("9", "lamps, chairs")]
)
def test_an_unknown_lab_is_told_with_the_nearest(tmp_path: Path, name: str, said: str) -> None:
    """A name that is none is answered with those that are."""
    write_lab(tmp_path)
    write_lab(tmp_path, "lab2_chairs")
    with pytest.raises(UserMistake, match=r"There is no lab") as mistake:
        find_lab(load_labs(tmp_path), name)
    assert said in str(mistake.value)


def test_all_faults_are_told_at_once(tmp_path: Path) -> None:
    """A wrong name, missing metadata and a file that is no notebook: each with its path and what to do."""
    write_lab(tmp_path, "lab1_lamps", title="", minutes="ten")
    write_lab(tmp_path, "chairs")
    (tmp_path / "docs/labs/lab3_rugs.ipynb").write_text("{", encoding="utf-8")
    bare = write_lab(tmp_path, "lab4_desks")
    bare.write_text(json.dumps({"cells": [], "metadata": {}}), encoding="utf-8")
    with pytest.raises(CourseFault) as faults:
        load_labs(tmp_path)
    told = str(faults.value)
    assert "chairs.ipynb: The name of the lab is not like lab1_name.ipynb. Rename the file." in told
    assert "lab1_lamps.ipynb: The metadata `poolschool` of the notebook has no title, minutes." in told
    assert "lab3_rugs.ipynb: The file is no notebook that can be read." in told
    assert "lab4_desks.ipynb: The notebook has no metadata `poolschool`." in told


def test_sources_are_texts_however_they_are_saved() -> None:
    """Nbformat saves a source as a text or as lines."""
    assert source_text({"source": "a\nb"}) == source_text({"source": ["a\n", "b"]}) == "a\nb"
