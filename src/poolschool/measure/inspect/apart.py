"""A coroutine's answer for whoever is not async, also where an event loop is running, as in a notebook."""

import asyncio
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

T = TypeVar("T")


def answer_of(ask: Callable[[], Coroutine[Any, Any, T]]) -> T:
    """Run a coroutine in a loop and a thread of its own, and give what it returns or raise what it raises."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(lambda: asyncio.run(ask())).result()
