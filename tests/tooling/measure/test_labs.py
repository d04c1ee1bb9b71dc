"""The labs' machinery: drawings that follow the page, a command that says what changed, and clear words when a part is missing."""

import io
import json
import re
import sys
from pathlib import Path
from xml.etree import ElementTree

import nbformat
import pytest
from fake_course import make_course

from poolschool.course.faults import UserMistake
from poolschool.course.labs import load_labs
from poolschool.course.lessons import find_root
from poolschool.measure.labs import command
from poolschool.measure.labs.charts import bars, lines, pairs
from poolschool.measure.labs.command import lab
from poolschool.measure.labs.incidents import FAULTS, incident, symptom
from poolschool.measure.labs.run import changes, marked
from poolschool.measure.labs.theme import SERIES, VARIABLES, themed_svg

ROOT = find_root(Path(__file__).parent)
CHARTS = {
    "bars": bars({"with a pool": 0.3, 'a "new" one & more': 12.0}, "ms"),
    "lines": lines({"A": {"one": ([1, 2], [3, 4]), "two": ([1, 2], [4, 1])}, "B": {"": ([1, 2], [0, 9])}}, x="size", y="ms"),
    "pairs": pairs({"5 + 0": (1.0, 2.0), "1 + 0": (30.0, 20.0)}, ("real", "simulated"), x="ms", log=True),
}  # fmt: skip
CELLS = (
    ("markdown", "# Lamps\n\n**Is it?**"),
    ("code", "TIMES = 1000  # of them", "parameters"),
    ("code", "from poolschool.measure.labs.show import say\nsay(f'It is **{2 * TIMES}** ms, as before.')"),
)


