"""Whether something in front of an application's endpoints lets in only so many requests at a time. A guess, by the source."""

import inspect
import re
from typing import Any

from fastapi import FastAPI

from poolschool.measure.inspect.names import Scope, plain

_LIMITS = re.compile(r"Semaphore|CapacityLimiter|Condition\(|create_future|max_concurrency|[Ll]imit")


def limits_requests(app: FastAPI) -> bool:
    """Say whether a middleware of the service looks like a limit."""
    for middleware in app.user_middleware:
        parts: list[Any] = [
            middleware.cls,
            *getattr(middleware, "args", ()),
            *getattr(middleware, "kwargs", {}).values(),
        ]
        if any(reads_as_limit(part) for part in parts):
            return True
    return False


def reads_as_limit(part: Any) -> bool:
    """Say whether the source of a function or class, or of what it names, is about a limit."""
    if "starlette" in str(getattr(part, "__module__", "")):
        return False
    function = plain(part)
    things = [part, *(thing for _, thing in Scope(function).named())] if function else [part]
    return any(_LIMITS.search(_source(thing)) for thing in things if thing is part or not inspect.ismodule(thing))


def _source(thing: Any) -> str:
    kind = thing if inspect.isclass(thing) or inspect.isfunction(thing) else type(thing)
    if getattr(kind, "__module__", "builtins") == "builtins":
        return ""
    try:
        return inspect.getsource(kind)
    except (OSError, TypeError):
        return kind.__name__ if hasattr(kind, "__name__") else ""
