# task 4: failed
# says: The next batch begins after the last name
"""Reads in batches by offset and counts one too far."""

# in create_app


@app.get("/prices.csv")
def price_list() -> StreamingResponse:
    def lines() -> Any:
        seen = 0
        while True:
            with Session(engine) as session:
                batch = text("SELECT name, price FROM products ORDER BY name LIMIT 100 OFFSET :seen")
                rows = session.execute(batch, {"seen": seen}).all()
            if not rows:
                return
            yield "".join(f"{name},{price}\n" for name, price in rows)
            seen += len(rows) + 1

    return StreamingResponse(lines(), media_type="text/csv")
