"""TARGET: `module:name`, a database's address, or nothing; imported as a server imports it."""

import importlib
import os
import sys
import traceback
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, redirect_stdout
from dataclasses import dataclass, field
from pathlib import Path
from threading import Timer
from typing import TYPE_CHECKING, Any, TypeGuard

from sqlalchemy import Engine, create_engine, make_url
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import create_async_engine

from poolschool.course.faults import UserMistake
from poolschool.measure.inspect.names import is_own_file
from poolschool.measure.inspect.openings import engine_of
from poolschool.measure.inspect.secrets import without_passwords

if TYPE_CHECKING:
    from fastapi import FastAPI

VARIABLES = ("DATABASE_URL", "SQLALCHEMY_DATABASE_URL", "SQLALCHEMY_DATABASE_URI", "DB_URL", "POSTGRES_URL")
ELSEWHERE = "Run this where your server is started, with its Python."
SLOW = 10.0  # seconds until a word about an import that does not end
HOW = "Write module:app, module:engine, module:make_app() for a factory, or a database's address."


@dataclass(frozen=True)
class Target:
    """What is to be looked at, and how a report calls it."""

    name: str
    app: "FastAPI | None" = None
    engines: Mapping[str, Engine] = field(default_factory=dict)


def load(words: str | None, folder: Path, environment: Mapping[str, str] = os.environ) -> Target:
    """Find the target. Raises UserMistake, with what to do, for what cannot be imported or is nothing to inspect."""
    if words is None:
        found = next((name for name in VARIABLES if environment.get(name)), None)
        if found is None:
            raise UserMistake(f"There is nothing to inspect: none of {', '.join(VARIABLES)} is set. {HOW}")
        return _address(environment[found], f"${found}")
    if "://" in words:
        return _address(words, "")
    module, colon, name = words.partition(":")
    if not (module and colon and name):
        raise UserMistake(f"{words!r} names nothing in a module. {HOW}")
    with redirect_stdout(sys.stderr), _told_if_slow(module):  # what a module prints is no part of the report
        return _look(words, _called(_import(module, folder), name, words))


@contextmanager
def _told_if_slow(module: str) -> Iterator[None]:
    """Say so, once, when an import takes its time: it may never end."""
    words = (
        f"Still importing {module}, after {SLOW:g} s. If it starts a server or loops at its top, put that under"
        ' `if __name__ == "__main__":`. Ctrl-C ends this.'
    )
    timer = Timer(SLOW, lambda: print(words, file=sys.stderr, flush=True))  # noqa: T201 - the command's output
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


def _address(url: str, variable: str) -> Target:
    try:
        made = make_url(url)
        name = variable or made.render_as_string(hide_password=True)
        if made.drivername == "postgres":
            raise UserMistake(f"{name} begins with postgres://, which SQLAlchemy does not know. Write postgresql://.")
        engine = engine_of(create_async_engine(made)) if made.get_dialect().is_async else create_engine(made)
    except ModuleNotFoundError as missing:
        raise UserMistake(
            f"The driver {missing.name!r} is not installed in this Python. Use the one that your server runs with, or name the driver that it has, as in postgresql+psycopg://."
        ) from None
    except (SQLAlchemyError, ImportError, ValueError) as problem:
        what = variable or "The address"
        raise UserMistake(
            f"{what} cannot be used: {_first_line(problem, url)} Write it like postgresql+psycopg://user:password@host/database."
        ) from None
    return Target(name, engines={"create_engine(url)": engine} if engine else {})


def _first_line(problem: Exception, url: str) -> str:
    line = without_passwords(str(problem).splitlines()[0].replace(url, "it"))
    return f"{line.rstrip('.')}."


def _import(module: str, folder: Path) -> Any:
    sys.path.insert(0, str(folder))
    try:
        with _no_silent_end():
            return importlib.import_module(module)
    except ModuleNotFoundError as missing:
        if missing.name and (module == missing.name or module.startswith(f"{missing.name}.")):
            raise UserMistake(f"There is no module {module!r} here. {_instead(module, folder)}") from None
        raise UserMistake(
            f"{module} imports {missing.name!r}, which is not installed in this Python. Use the one that your server runs with."
        ) from None
    except SyntaxError as wrong:
        raise UserMistake(f"{wrong.filename}:{wrong.lineno}: {wrong.msg}. Correct it, then ask again.") from None
    except (Exception, SystemExit) as problem:
        raise UserMistake(_failed(module, problem)) from None


@contextmanager
def _no_silent_end() -> Iterator[None]:
    """Have os._exit in somebody's module raise SystemExit: else this program would end without a word."""
    end, here = os._exit, os.getpid()
    os._exit = lambda status: sys.exit(status) if os.getpid() == here else end(status)
    try:
        yield
    finally:
        os._exit = end


def _instead(module: str, folder: Path) -> str:
    """Say what was probably meant: a file's name, or a package under src/."""
    if module.endswith(".py"):
        dotted = module.removesuffix(".py").strip("/").replace("/", ".")
        return f"Write a module's name and no file's, as in {dotted}:app." if (folder / module).is_file() else ELSEWHERE
    top = module.partition(".")[0]
    if (folder / "src" / top).is_dir() or (folder / "src" / f"{top}.py").is_file():
        return f"It lies in src: put that into PYTHONPATH, as in PYTHONPATH=src poolschool inspect {module}:app."
    return ELSEWHERE


def _failed(what: str, problem: BaseException) -> str:
    frames = [
        one
        for one in traceback.extract_tb(problem.__traceback__)
        if "importlib" not in one.filename and one.filename != __file__
    ]
    frames = [one for one in frames if is_own_file(one.filename)] or frames  # a line that its author can change
    place = f" at {Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else ""
    said = (str(problem).splitlines() or [""])[0]
    words = f"{type(problem).__name__}{f': {said}' if said else ''}".rstrip(".")
    return f"{what} failed{place}: {without_passwords(words)}. Does it need environment variables that your server has?"


def _called(module: Any, name: str, words: str) -> Any:
    attribute, is_call = (name.removesuffix("()"), name.endswith("()"))
    thing = module
    for part in attribute.split("."):
        try:
            thing = getattr(thing, part)
        except AttributeError:
            known = ", ".join(key for key, one in vars(module).items() if _is_app(one) or engine_of(one))
            raise UserMistake(
                f"{words.partition(':')[0]} has no {attribute!r}. {f'It has {known}.' if known else HOW}"
            ) from None
    if not is_call:
        return thing
    try:
        with _no_silent_end():
            return thing()
    except (Exception, SystemExit) as problem:
        raise UserMistake(_failed(words, problem)) from None


def _is_app(thing: Any) -> "TypeGuard[FastAPI]":
    fastapi = sys.modules.get("fastapi")  # an engine is inspected where none is installed
    return fastapi is not None and isinstance(thing, fastapi.FastAPI)


def _look(words: str, thing: Any) -> Target:
    if _is_app(thing):
        return Target(words, app=thing)
    engine = engine_of(thing)
    if engine is not None:
        return Target(words, engines={words.rpartition(":")[2]: engine})
    if callable(thing) and not isinstance(thing, type) and not hasattr(thing, "routes"):
        raise UserMistake(f"{words} is a function. Write {words}() to call it, as a server calls a factory.")
    raise UserMistake(
        f"{words} is no FastAPI application, engine or sessionmaker, but of type {type(thing).__name__}. {HOW}"
    )
