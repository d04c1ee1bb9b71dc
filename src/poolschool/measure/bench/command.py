"""`poolschool bench`: the headline, or scenarios; told on the terminal, written as JSON and as a chart."""

import signal
import tempfile
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console

from poolschool.course.faults import UserMistake
from poolschool.measure.bench.plan import Plan

INTERRUPTED = "Interrupted. Nothing is left running, and nothing was written."


def bench(scenarios: Sequence[str], every: bool, plan: Plan, output: Path | None, as_json: bool = False) -> int:
    """Measure the headline, the named scenarios, or `every` one; write JSON and chart into the folder `output`.

    Exit code 1 if the headline met errors: its comparison is spoilt then. In a scenario they belong to the finding.
    """
    console = Console(stderr=as_json)
    if output is not None and output.exists() and not output.is_dir():
        raise UserMistake(f"{output} is a file. Name a folder for the JSON and the chart.")
    if scenarios and every:
        raise UserMistake("Name scenarios or say --all, not both.")
    if (scenarios or every) and (plan.flavour, plan.workers) != (Plan.flavour, Plan.workers):
        raise UserMistake("--flavour and --workers are the headline's: each scenario has its own. Leave them out.")
    if output is not None:
        _make_folder(output)
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)  # so that a bench that is ended cleans up, too
    try:
        return _scenarios(scenarios, plan, output, console, as_json) if scenarios or every else _headline(
            plan, output, console, as_json
        )  # fmt: skip
    except KeyboardInterrupt:
        console.print(INTERRUPTED)
        return 130
    finally:
        signal.signal(signal.SIGTERM, before)


def _headline(plan: Plan, output: Path | None, console: Console, as_json: bool) -> int:
    from poolschool.measure.bench.headline import measure
    from poolschool.measure.bench.headline_chart import chart
    from poolschool.measure.bench.headline_figures import report
    from poolschool.measure.bench.headline_words import words

    result = measure(plan, console)
    _tell(result.model_dump_json(indent=2), report(result), console, as_json)
    if output is not None:
        texts = {"headline.json": result.model_dump_json(indent=2) + "\n", "headline.svg": chart(result)}
        _write(output, texts | {"headline.txt": words(result)}, console)
    return 1 if any(store.failed for view in result.views for store in (view.without_pool, view.with_pool)) else 0


def _scenarios(names: Sequence[str], plan: Plan, output: Path | None, console: Console, as_json: bool) -> int:
    from poolschool.measure.bench.scenario_chart import chart
    from poolschool.measure.bench.scenario_figures import report
    from poolschool.measure.bench.scenario_run import measure
    from poolschool.measure.bench.scenarios import chosen

    result = measure(chosen(names), plan, console)
    _tell(result.model_dump_json(indent=2), report(result), console, as_json)
    if output is not None:
        _write(
            output,
            {"scenarios.json": result.model_dump_json(indent=2) + "\n", "scenarios.svg": chart(result)},
            console,
        )
    return 0


def _tell(as_text: str, table: object, console: Console, as_json: bool) -> None:
    if as_json:
        print(as_text)  # noqa: T201 - the command's output
    else:
        console.print(table)


def _make_folder(folder: Path) -> None:
    """Make the folder now, and try to write into it: a measurement takes minutes."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        raise UserMistake(f"{folder} cannot be written to ({error.strerror}). Name another folder.") from error


def _write(folder: Path, texts: dict[str, str], console: Console) -> None:
    for name, text in texts.items():
        (folder / name).write_text(text, encoding="utf-8")
        console.print(f"Written: {folder / name}")
