"""What these tests share: errors leave connections behind, and nobody else is to find them."""

import gc
import warnings
from collections.abc import Iterator

import pytest


@pytest.fixture
def collect() -> Iterator[None]:
    """Collect what an error left behind in its own test: an open transport warns when it is found."""
    yield
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        gc.collect()
