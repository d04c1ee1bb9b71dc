"""`poolschool inspect`: what will go wrong with a service's connections."""

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from poolschool.course.faults import UserMistake
from poolschool.measure.inspect.database import read_database
from poolschool.measure.inspect.engines import engines_of, read_engine, server_of
from poolschool.measure.inspect.facts import THREADS, DatabaseFacts, EndpointFacts, Facts
from poolschool.measure.inspect.rules.table import findings
from poolschool.measure.inspect.target import Target, load
from poolschool.measure.inspect.words import as_json, as_text
from poolschool.measure.inspect.workers import read_server

SERVERLESS = ("AWS_LAMBDA_FUNCTION_NAME", "VERCEL", "K_SERVICE", "FUNCTIONS_WORKER_RUNTIME")


@dataclass(frozen=True)
class Asked:
    """What a user knows and no file tells."""

    workers: int | None = None  # processes on each host
    hosts: int = 1
    client_timeout: float | None = None  # seconds
    offline: bool = False  # no connection is opened


def inspect(target: str | None, asked: Asked, as_data: bool = False, site: str = "http://127.0.0.1:8000") -> int:
    """Print findings; exit code 1 if there are any, 0 and silence if there are none.

    Raises UserMistake for a target that cannot be read and for a database that does not answer.
    """
    folder = Path.cwd()
    found = load(target, folder)
    facts = read(found, asked, folder, os.environ)
    problems, notes = findings(facts), notes_of(facts)
    if as_data:
        print(as_json(facts, problems, notes, site))  # noqa: T201 - the command's output
    elif problems:
        print(as_text(facts, problems, site))  # noqa: T201
    for note in () if as_data else notes:
        print(note, file=sys.stderr)  # noqa: T201
    return 1 if problems else 0


def read(target: Target, asked: Asked, folder: Path, environment: Mapping[str, str]) -> Facts:
    """Read all facts of a target; opens at most one connection to each server."""
    engines = dict(target.engines)
    endpoints: tuple[EndpointFacts, ...] = ()
    threads = THREADS
    if target.app is not None:
        from poolschool.measure.inspect.routes import functions_of, read_endpoints, thread_tokens

        engines = engines_of(target.app, functions_of(target.app))
        endpoints, threads = read_endpoints(target.app, engines), thread_tokens(target.app)
    for name, engine in engines.items():
        if "@" in (engine.url.host or ""):
            raise UserMistake(f"{name}: the password in its address has an @, which ends it there. Write %40 for @.")
    databases: dict[str, DatabaseFacts] = {}
    facts = [read_engine(name, engine) for name, engine in engines.items()]  # before anything is opened
    for engine in () if asked.offline else engines.values():
        where = server_of(engine)
        if engine.url.get_backend_name() == "postgresql" and where not in databases:
            databases[where] = read_database(engine)
    return Facts(
        target=target.name,
        engines=tuple(facts),
        endpoints=endpoints,
        is_app=target.app is not None,
        threads=threads,
        server=read_server(folder, environment, asked.workers, asked.hosts),
        databases=databases,
        client_timeout=asked.client_timeout,
        serverless=any(environment.get(name) for name in SERVERLESS),
    )


def notes_of(facts: Facts) -> list[str]:
    """Say what could not be read, so that silence is not taken for more than it is."""
    notes = []
    if "--workers" in facts.server.source and not facts.server.source.startswith("--"):
        notes.append(f"{facts.server.source}.")
    if facts.is_app and not facts.engines:
        notes.append(
            "No engine was found, so nothing is known of its pool: one that the lifespan makes does not exist before the server starts. Let a function make it, call that in the lifespan, and inspect it as well: module:make_engine()."
        )
    notes += [
        f"{one.name}: of {one.backend} only the pool's settings were read, nothing of its server."
        for one in facts.engines
        if one.backend not in ("postgresql", "sqlite")
    ]
    return notes
