"""The `poolschool` command: one line per command, grouped by who it is for; the work is done elsewhere.

Bodies import lazily: `poolschool hint` must not pay for the load generator.
"""

import enum
import io
import sys
from pathlib import Path
from typing import Annotated

import typer

from poolschool.cli.options import http_address
from poolschool.cli.teach import teach_app
from poolschool.course.faults import CourseFault, UserMistake

LEARN, MAINTAIN = "Learn", "Maintain"


class Flavour(enum.StrEnum):
    """How a store's endpoints are written."""

    sync = "sync"
    asynchronous = "async"


def _leave(code: int, **_: object) -> None:
    """Make a command's return value the exit code."""
    raise typer.Exit(code)


app = typer.Typer(
    result_callback=_leave,
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode="rich",
    pretty_exceptions_enable=False,
    help="Break, measure and fix a real connection pool.",
)
database_app = typer.Typer(no_args_is_help=True, help="The course's own PostgreSQL: start, stop, address, psql.")
app.add_typer(database_app, name="db", rich_help_panel=LEARN)

Topic = Annotated[str | None, typer.Argument(help="A lesson's topic, e.g. leaks.", show_default=False)]
OneTopic = Annotated[str, typer.Argument(help="A lesson's topic, e.g. leaks.")]


@app.command(rich_help_panel=LEARN)
def serve(port: Annotated[int, typer.Option(min=1, max=65535, help="Port on 127.0.0.1.")] = 8000) -> int:
    """Build the site if needed and serve it on this machine."""
    from poolschool.site.serve import serve

    return serve(port)


@app.command(rich_help_panel=LEARN)
def check(
    topics: Annotated[
        list[str] | None, typer.Argument(metavar="[TOPIC]…", help="Lessons; all if none is named.", show_default=False)
    ] = None,
    watch: Annotated[bool, typer.Option("--watch", "-w", help="Grade again each time a file is saved.")] = False,
) -> int:
    """Grade your exercises, as `pytest exercises` does."""
    from poolschool.learner.check import check

    return check(topics, watch)


@app.command(rich_help_panel=LEARN)
def hint(topic: Topic = None) -> int:
    """Show a hint for the first open task."""
    from poolschool.learner.hint import hint

    return hint(topic)


@app.command(rich_help_panel=LEARN)
def reset(topic: OneTopic, yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False) -> int:
    """Put an exercise back as it was issued; your file is kept aside."""
    from poolschool.learner.reset import reset

    return reset(topic, yes)


@app.command(rich_help_panel=LEARN)
def quiz(
    topic: OneTopic,
    seed: Annotated[int | None, typer.Option(help="Shuffle the options by this seed.", show_default=False)] = None,
) -> int:
    """Answer a lesson's questions in the terminal."""
    from poolschool.learner.quiz import run_quiz

    return run_quiz(topic, seed)


@app.command(rich_help_panel=LEARN)
def bench(
    scenarios: Annotated[
        list[str] | None,
        typer.Argument(metavar="[SCENARIO]…", help="E.g. leaking; the headline if none is named.", show_default=False),
    ] = None,
    every: Annotated[bool, typer.Option("--all", help="All scenarios.")] = False,
    users: Annotated[int, typer.Option(min=1, max=1000, help="Shoppers.")] = 300,
    seconds: Annotated[float, typer.Option(min=1, max=600, help="Length of one measured round, in seconds.")] = 6.0,
    rounds: Annotated[int, typer.Option(min=1, max=20, help="Rounds of each store.")] = 3,
    flavour: Annotated[Flavour, typer.Option(help="Endpoints of the headline's store.")] = Flavour.sync,
    workers: Annotated[int, typer.Option(min=1, max=2, help="Processes of the headline's store.")] = 2,
    output: Annotated[Path | None, typer.Option(help="Folder for the JSON and the chart.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON in place of tables.")] = False,
) -> int:
    """Measure the store on a real PostgreSQL: with and without a pool, or in scenarios."""
    from poolschool.measure.bench.command import bench
    from poolschool.measure.bench.plan import Plan

    return bench(scenarios or (), every, Plan(users, seconds, rounds, workers, flavour.value), output, as_json)


