"""What is dear to make is made once for all workers of a run; the others wait for it and read it."""

import os
from collections.abc import Callable
from pathlib import Path

import fasteners
import pytest


def once_for_all_workers(factory: pytest.TempPathFactory, name: str, make: Callable[[Path], None]) -> Path:
    """Give a folder that `make` fills, in whichever process asks first; who asks later gets it as it is."""
    if "PYTEST_XDIST_WORKER" not in os.environ:
        folder = factory.mktemp("once") / name
        make(folder)
        return folder
    shared = factory.getbasetemp().parent
    folder, done = shared / f"once-{name}", shared / f"once-{name}.done"
    with fasteners.InterProcessLock(shared / f"once-{name}.lock"):
        if not done.is_file():
            make(folder)
            done.touch()
    return folder
