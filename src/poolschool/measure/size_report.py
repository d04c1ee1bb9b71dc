"""The answer of docs/assets/sizing/sizing.js, in the terminal."""

from typing import Any

from rich.console import Console
from rich.panel import Panel
from rich.table import Table

COLOURS = {"wrong": "red", "risk": "yellow", "fine": "green", "note": ""}
SIGNS = {"wrong": "✗", "risk": "!", "fine": "✓", "note": "•"}


def show(answer: dict[str, Any]) -> None:
    """Print the check, if there is one, and the advice, if there is a load."""
    out = Console()
    check, advice = answer["check"], answer["advice"]
    if check:
        _show_check(out, check)
    if advice and check:
        out.print()
        out.print("For this load:", highlight=False)
    if advice:
        _show_advice(out, advice, explained=bool(check))
    if advice and not check and not (advice["released"] and advice["impossible"]):
        _show_steps(out, advice["steps"])
        for remark in advice["remarks"]:
            _say(out, "note", remark)


def _show_check(out: Console, check: dict[str, Any]) -> None:
    colour = COLOURS[check["level"]]
    out.print(Panel(check["settings"], title=check["verdict"], border_style=colour), highlight=False)
    for finding in check["findings"]:
        _say(out, finding["level"], finding)


def _say(out: Console, level: str, said: dict[str, str]) -> None:
    """Print a finding or remark, with the lesson on it."""
    lesson = f" (Lesson: {said['see'].partition('_')[2].partition('_')[2]}.)" if said["see"] else ""
    text = f"{SIGNS[level]} {said['what'].replace('`', '')}{lesson}"
    out.print(text, style=COLOURS[level], markup=False, highlight=False)


def _show_advice(out: Console, advice: dict[str, Any], *, explained: bool) -> None:
    """Print the line that is advised, and what the database must have for it; `explained`: the check has said why."""
    released = advice["released"]
    if released:
        if not explained:
            out.print(Panel(released["what"], title="Release it first", border_style="yellow"), highlight=False)
        _show_line(out, released["before"], released["line"])
        if advice["impossible"]:
            out.print(f"As it is, it cannot be: {advice['impossible']}", markup=False, highlight=False)
            return
    elif advice["impossible"]:
        out.print(Panel(advice["impossible"], title="This cannot be", border_style="red"), highlight=False)
    _show_line(out, "If nothing can be released:" if released else advice["before"], advice["line"])
    out.print(advice["budget"]["what"], style="red" if advice["budget"]["over"] else "", highlight=False)


def _show_line(out: Console, before: str, line: str) -> None:
    if before:
        out.print(before, highlight=False)
    out.print(line, style="bold", markup=False, highlight=False, soft_wrap=True)


def _show_steps(out: Console, steps: list[dict[str, str]]) -> None:
    table = Table(box=None, pad_edge=False)
    for title in ("by hand", "formula", "with your numbers", "source"):
        table.add_column(title, overflow="fold")
    for step in steps:
        table.add_row(step["name"], step["formula"], step["numbers"], step["source"])
    out.print(table, highlight=False)
