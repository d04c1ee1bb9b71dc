"""The way into a worker process; importing this costs nothing."""

from importlib import import_module
from multiprocessing.connection import Connection

from poolschool.grading.job import Job


def enter(worker: str, pipe: Connection, job: Job, key: list[bytes]) -> None:
    """Begin to work, in the new process: only here the module `worker` is imported. `key` is emptied by who takes it."""
    import_module(worker).work(pipe, job, key)
