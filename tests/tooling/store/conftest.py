"""One small database for the tests of the store."""

from collections.abc import Iterator

import pytest
from running_store import database


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    """Give its address."""
    with database() as url:
        yield url
