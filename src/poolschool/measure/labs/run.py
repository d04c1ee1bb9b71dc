"""Execute a lab's notebook on this machine's PostgreSQL, and hold what it found to what the course's copy says."""

import copy
import os
import subprocess
from collections.abc import Callable
from difflib import SequenceMatcher
from pathlib import Path
from typing import Any

from poolschool.course.faults import UserMistake
from poolschool.course.labs import FINDING, Lab, as_text, source_text
from poolschool.database.running import server

PARAMETERS = "parameters"  # the tag of the cell whose values `quick` replaces
CELL_SECONDS = 600
URL = "POOLSCHOOL_DATABASE_URL"
Notebook = Any  # nbformat's node: a dictionary whose keys are attributes as well


def execute(
    lab: Lab, *, quick: bool = False, folder: Path, progress: Callable[[int, int], None] = lambda *_: None
) -> Notebook:
    """Give the notebook with the outputs of a run in `folder`; `quick` takes the lab's small sizes.

    `progress` is told how many of how many cells are done. Raises UserMistake for a cell that fails, or without a PostgreSQL.
    """
    import nbformat
    from nbclient import NotebookClient
    from nbclient.exceptions import CellExecutionError, DeadKernelError

    notebook = nbformat.read(lab.notebook, as_version=4)
    cells = notebook.cells
    if quick:
        notebook.cells = _with_quick(cells, lab.quick)
    total, done = len(notebook.cells), 0

    def next_cell(**place: Any) -> None:
        nonlocal done
        done = place["cell_index"] + 1
        progress(done, total)

    with server() as url:
        environment = os.environ | {
            URL: url,
            "PYDEVD_DISABLE_FILE_VALIDATION": "1",
            "IPYTHONDIR": str(folder / ".ipython"),
        }
        environment["MPLBACKEND"] = "svg"
        client = NotebookClient(
            notebook, timeout=CELL_SECONDS, kernel_name="python3", on_cell_start=next_cell,
            resources={"metadata": {"path": str(folder)}},
        )  # fmt: skip
        try:
            client.execute(env=environment, stderr=None if os.environ.get("POOLSCHOOL_DEBUG") else subprocess.DEVNULL)
        except CellExecutionError as problem:
            words = f"{problem.ename}: {problem.evalue}".strip().splitlines()[0]
            raise UserMistake(
                f"Cell {done} of {lab.notebook.name} failed: {words}. Open it and run that cell: poolschool lab {lab.name}"
            ) from None
        except (DeadKernelError, TimeoutError) as problem:
            raise UserMistake(
                f"Cell {done} of {lab.notebook.name} did not end: {problem}. Run `poolschool doctor`."
            ) from None
    notebook.cells = [cell for cell in notebook.cells if cell.id != "quick"]
    return tidy(notebook)


def tidy(notebook: Notebook) -> Notebook:
    """Leave out what differs from run to run and says nothing: counters, times, versions of the kernel."""
    notebook = copy.deepcopy(notebook)
    for cell in notebook.cells:
        cell.metadata.pop("execution", None)
        if cell.cell_type == "code":
            cell.execution_count = None
            for output in cell.outputs:
                if "execution_count" in output:
                    output.execution_count = None
    notebook.metadata.language_info = {"name": "python"}
    return notebook


def findings(notebook: Notebook) -> list[str]:
    """Give the sentences that a run computed, in their order."""
    return [
        as_text(output["data"]["text/markdown"])
        for cell in notebook["cells"]
        for output in cell.get("outputs", ())
        if output.get("metadata", {}).get("poolschool") == FINDING
    ]


def changes(before: list[str], now: list[str]) -> list[tuple[str, str]]:
    """Pair the findings of two runs that read differently; what one of them does not have is empty."""
    long = max(len(before), len(now))
    pairs = zip([*before, *[""] * (long - len(before))], [*now, *[""] * (long - len(now))], strict=True)
    return [(old, new) for old, new in pairs if old != new]


def marked(old: str, new: str, mark: Callable[[str], str]) -> str:
    """Give the new sentence with the words marked that the old one does not have."""
    words, others = new.split(" "), old.split(" ")
    pieces = []
    for kind, _, _, start, end in SequenceMatcher(None, others, words, autojunk=False).get_opcodes():
        if start < end:
            text = " ".join(words[start:end])
            pieces.append(text if kind == "equal" else mark(text))
    return " ".join(pieces)


def _with_quick(cells: list[Notebook], values: dict[str, Any]) -> list[Notebook]:
    """Put a cell with other values behind the one that is tagged `parameters`."""
    from nbformat.v4 import new_code_cell

    source = "\n".join(f"{name} = {value!r}" for name, value in values.items())
    place = next((number for number, cell in enumerate(cells) if PARAMETERS in cell.metadata.get("tags", ())), None)
    if place is None:
        raise UserMistake("The lab has no cell tagged `parameters`, so it has no small size. Add one.")
    names = source_text(cells[place])
    unknown = [name for name in values if f"{name} =" not in names]
    if unknown:
        raise UserMistake(
            f"The lab's `quick` sets {', '.join(unknown)}, which its parameters do not. Correct one of them."
        )
    return [*cells[: place + 1], new_code_cell(source, id="quick"), *cells[place + 1 :]]
