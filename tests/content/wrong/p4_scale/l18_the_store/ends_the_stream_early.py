# task 4: failed
# says: begins anew with its next query
"""Ends the session before the answer is sent: the stream re-opens it, and nobody closes it."""

# in create_app


@app.get("/prices.csv")
def price_list() -> StreamingResponse:
    with Session(engine) as session:

        def lines() -> Any:
            last = ""
            while rows := session.execute(PRICES, {"last": last}).all():
                session.close()
                yield "".join(f"{name},{price}\n" for name, price in rows)
                last = rows[-1].name

        return StreamingResponse(lines(), media_type="text/csv")
