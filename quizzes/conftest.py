"""What the proofs share: a real PostgreSQL, and a folder of their own."""

from pathlib import Path

import pytest


@pytest.fixture
def postgres_url() -> str:
    """Give the address of a real PostgreSQL, started when the first proof asks."""
    from poolschool.database import running_url

    return running_url()


@pytest.fixture(autouse=True)
def own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let `sqlite:///store.db` mean a fresh file for every proof."""
    monkeypatch.chdir(tmp_path)
