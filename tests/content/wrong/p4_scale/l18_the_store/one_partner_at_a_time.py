# task 4: failed
# says: Partners read at the same time
"""A lock around the price list, so that it holds one connection at most."""

from threading import Lock

# in create_app
turn = Lock()


@app.get("/prices.csv")
def price_list() -> StreamingResponse:
    def lines() -> Any:
        with turn, Session(engine) as session:
            rows = session.execute(text("SELECT name, price FROM products ORDER BY name"))
            for some in rows.partitions(100):
                yield "".join(f"{name},{price}\n" for name, price in some)

    return StreamingResponse(lines(), media_type="text/csv")
