"""The store does what a store must: finds, sells what it has and no more, remembers; in both flavours."""

from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from running_store import PRODUCTS, STOCK, Store, plain, running_store
from sqlalchemy import text

from poolschool.store import queries

pytestmark = pytest.mark.together


@pytest.fixture(params=["sync", "async"], scope="module")
def store(request: pytest.FixtureRequest, url: str) -> Iterator[Store]:
    """Give a store of each flavour, which may open ten connections."""
    with running_store(url, flavour=request.param, pool_size=5, max_overflow=5, pool_timeout=10.0) as store:
        yield store
        assert store.used == 0  # whatever the answers were


def in_stock(store: Store, product: int) -> int:
    """Ask the product's page."""
    return int(store.client.get(f"/products/{product}").json()["stock"])


def test_a_search_gives_ten_products_in_order(store: Store) -> None:
    """A search gives the first ten whose name starts with the text, by name."""
    found = store.client.get("/products", params={"q": "lamp"}).json()
    assert [offer["name"] for offer in found] == [f"lamp {n:05}" for n in range(0, 100, 10)]
    assert set(found[0]) == {"id", "name", "price"}


@pytest.mark.parametrize("text", ["%", "_amp", "l%", "/", "lamp/", "nothing", "'; DROP TABLE product"])
def test_signs_in_a_search_mean_themselves(store: Store, text: str) -> None:
    """What a pattern or SQL would take for a sign of its own finds nothing here."""
    answer = store.client.get("/products", params={"q": text})
    assert (answer.status_code, answer.json()) == (200, [])


def test_a_page_that_is_not_there(store: Store) -> None:
    """An unknown product is a 404 that says so."""
    answer = store.client.get("/products/999999")
    assert (answer.status_code, answer.json()["detail"]) == (404, "There is no such product.")


def test_an_order_takes_from_the_stock_and_is_remembered(store: Store) -> None:
    """After an order the stock is less, and the shopper's history begins with it, paid."""
    before, shopper = in_stock(store, 1), f"ada {id(store)}"
    placed = store.client.post("/orders", json={"shopper": shopper, "product_id": 1, "quantity": 3})
    assert placed.status_code == 201
    assert in_stock(store, 1) == before - 3
    assert store.client.get("/orders", params={"shopper": shopper}).json() == [placed.json()]
    assert placed.json()["paid"]
    assert placed.json()["total"] == 3 * store.client.get("/products/1").json()["price"]


@pytest.mark.parametrize(
    ("wish", "status"),
    [
        ({"product_id": 2, "quantity": STOCK + 1}, 409),
        ({"product_id": 999999}, 404),
        ({"product_id": 2, "quantity": 0}, 422),
        ({"product_id": 2, "quantity": -1}, 422),
        ({"product_id": 2, "shopper": ""}, 422),
        ({"product_id": "lamp"}, 422),
    ],
)
def test_an_order_that_cannot_be_leaves_nothing(store: Store, wish: dict[str, Any], status: int) -> None:
    """Too many, unknown or nonsense: the answer says so, the stock stays, no order is written."""
    shopper = f"bob {id(store)}"
    assert store.client.post("/orders", json={"shopper": shopper} | wish).status_code == status
    assert in_stock(store, 2) == STOCK
    assert store.client.get("/orders", params={"shopper": shopper}).json() == []


@pytest.mark.parametrize(("flavour", "product"), [("sync", 3), ("async", 4)])
def test_the_last_ones_are_sold_once(url: str, flavour: str, product: int) -> None:
    """Forty shoppers want one of twenty at the same moment: twenty get it, and the stock is zero, not below."""
    wish = {"shopper": f"crowd {flavour}", "product_id": product}
    with running_store(url, flavour=flavour, pool_size=10, max_overflow=0, pool_timeout=30.0) as store:
        answers = store.at_once(2 * STOCK, "POST", "/orders", json=wish)
        assert sorted(answers) == [201] * STOCK + [409] * STOCK
        assert in_stock(store, product) == 0
    with psycopg.connect(plain(url)) as connection:
        row = connection.execute(
            "SELECT sum(quantity), bool_and(paid) FROM shop_order WHERE shopper = %s", [wish["shopper"]]
        )
        assert row.fetchone() == (STOCK, True)


@pytest.mark.parametrize("flavour", ["sync", "async"])
def test_stock_and_order_are_one_transaction(url: str, flavour: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """If the order cannot be written down, the stock has not been taken, and the connection is returned."""
    nowhere = text(  # the foreign key refuses it
        "INSERT INTO shop_order (shopper, product_id, quantity, total, paid) "
        "VALUES (:shopper, -1, :quantity, :total, false) RETURNING id"
    )
    monkeypatch.setattr(queries, "PLACE", nowhere)
    with running_store(url, flavour=flavour) as store:
        broken = store.client.post("/orders", json={"shopper": "eve", "product_id": 5})
        assert broken.status_code == 500
        assert in_stock(store, 5) == STOCK
        assert store.used == 0


def test_the_price_list_has_a_line_for_each(store: Store) -> None:
    """The price list is CSV, and whole."""
    lines = store.client.get("/prices.csv").text.splitlines()
    assert len(lines) == PRODUCTS
    assert lines[0] == "chair 00001,5.07"


def test_a_full_pool_is_told_with_503(url: str) -> None:
    """Who waits in vain gets 503 and when to try again; the next one is served."""
    with running_store(url, pool_size=1, max_overflow=0, pool_timeout=0.2, query_ms=600) as store:
        answers = store.at_once(2, "GET", "/products?q=lamp")
        assert sorted(answers) == [200, 503]
        assert store.number("timeouts_total") == 1
        assert store.client.get("/products?q=lamp").status_code == 200


def test_a_database_that_is_gone_is_told_with_503() -> None:
    """Without a database the answer is 503, not a traceback, and /metrics counts the failure."""
    with running_store("postgresql+psycopg://shop@127.0.0.1:1/store") as store:
        answer = store.client.get("/products?q=lamp")
        assert (answer.status_code, answer.json()["detail"]) == (503, "The database gave no connection.")
        assert (store.number("create_failures_total"), store.used, store.idle) == (1, 0, 0)
