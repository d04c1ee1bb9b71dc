"""How many processes serve: from the options, the environment and the server's own configuration, read and not run."""

import ast
import os
import re
import shlex
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from poolschool.measure.inspect.facts import ServerProcess

_SETTINGS = {"workers", "preload_app"}


def read_server(
    folder: Path, environment: Mapping[str, str], workers: int | None = None, hosts: int = 1
) -> ServerProcess:
    """Give how an application is started; what is nearest to the start wins, as with the servers themselves.

    An option, the command in Procfile or Dockerfile, GUNICORN_CMD_ARGS, gunicorn.conf.py, UVICORN_WORKERS, WEB_CONCURRENCY.
    """
    server = ServerProcess(hosts=hosts)
    for source, number in (
        ("WEB_CONCURRENCY", environment.get("WEB_CONCURRENCY")),
        ("UVICORN_WORKERS", environment.get("UVICORN_WORKERS")),
    ):
        if number and number.isdigit():
            server = replace(server, workers=int(number), source=f"{source}={number}")
    server = _configured(server, folder / "gunicorn.conf.py")
    for source, words in (("GUNICORN_CMD_ARGS", environment.get("GUNICORN_CMD_ARGS", "")), *_commands(folder)):
        server = _told(server, source, words, folder, environment)
    if workers is not None:
        server = replace(server, workers=workers, source=f"--workers {workers}")
    return server


def _configured(server: ServerProcess, file: Path) -> ServerProcess:
    """Read gunicorn's configuration, which is a program: plain values and sums of them are understood, it is not run."""
    try:
        tree = ast.parse(file.read_text(encoding="utf-8"))
    except (OSError, SyntaxError, UnicodeDecodeError):
        return server
    values = {
        target.id: _value(node.value)
        for node in tree.body
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name) and target.id in _SETTINGS
    }
    number = values.get("workers")
    if isinstance(number, int) and number > 0:
        server = replace(server, workers=number, source=f"{file.name}: workers = {number}")
    elif "workers" in values and server.workers == 1:
        server = replace(server, source=f"{file.name} computes how many: give --workers")
    hooks = any(isinstance(node, ast.FunctionDef) and node.name == "post_fork" for node in tree.body)
    return replace(
        server, preload=server.preload or values.get("preload_app") is True, post_fork=hooks or server.post_fork
    )


def _value(node: ast.expr) -> object:
    match node:
        case ast.Constant(value=value):
            return value
        case ast.BinOp(left=left, op=ast.Add() | ast.Mult() as sign, right=right):
            one, other = _value(left), _value(right)
            if isinstance(one, int) and isinstance(other, int):
                return one + other if isinstance(sign, ast.Add) else one * other
        case ast.Call(func=ast.Attribute(attr="cpu_count") | ast.Name(id="cpu_count")):
            return os.cpu_count() or 1
    return None


def _commands(folder: Path) -> list[tuple[str, str]]:
    """Give the commands that start a web server, as Procfile and Dockerfile have them."""
    found = []
    for name, line in (("Dockerfile", r"^(?:CMD|ENTRYPOINT)\s+(.+)$"), ("Procfile", r"^web:\s*(.+)$")):
        try:
            text = (folder / name).read_text(encoding="utf-8", errors="replace").replace("\\\n", " ")
        except OSError:
            continue
        if commands := re.findall(line, text, re.MULTILINE):
            found.append((name, commands[-1]))
    return found


def _told(
    server: ServerProcess, source: str, words: str, folder: Path, environment: Mapping[str, str]
) -> ServerProcess:
    known = re.sub(r"\$\{?(\w+)(?::-([^}]*))?\}?", lambda one: environment.get(one[1], one[2] or ""), words)
    try:
        parts = shlex.split(known.strip("[]").replace('",', '" '), posix=True)
    except ValueError:
        return server
    for place, part in enumerate(parts):
        flag, _, value = part.partition("=")
        value = value or (parts[place + 1] if place + 1 < len(parts) else "")
        if flag in ("--workers", "-w") and value.isdigit():
            server = replace(server, workers=int(value), source=f"{source}: {flag} {value}")
        elif re.fullmatch(r"-w\d+", part):
            server = replace(server, workers=int(part[2:]), source=f"{source}: {part}")
        elif flag == "--limit-concurrency" and value.isdigit():
            server = replace(server, concurrency=int(value))
        elif flag == "--preload":
            server = replace(server, preload=True)
        elif flag in ("-c", "--config") and value.endswith(".py"):
            server = _configured(server, folder / value.removeprefix("file:"))
    return server
