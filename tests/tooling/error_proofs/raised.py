"""What came of a reproduction: an exception and where it stands, or a line of a log."""

import linecache
import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from traceback import walk_tb
from types import FrameType

import pytest


@contextmanager
def logged(name: str, level: int = logging.WARNING) -> Iterator[list[str]]:
    """Keep what a library logs."""
    said: list[str] = []
    listener = logging.Handler()
    listener.emit = lambda record: said.append(logging.Formatter().format(record))  # type: ignore[method-assign]
    log = logging.getLogger(name)
    before = log.level
    log.addHandler(listener)
    log.setLevel(level)
    try:
        yield said
    finally:
        log.setLevel(before)
        log.removeHandler(listener)


def error_of(work: Callable[[], object]) -> str:
    """Give what an exception says."""
    return str(raised_by(work))


def raised_by(work: Callable[[], object]) -> Exception:
    """Give the exception that something raises."""
    with pytest.raises(Exception) as raised:  # noqa: PT011 - whichever it is, its text is compared
        work()
    return raised.value


def frames(error: BaseException) -> list[tuple[FrameType, str]]:
    """Give the frames of a traceback, outermost first, each with its line of code."""
    return [
        (frame, linecache.getline(frame.f_code.co_filename, line).strip())
        for frame, line in walk_tb(error.__traceback__)
    ]