@pytest.fixture
def course(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Make a course of two lessons and one lab whose committed run found 2,000 ms."""
    root = make_course(tmp_path)
    monkeypatch.setenv("POOLSCHOOL_ROOT", str(root))
    write_lab(root, *CELLS)
    return root


def write_lab(root: Path, *cells: tuple[str, ...]) -> Path:
    """Write the lab with its cells: kind, source, tags; the last one shows what a run with 1,000 found."""
    made = []
    for kind, source, *tags in cells:
        cell = nbformat.v4.new_markdown_cell(source) if kind == "markdown" else nbformat.v4.new_code_cell(source)
        cell.metadata.tags = tags
        made.append(cell)
    made[-1].outputs = [
        nbformat.v4.new_output(
            "display_data", {"text/markdown": "It is **2000** ms, as before."}, metadata={"poolschool": "finding"}
        )
    ]
    matter = {"title": "Lamps", "description": "Lamps, measured.", "question": "How long?", "minutes": 5}
    matter |= {"lessons": ["lamps"], "quick": {"TIMES": 3}}
    path = root / "docs/labs/lab1_lamps.ipynb"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(
        nbformat.writes(nbformat.v4.new_notebook(cells=made, metadata={"poolschool": matter})), encoding="utf-8"
    )
    return path


def ask(name: str | None, **wishes: bool) -> int:
    """Call the command with the options that are not named left out."""
    return lab(name, **{option: wishes.get(option, False) for option in ("listing", "run", "quick", "renew", "yes")})


@pytest.mark.parametrize("name", CHARTS)
def test_a_drawing_follows_the_page(name: str) -> None:
    """Colours are the site's variables, texts stay texts, nothing comes from elsewhere, and the words are an attribute."""
    words = 'Bars: "with a pool" is < 1 ms & short.'
    svg = themed_svg(CHARTS[name], words)
    root = ElementTree.fromstring(svg)
    assert root.attrib["role"] == "img"
    assert root.attrib["aria-label"] == words
    assert "width" not in root.attrib
    assert root.attrib["viewBox"].startswith("0 0 360")
    bare = svg
    for colour, variable in VARIABLES.items():
        bare = bare.replace(f"var(--ps-{variable},{colour})", "")
    assert set(re.findall(r"#[0-9a-f]{6}\b", bare)) <= {"#000000"}  # a clip path's own, which nobody sees
    assert f"var(--ps-{'soft' if name == 'pairs' else 'ink'}," in svg
    assert f"var(--ps-link,{SERIES[0]})" in svg
    texts = [text for text in root.itertext() if text.strip()]
    assert len(texts) >= 2
    assert not re.search(r"(?:href|src)=\"(?!#)", svg)
    assert "<style" not in svg
    assert "\n" not in svg
    assert len(svg) < 30_000


def test_ids_are_unique_on_a_page() -> None:
    """Two drawings on one page share no id, and every reference finds its own."""
    drawings = [themed_svg(chart, "A drawing among others.") for chart in CHARTS.values()]
    ids = [name for svg in drawings for name in re.findall(r'\bid="([^"]+)"', svg)]
    assert len(ids) == len(set(ids))
    for svg in drawings:
        own = set(re.findall(r'\bid="([^"]+)"', svg))
        assert set(re.findall(r'(?:url\(|href=")#([\w-]+)', svg)) <= own


def test_lines_are_told_apart_without_colour() -> None:
    """Each line of a panel has a dash and a mark of its own."""
    svg = themed_svg(CHARTS["lines"], "Two panels, the first with two lines.")
    assert "stroke-dasharray" in svg
    assert len(set(re.findall(r'<use href="#(\w+)"', svg))) >= 2


def test_the_list_names_every_lab(course: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Without a name, and with --list, the command shows what there is."""
    assert ask(None) == ask("lamps", listing=True) == 0
    said = capsys.readouterr().out
    assert said.count("How long?") == 2
    for path in (course / "docs/labs").iterdir():
        path.unlink()
    assert ask(None) == 0
    assert "no labs" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("name", "wishes", "told"),
    [
        ("rugs", {}, "There is no lab 'rugs'. Did you mean: lamps?"),
        (None, {"run": True}, "Which lab? Name one: poolschool lab --list"),
        ("lamps", {"quick": True}, "--quick is a size of a run. Add --run."),
        ("lamps", {"renew": True}, "--renew writes what a run found. Add --run."),
        ("lamps", {"run": True, "quick": True, "renew": True}, "The course's labs show full runs."),
    ],
)
def test_a_wish_that_cannot_be_met_is_told(course: Path, name: str | None, wishes: dict[str, bool], told: str) -> None:
    """An unknown lab, or options that do not go together, are said in words."""
    assert course
    with pytest.raises(UserMistake, match=re.escape(told)):
        ask(name, **wishes)


def test_a_run_says_what_changed(course: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The course's finding and this run's stand below each other; the course's notebook stays, the run lies in .poolschool."""
    committed = (course / "docs/labs/lab1_lamps.ipynb").read_bytes()
    assert ask("lamps", run=True, quick=True) == 0
    said = " ".join(capsys.readouterr().out.split())
    assert "the course It is 2000 ms, as before. your run It is 6 ms, as before." in said
    assert "1 of 1 findings read differently on this machine, 0 are the same." in said
    assert (course / "docs/labs/lab1_lamps.ipynb").read_bytes() == committed
    result = json.loads((course / ".poolschool/labs/lab1_lamps.ipynb").read_text(encoding="utf-8"))
    assert [cell["cell_type"] for cell in result["cells"]] == [
        "markdown",
        "code",
        "code",
    ]  # the small sizes are not kept
    assert all(cell.get("execution_count") is None for cell in result["cells"])
    assert ask("lamps", run=True, renew=True) == 0
    assert "0 of 1 findings read differently on this machine, 1 are the same." in " ".join(
        capsys.readouterr().out.split()
    )
    (renewed,) = load_labs(course)
    assert renewed.quick == {"TIMES": 3}


def test_a_cell_that_fails_is_named(course: Path) -> None:
    """The number of the cell, the error and how to look at it; no traceback."""
    write_lab(course, *CELLS[:2], ("code", "{}['lamp']"))
    with pytest.raises(
        UserMistake,
        match=r"^Cell 3 of lab1_lamps\.ipynb failed: KeyError: 'lamp'\. Open it and run that cell: poolschool lab lamps$",
    ):
        ask("lamps", run=True)


def test_small_sizes_have_to_be_the_labs_own(course: Path) -> None:
    """A lab without a cell of parameters, or with other names in it, says so."""
    write_lab(course, CELLS[0], CELLS[2])
    with pytest.raises(UserMistake, match="has no cell tagged `parameters`"):
        ask("lamps", run=True, quick=True)
    write_lab(course, CELLS[0], ("code", "OTHER = 1", "parameters"), CELLS[2])
    with pytest.raises(UserMistake, match="`quick` sets TIMES, which its parameters do not"):
        ask("lamps", run=True, quick=True)


def test_without_a_postgresql_the_way_out_is_told(course: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An address where nobody answers is named before anything runs."""
    assert course
    monkeypatch.setenv("POOLSCHOOL_DATABASE_URL", "postgresql://shop:secret@127.0.0.1:1/store")
    with pytest.raises(UserMistake, match=r"POOLSCHOOL_DATABASE_URL names 127\.0\.0\.1:1/store, which cannot be used"):
        ask("lamps", run=True)


def test_jupyterlab_is_not_installed_unasked(
    course: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The command says what it would install; without a terminal to ask it does nothing, and tells what works without."""
    monkeypatch.setattr(command, "find_spec", lambda _: None)
    monkeypatch.setattr(sys, "stdin", io.StringIO())
    with pytest.raises(UserMistake, match=r"Nothing was installed\..*poolschool lab lamps --run"):
        ask("lamps")
    said = capsys.readouterr().out
    assert "JupyterLab is not installed." in said
    assert 'pip install "jupyterlab>=4.4,<5"' in said
    assert (course / ".poolschool/labs/lab1_lamps.ipynb").is_file()


def test_the_extra_is_what_the_command_installs() -> None:
    """pyproject.toml and the command name the same JupyterLab, and the lock has none."""
    assert f'lab = ["{command.JUPYTERLAB}"]' in (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    assert "\njupyterlab==" not in (ROOT / ".ci/requirements.lock").read_text(encoding="utf-8")


def test_what_changed_is_marked() -> None:
    """Findings are paired in their order; words that are new are marked."""
    assert changes(["a", "b"], ["a", "c", "d"]) == [("b", "c"), ("", "d")]
    assert marked("it is 2 ms", "it is 3 ms", lambda text: f"[{text}]") == "it is [3] ms"


# What the numbers with each fault have to be, given those and the most connections that were in use with it.
SHOWS = {
    "connects_every_request": lambda after, _: after.opened >= after.answered * 0.8 > 0,
    "leaks_on_an_error": lambda after, most: most >= after.errors > 0,
    "holds_while_streaming": lambda after, _: min(after.holds) < 80 < 500 <= max(after.holds),
    "sync_engine_in_async_def": lambda after, most: after.answered > 0 and most == 1,
    "session_kept_over_a_slow_call": lambda after, _: min(after.holds[20:]) >= 80,
    "pool_larger_than_the_database_allows": lambda after, _: after.errors > 0,
}


@pytest.mark.quiet
@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_shows_in_its_metrics(fault: str) -> None:
    """The numbers that the labs' answers name are those that the fault changes; counts, not times."""
    from poolschool.database.running import running_url

    run = incident(running_url(), fault, 3.0)
    assert run.before.answered > 10
    assert run.before.errors == 0
    turn = next(i for i, at in enumerate(run.at) if at > 1.2)
    assert SHOWS[fault](run.after, max(run.in_use[turn:])), run.after
    assert symptom(run)[:40]
