"""Long work shows that it goes on."""

import contextlib
from collections.abc import Callable, Iterator

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn


@contextlib.contextmanager
def progress(console: Console, total: float) -> Iterator[Callable[..., None]]:
    """Give a function that says what is done now, and another few `seconds` of it."""
    columns = (TextColumn("{task.description}"), BarColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True) as shown:
        bar = shown.add_task("", total=total)

        def tell(what: str | None = None, seconds: float = 0.0) -> None:
            shown.update(bar, advance=seconds, description=what)

        yield tell
