"""A configuration of gunicorn that gives each worker a pool of its own: `gunicorn --preload -c forking_cure.py …`."""

from typing import Any


def post_fork(server: Any, worker: Any) -> None:  # noqa: ARG001 - so gunicorn calls it
    """Take nothing from the master: gunicorn calls this in each worker, right after the fork."""
    from forking_store import engines  # here: by now it is imported, and this file is read before

    for engine in engines:
        engine.dispose(close=False)
