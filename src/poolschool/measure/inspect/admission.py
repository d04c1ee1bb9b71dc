"""Whether something in front of an application's endpoints lets in only so many requests at a time. A guess, by the source."""

import inspect
import re
from typing import TYPE_CHECKING, Any

from poolschool.measure.inspect.names import Scope, is_own_code, plain

if TYPE_CHECKING:
    from fastapi import FastAPI

_LIMITS = re.compile(r"Semaphore|CapacityLimiter|\bCondition\(|\bcreate_future\b")

_ENDS = re.compile(r"\.(remove|close|aclose)\b")


def limits_requests(app: "FastAPI") -> bool:
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


def removes_registries(app: "FastAPI") -> bool:
    """Say whether a middleware of the service looks as if it ends a scoped_session after each request."""
    parts = [part for one in app.user_middleware for part in (one.cls, *one.args, *getattr(one, "kwargs", {}).values())]
    return any(_ENDS.search(_source(part)) for part in parts)


def reads_as_limit(part: Any) -> bool:
    """Say whether a function or class, or what it names, is a limit or uses one. What a library is made of does not count."""
    function = plain(part)
    things = [part, *(thing for _, thing in Scope(function).named())] if function else [part]
    return any(_LIMITS.search(_source(thing)) for thing in things)


def _source(thing: Any) -> str:
    """Give the source of a function, or of a class or an object's class, if it is of the service; else its name."""
    kind = thing if inspect.isclass(thing) or inspect.isfunction(thing) else type(thing)
    if not is_own_code(kind):
        return str(getattr(kind, "__name__", ""))
    try:
        return inspect.getsource(kind)
    except (OSError, TypeError):
        return ""
