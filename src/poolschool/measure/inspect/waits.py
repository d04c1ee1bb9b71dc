"""Calls that wait for something that is no database: another service, a clock, a program."""

import ast
import asyncio
import time
from types import FunctionType, ModuleType
from typing import Any

from poolschool.measure.inspect.names import MISSING, Scope, calls, is_own, source_of

# Packages whose calls leave the process for somebody else. A database's own driver is not among them.
ELSEWHERE = {
    *("requests", "httpx", "httpx2", "aiohttp", "urllib3", "smtplib", "subprocess", "boto3", "botocore", "stripe"),
    *("openai", "anthropic", "grpc", "paramiko", "ftplib", "imaplib", "niquests", "aiosmtplib"),
}
_SLEEPS = (time.sleep, asyncio.sleep)
_DEPTH = 2


def waits_of(call: ast.Call, scope: Scope, depth: int = _DEPTH) -> list[str]:
    """Name what a call waits for, if that is somebody else; also inside functions of the service that it calls."""
    what = scope.find(call.func)
    if what is MISSING:
        return []
    name = ast.unparse(call.func)
    if _leaves(what, call, scope):
        return [name]
    if not depth or not isinstance(what, FunctionType) or not is_own(what) or (tree := source_of(what)) is None:
        return []
    inner = [wait for one in calls(tree) for wait in waits_of(one, Scope(what), depth - 1)]
    return [f"{name} ({inner[0]})"] if inner else []


def _leaves(what: Any, call: ast.Call, scope: Scope) -> bool:
    if any(what is one for one in _SLEEPS):
        return True
    owner = scope.find(call.func.value) if isinstance(call.func, ast.Attribute) else MISSING
    if not isinstance(owner, ModuleType) and owner is not MISSING and _package(type(owner)) in ELSEWHERE:
        return True  # client.get(), where client is one of httpx's
    return _package(what) in ELSEWHERE or getattr(what, "__qualname__", "") == "urlopen"


def _package(thing: Any) -> str:
    return str(getattr(thing, "__module__", "") or "").partition(".")[0]
