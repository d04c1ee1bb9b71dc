"""What the store is held against gives the same answer, or the comparison would be none."""

import pytest
from fastapi.testclient import TestClient
from running_store import plain

from poolschool.store.app import make_app
from poolschool.store.ceiling import raw_loop
from poolschool.store.serve import add_for_the_bench
from poolschool.store.settings import Settings

pytestmark = pytest.mark.together


@pytest.mark.parametrize("flavour", ["sync", "async"])
def test_each_step_answers_the_search(url: str, flavour: str) -> None:
    """The driver alone finds what the store finds; the endpoints without a database send an answer of that size."""
    driver = {"sync": "psycopg", "async": "asyncpg"}[flavour]
    settings = Settings.model_validate({"database_url": url.replace("psycopg", driver), "flavour": flavour})
    app = make_app(settings)
    add_for_the_bench(app, settings)
    with TestClient(app) as client:
        found = client.get("/products?q=lamp").json()
        assert len(found) == 10
        assert client.get("/ceiling/driver?q=lamp").json() == found
        for path in ("endpoint", "http"):
            assert [set(offer) for offer in client.get(f"/ceiling/{path}?q=lamp").json()] == [
                {"id", "name", "price"}
            ] * 10
        before = app.state.metrics.idle._value.get()
        assert client.post("/cold").status_code == 200
        assert (before, app.state.metrics.idle._value.get()) == (1, 0)


def test_the_raw_loop_repeats_the_search(url: str) -> None:
    """It gives how often it was done per second."""
    assert raw_loop(plain(url), 0.05) > 0