@app.command(rich_help_panel=LEARN)
def size(
    rate: Annotated[float, typer.Option(help="Requests per second that use the database, all processes together.")],
    hold: Annotated[float, typer.Option(help="How long a request holds its connection, in ms.")],
    spread: Annotated[float, typer.Option(help="Standard deviation of that ÷ its mean; 0 constant, 1 usual.")] = 1,
    processes: Annotated[int, typer.Option(help="Processes on each host; each has a pool of its own.")] = 1,
    hosts: Annotated[int, typer.Option(help="Machines or containers.")] = 1,
    max_connections: Annotated[int, typer.Option(help="max_connections of the database.")] = 100,
    reserved: Annotated[int, typer.Option(help="Of these for others.")] = 3,
    wait: Annotated[float, typer.Option(help="The p95 wait you accept, in ms.")] = 50,
    cores: Annotated[int, typer.Option(help="Cores of the database server, 0 if not known.")] = 0,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> int:
    """Say how large a service's pools should be, and why."""
    from poolschool.measure.size import size

    wish = {"rate": rate, "hold": hold, "spread": spread, "processes": processes, "hosts": hosts}
    wish |= {"max_connections": max_connections, "reserved": reserved, "wait": wait, "cores": cores}
    return size(wish, as_json)


@app.command(rich_help_panel=LEARN)
def inspect(
    target: Annotated[
        str | None,
        typer.Argument(
            help="module:app, module:engine, module:make_app(), a database's address; nothing: $DATABASE_URL.",
            show_default=False,
        ),
    ] = None,
    workers: Annotated[int | None, typer.Option(min=1, help="Processes on each host.", show_default=False)] = None,
    hosts: Annotated[int, typer.Option(min=1, help="Machines or containers.")] = 1,
    client_timeout: Annotated[
        float | None, typer.Option(min=0, help="After how many seconds clients give up.", show_default=False)
    ] = None,
    offline: Annotated[bool, typer.Option("--offline", help="Open no connection.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
    site: Annotated[
        str, typer.Option(metavar="URL", callback=http_address, help="Where the links lead.")
    ] = "http://127.0.0.1:8000",
) -> int:
    """Say what will go wrong with your own service's connections.

    It imports the target, reads settings, changes nothing, and opens one connection at most. Exit code 1 with findings.
    """
    from poolschool.measure.inspect.command import Asked, inspect

    return inspect(target, Asked(workers, hosts, client_timeout, offline), as_json, site)


@app.command(rich_help_panel=LEARN)
def explain(
    file: Annotated[Path, typer.Argument(metavar="[FILE|-]", help="A log; - or nothing: what is piped in.")] = Path(
        "-"
    ),
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> int:
    """Say which errors of pools a log or a pasted text has, their likeliest cause, and the cure."""
    from poolschool.errors.terminal import explain

    return explain(file, as_json)


@app.command(rich_help_panel=LEARN)
def compare(
    seconds: Annotated[float, typer.Option(min=1, max=600, help="Length of each run, in seconds.")] = 15.0,
    output: Annotated[Path | None, typer.Option(help="File for the results, as JSON.")] = None,
) -> int:
    """Hold the simulator to real pools on PostgreSQL, setting by setting."""
    from poolschool.measure.compare import compare

    return compare(seconds, output)


@app.command(rich_help_panel=LEARN)
def lab(
    name: Annotated[str | None, typer.Argument(help="A lab's name, e.g. pool_size.", show_default=False)] = None,
    listing: Annotated[bool, typer.Option("--list", help="List all labs with their questions.")] = False,
    run: Annotated[bool, typer.Option("--run", help="Run it here and say what changed.")] = False,
    quick: Annotated[bool, typer.Option("--quick", help="Run it in its small size: seconds, and rough.")] = False,
    renew: Annotated[bool, typer.Option("--renew", help="Write the run into docs/labs, for maintainers.")] = False,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Install JupyterLab without asking.")] = False,
) -> int:
    """Open a lab in JupyterLab, or run it: notebooks that measure on your machine."""
    from poolschool.measure.labs.command import lab

    return lab(name, listing=listing, run=run, quick=quick, renew=renew, yes=yes)


@app.command(rich_help_panel=LEARN)
def doctor() -> int:
    """Say what works on this machine, what does not, and what to do."""
    from poolschool.learner.doctor import doctor

    return doctor()


@database_app.command("start")
def database_start() -> int:
    """Start it and keep it running until `poolschool db stop`."""
    from poolschool.database.running import start

    return start()


@database_app.command("stop")
def database_stop() -> int:
    """Stop it, whoever uses it."""
    from poolschool.database.running import stop

    return stop()


@database_app.command("url")
def database_url() -> int:
    """Print its address for SQLAlchemy, starting it if needed."""
    from poolschool.database.running import print_url

    return print_url()


@database_app.command("psql", context_settings={"allow_extra_args": True, "ignore_unknown_options": True})
def database_psql(context: typer.Context) -> int:
    """Open psql on it; further words go to psql."""
    from poolschool.database.running import psql

    return psql(context.args)


app.registered_commands += teach_app.registered_commands


@app.command(rich_help_panel=MAINTAIN)
def lint() -> int:
    """Name every mistake in pages and quiz files, with file and line."""
    from poolschool.site.course_html import lint

    return lint()


@app.command(rich_help_panel=MAINTAIN)
def schema(path: Annotated[Path, typer.Argument(help="Where to write it.")]) -> int:
    """Write the JSON Schema of quiz files, for editors."""
    from poolschool.quiz.schema import write_schema

    return write_schema(path)


def main() -> None:
    """Run a command; a user's mistake (exit 2) or an author's (exit 1) is said in words, never with a traceback."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # a terminal may know fewer signs than we write
    try:
        app()
    except (UserMistake, CourseFault) as mistake:
        from poolschool.grading.words import printable

        sys.stderr.write(f"{printable(str(mistake))}\n")  # it may name a file that a student named
        sys.exit(2 if isinstance(mistake, UserMistake) else 1)
    except ModuleNotFoundError as missing:
        if not missing.name or missing.name.startswith("poolschool"):
            raise
        sys.stderr.write(
            f"This command is part of the course and needs {missing.name}, which is not installed here. "
            "`pip install 'poolschool[course]'` brings it; explain, inspect and size work without.\n"
        )
        sys.exit(2)
