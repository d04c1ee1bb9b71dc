"""`poolschool lab`: list the labs, open one in JupyterLab, or run it and say what changed.

A learner's copy lies in .poolschool/labs, so that what they change there changes no page of the course.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from importlib.util import find_spec
from pathlib import Path

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
from rich.prompt import Confirm
from rich.table import Table

from poolschool.course.faults import UserMistake
from poolschool.course.files import keep_copy
from poolschool.course.labs import Lab, code_digest, find_lab, load_labs, read_notebook
from poolschool.course.lessons import find_root
from poolschool.measure.labs.run import changes, execute, findings, marked

JUPYTERLAB = "jupyterlab>=4.4,<5"  # as the extra `lab` of pyproject.toml
SIZE = "about 100 MB"


def lab(name: str | None, *, listing: bool, run: bool, quick: bool, renew: bool, yes: bool) -> int:
    """Do what was asked with the lab `name`; without one, list the labs."""
    root = find_root()
    labs = load_labs(root)
    console = Console()
    if name is None or listing:
        if run or renew or quick:
            raise UserMistake("Which lab? Name one: poolschool lab --list")
        console.print(_table(labs))
        return 0
    chosen = find_lab(labs, name)
    if quick and renew:
        raise UserMistake("The course's labs show full runs. Leave --quick or --renew out.")
    if quick and not run:
        raise UserMistake("--quick is a size of a run. Add --run.")
    if run:
        return run_lab(root, chosen, console, quick=quick, renew=renew)
    if renew:
        raise UserMistake("--renew writes what a run found. Add --run.")
    return open_lab(root, chosen, console, yes=yes)


def open_lab(root: Path, chosen: Lab, console: Console, *, yes: bool) -> int:
    """Open the learner's copy in JupyterLab until it is closed; install JupyterLab first if they say so."""
    copy = _copy(root, chosen)
    if find_spec("jupyterlab") is None:
        _install(console, chosen, yes=yes)
    _trust(copy)
    console.print(f"Your copy: {_short(copy, root)}. Ctrl-C here closes JupyterLab.", highlight=False)
    root_too = ["--allow-root"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []  # as in many containers
    command = [sys.executable, "-m", "jupyterlab", *root_too, str(copy)]
    try:
        return subprocess.run(command, cwd=copy.parent, check=False).returncode
    except KeyboardInterrupt:
        return 130


def run_lab(root: Path, chosen: Lab, console: Console, *, quick: bool, renew: bool) -> int:
    """Run a lab from its first cell to its last and say which findings read differently from the course's."""
    import nbformat

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("cell {task.completed} of {task.total}"),
        TimeElapsedColumn(),
    )
    with tempfile.TemporaryDirectory() as folder, Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task(chosen.title, total=None)
        try:
            result = execute(
                chosen,
                quick=quick,
                folder=Path(folder),
                progress=lambda done, total: bar.update(task, completed=done, total=total),
            )
        except KeyboardInterrupt:
            console.print("Interrupted. Nothing was written.")
            return 130
    result.metadata["poolschool"]["ran"] = code_digest(result)
    target = chosen.notebook if renew else _place(root, chosen)
    before, now = findings(read_notebook(chosen.notebook)), findings(result)
    target.parent.mkdir(parents=True, exist_ok=True)
    if not renew and target.is_file():
        kept = keep_copy(root, target.stem, target)
        console.print(f"Your notebook is kept as {kept.as_posix()}.", highlight=False)
    target.write_text(nbformat.writes(result) + "\n", encoding="utf-8")
    console.print(_report(chosen, before, now), f"Written: {_short(target, root)}", sep="\n", highlight=False)
    return 0


def _report(chosen: Lab, before: list[str], now: list[str]) -> str:
    differ = changes(before, now)
    lines = [f"[bold]{escape(chosen.title)}[/]"]
    for old, new in differ:
        words = escape(new.replace("**", "")), escape(old.replace("**", ""))
        lines += [
            "",
            f"  the course  {words[1]}",
            f"  your run    {marked(words[1], words[0], lambda text: f'[bold yellow]{text}[/]')}",
        ]
    same = len(now) - len([new for _, new in differ if new])
    lines += ["", f"{len(differ)} of {len(now)} findings read differently on this machine, {same} are the same."]
    return "\n".join(lines)


def _install(console: Console, chosen: Lab, *, yes: bool) -> None:
    """Install JupyterLab into this environment, once the user has said yes; raise UserMistake if not."""
    command = [sys.executable, "-m", "pip", "install", "--disable-pip-version-check", JUPYTERLAB]
    shown = f'{sys.executable} -m pip install "{JUPYTERLAB}"'
    console.print(
        f"JupyterLab is not installed. It is {SIZE} and comes from your package index:\n  {shown}",
        highlight=False,
        soft_wrap=True,
    )
    if not yes and not (sys.stdin.isatty() and Confirm.ask("Install it now?", console=console, default=True)):
        raise UserMistake(
            f"Nothing was installed. Read the lab on its page, or run it without JupyterLab: poolschool lab {chosen.name} --run"
        )
    if subprocess.run(command, check=False).returncode or not _is_there():
        raise UserMistake(f"JupyterLab was not installed; pip says above why. Try it yourself: {shown}")


def _trust(copy: Path) -> None:
    """Sign a copy of the course's notebook: JupyterLab shows no drawing of one that it does not trust."""
    import nbformat
    from nbformat.sign import NotebookNotary

    NotebookNotary().sign(nbformat.read(copy, as_version=4))


def _is_there() -> bool:
    return subprocess.run([sys.executable, "-c", "import jupyterlab"], capture_output=True, check=False).returncode == 0


def _place(root: Path, chosen: Lab) -> Path:
    return root / ".poolschool" / "labs" / chosen.notebook.name


def _copy(root: Path, chosen: Lab) -> Path:
    """Give the learner's copy, made from the course's if there is none yet."""
    place = _place(root, chosen)
    if not place.exists():
        place.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(chosen.notebook, place)
    return place


def _short(path: Path, root: Path) -> str:
    return path.relative_to(root).as_posix()


def _table(labs: tuple[Lab, ...]) -> Table | str:
    if not labs:
        return "This course has no labs."
    table = Table("lab", "what it asks", "lessons", title="Labs: measured on your machine")
    for one in labs:
        table.add_row(one.name, escape(one.question), ", ".join(one.lessons))
    table.caption = "poolschool lab NAME opens one in JupyterLab, poolschool lab NAME --run runs it"
    return table
