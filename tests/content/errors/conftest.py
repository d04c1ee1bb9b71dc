"""What these tests share: the server from outside, a small server that may be filled and stopped, a folder for files."""

import gc
import warnings
from collections.abc import Iterator
from pathlib import Path
from shutil import rmtree
from tempfile import mkdtemp

import pytest
from error_proofs.console import Console, SmallServer

from poolschool.database.running import running_url


@pytest.fixture(scope="session")
def small() -> Iterator[SmallServer]:
    """Run a small server for all tests of this process; root's runs as another user, who may not enter pytest's folder."""
    folder = Path(mkdtemp(prefix="poolschool_errors_"))
    server = SmallServer(folder)
    yield server
    server.stop()
    rmtree(folder)


@pytest.fixture
def console() -> Iterator[Console]:
    """Look at the course's server."""
    console = Console(running_url())
    yield console
    console.close()


@pytest.fixture(autouse=True)
def own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let each page's files be fresh ones."""
    monkeypatch.chdir(tmp_path)


@pytest.fixture(autouse=True)
def collect() -> Iterator[None]:
    """Collect what an error left behind in its own test: an open transport warns when it is found."""
    yield
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        gc.collect()
